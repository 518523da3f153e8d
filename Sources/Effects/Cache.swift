/// Results of earlier computations, by name. The cache saves time and never changes a result: missing entries are
/// computed again.
package protocol Cache: AnyObject {
  /// Identifies this build of the program; other builds may compute different bits.
  var build: String { get }
  /// Results that took less time to compute are not cached, in seconds.
  var minimumSeconds: Double { get }
  /// Interval between checkpoints of long work, in seconds: at most this much is lost when the process is killed.
  var intervalSeconds: Double { get }
  /// Maximum size of an entry in bytes; larger ones are not stored.
  var limit: Int { get }
  func names(beginningWith prefix: String) -> [String]
  /// Nil if the entry does not exist.
  func read(_ name: String) -> [UInt8]?
  /// Stores the bytes if possible; failures are ignored.
  func store(_ bytes: [UInt8], as name: String)
  func remove(_ name: String)
}
