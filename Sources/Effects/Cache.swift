/// What was computed before, by name. It saves time and changes no result: what it has lost, or never had, is computed
/// again.
package protocol Cache: AnyObject {
  /// Work that took less is done again sooner than it is kept.
  var leastSeconds: Double { get }
  func names(beginningWith prefix: String) -> [String]
  /// Nil for what is not there, or no longer.
  func read(_ name: String) -> [UInt8]?
  /// Keeps bytes if it can.
  func keep(_ bytes: [UInt8], as name: String)
  func forget(_ name: String)
}
