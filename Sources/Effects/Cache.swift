/// What was computed before, by name. It saves time and changes no result: what is missing or lost is computed again.
package protocol Cache: AnyObject {
  /// Identifies this build of the program: another one may compute other bits.
  var build: String { get }
  /// Work that took less than this is repeated, not kept.
  var leastSeconds: Double { get }
  /// How often long work is kept before it ends: so much of it is lost when the process is killed.
  var intervalSeconds: Double { get }
  /// Larger entries are not kept.
  var limit: Int { get }
  func names(beginningWith prefix: String) -> [String]
  /// Nil for an entry that does not exist.
  func read(_ name: String) -> [UInt8]?
  /// Keeps bytes if it can.
  func keep(_ bytes: [UInt8], as name: String)
  func forget(_ name: String)
}
