import Effects
import Foundation
import Testing

@Suite struct SystemCacheTests {
  private static func home() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("loam-cache-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  @Test func whatWasUsedLongestAgoGoesFirst() throws {
    let home = try Self.home()
    let cache = SystemCache(in: home, version: "1-", limit: 250)
    #expect(cache.read("a") == nil && cache.entries.isEmpty && cache.names(beginningWith: "").isEmpty)
    for (index, name) in ["a", "b"].enumerated() {
      cache.keep([UInt8](repeating: 1, count: 100), as: name)
      // Moments that the clock of a file system tells apart.
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: Double(index) - 100)], ofItemAtPath: cache.folder + "1-\(name).training")
    }
    #expect(cache.read("a")?.count == 100)
    cache.keep([UInt8](repeating: 2, count: 100), as: "c")
    #expect(cache.names(beginningWith: "").sorted() == ["a", "c"])
    // What is larger than all the room is not kept, and nothing goes for it.
    cache.keep([UInt8](repeating: 3, count: 251), as: "d")
    #expect(cache.names(beginningWith: "").sorted() == ["a", "c"])
    #expect(try String(contentsOfFile: cache.folder + ".gitignore", encoding: .utf8) == "*\n")
    #expect(try cache.clear() == 200)
    #expect(cache.entries.isEmpty)
  }

  @Test func anotherVersionSeesNothingOfItButItsSize() throws {
    let home = try Self.home()
    let cache = SystemCache(in: home, version: "1-", limit: 250)
    cache.keep([1, 2, 3], as: "a")
    let other = SystemCache(in: home, version: "2-", limit: 250)
    #expect(other.read("a") == nil && other.names(beginningWith: "").isEmpty)
    #expect(other.entries.map(\.byteCount) == [3])
    // Where nothing can be kept, nothing is, and nobody hears of it.
    let nowhere = SystemCache(in: "/proc/no/such", version: "1-")
    nowhere.keep([1], as: "a")
    #expect(nowhere.read("a") == nil)
  }

  /// A lesson's folder may come from anywhere.
  @Test func whatIsNotTheCachesOwnIsLeftAlone() throws {
    let files = FileManager.default
    let (home, others) = (try Self.home(), try Self.home())
    for name in ["diary.txt", "1-a.training"] { try Data("mine".utf8).write(to: URL(fileURLWithPath: others + "/" + name)) }
    func untouched() throws -> Bool {
      try files.contentsOfDirectory(atPath: others).sorted() == ["1-a.training", "diary.txt"]
        && String(contentsOfFile: others + "/1-a.training", encoding: .utf8) == "mine"
    }
    // The folder itself is a link, or the one around it.
    try files.createDirectory(atPath: home + "/.loam", withIntermediateDirectories: true)
    try files.createSymbolicLink(atPath: home + "/.loam/cache", withDestinationPath: others)
    let linked = SystemCache(in: home, version: "1-", limit: 250)
    linked.keep([UInt8](repeating: 1, count: 200), as: "a")
    linked.forget("a")
    #expect(try linked.entries.isEmpty && linked.clear() == 0 && linked.read("a") == nil && untouched())
    // A folder with other files in it, and links in the place of entries.
    let own = try Self.home()
    let cache = SystemCache(in: own, version: "1-", limit: 250)
    try files.createDirectory(atPath: cache.folder, withIntermediateDirectories: true)
    try Data("notes".utf8).write(to: URL(fileURLWithPath: cache.folder + "notes.txt"))
    for (name, target) in [("1-a.training", "/1-a.training"), (".gitignore", "/new.txt")] {
      try files.createSymbolicLink(atPath: cache.folder + name, withDestinationPath: others + target)
    }
    cache.keep([1], as: "a")
    cache.keep([1, 2], as: "b")
    #expect(try cache.entries.map(\.byteCount) == [2] && cache.clear() == 2 && untouched())
    #expect(try String(contentsOfFile: cache.folder + "notes.txt", encoding: .utf8) == "notes")
  }
}
