import Effects
import Foundation
import Testing

@Suite struct SystemCacheTests {
  private static func cache(limit: Int, version: String = "1-") throws -> SystemCache {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("loam-cache-\(UUID().uuidString)").path + "/deep/"
    return SystemCache(folder: folder, version: version, limit: limit)
  }

  @Test func whatWasUsedLongestAgoGoesFirst() throws {
    let cache = try Self.cache(limit: 250)
    #expect(cache.read("a") == nil && cache.entries.isEmpty && cache.names(beginningWith: "").isEmpty)
    for (index, name) in ["a", "b"].enumerated() {
      cache.keep([UInt8](repeating: 1, count: 100), as: name)
      // Moments that the clock of a file system tells apart.
      try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: Double(index) - 100)], ofItemAtPath: cache.folder + "1-" + name)
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
    let cache = try Self.cache(limit: 250)
    cache.keep([1, 2, 3], as: "a")
    let other = SystemCache(folder: cache.folder, version: "2-", limit: 250)
    #expect(other.read("a") == nil && other.names(beginningWith: "").isEmpty)
    #expect(other.entries.map(\.byteCount) == [3])
    // Where nothing can be kept, nothing is, and nobody hears of it.
    let nowhere = SystemCache(folder: "/proc/no/such/", version: "1-")
    nowhere.keep([1], as: "a")
    #expect(nowhere.read("a") == nil)
  }
}
