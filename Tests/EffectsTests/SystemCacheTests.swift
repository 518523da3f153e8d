import Effects
import Foundation
import Testing

@Suite struct SystemCacheTests {
  private static func folder() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("loam-cache-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  private static func cache(_ folder: String) -> SystemCache { SystemCache(in: folder, limit: 250, build: "1") }

  private static func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func whatWasUsedLongestAgoGoesFirst() throws {
    let cache = Self.cache(try Self.folder() + "/a/loam")
    #expect(cache.read("a") == nil && cache.entries.isEmpty && cache.names(beginningWith: "").isEmpty)
    for (index, name) in ["a", "b"].enumerated() {
      cache.store([UInt8](repeating: 1, count: 100), as: name)
      // Moments that the clock of a file system tells apart.
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: Double(index) - 100)], ofItemAtPath: cache.folder + "\(name).training")
    }
    #expect(try Self.mode(cache.folder) == 0o700)
    #expect(cache.read("a")?.count == 100)
    cache.store([UInt8](repeating: 2, count: 100), as: "c")
    #expect(cache.names(beginningWith: "").sorted() == ["a", "c"])
    // What is larger than the whole limit is not kept, and nothing is removed for it.
    cache.store([UInt8](repeating: 3, count: 251), as: "d")
    #expect(cache.names(beginningWith: "").sorted() == ["a", "c"])
    #expect(try cache.clear() == 200)
    #expect(cache.entries.isEmpty)
    // Where nothing can be kept, nothing is, silently.
    let nowhere = Self.cache("/proc/no/such")
    nowhere.store([1], as: "a")
    #expect(nowhere.read("a") == nil)
  }

  @Test func itLiesInTheUsersFolder() {
    func folder(_ environment: [String: String]) -> String? { SystemCache.userFolder { environment[$0] } }
    #expect(folder(["LOAM_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/c")
    #expect(folder(["XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/x/loam")
    #expect(folder(["XDG_CACHE_HOME": "", "HOME": "/h"]) == "/h/.cache/loam")
    #expect(folder(["XDG_CACHE_HOME": "x", "HOME": "/h"]) == "/h/.cache/loam")
    #expect(folder(["LOAM_CACHE": "", "XDG_CACHE_HOME": "/x", "HOME": "/h"]) == nil)
    #expect(folder(["HOME": ""]) == nil && folder([:]) == nil)
  }

  /// Whoever may write to the folder could exchange a model.
  @Test func aFolderThatOthersMayWriteToIsNotUsed() throws {
    let folder = try Self.folder() + "/loam"
    Self.cache(folder).store([1, 2, 3], as: "a")
    for (mode, isUsed) in [(0o770, false), (0o702, false), (0o755, true)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder)
      let cache = Self.cache(folder)
      #expect((cache.read("a") != nil) == isUsed && cache.entries.isEmpty != isUsed && (cache.refusal == nil) == isUsed)
      cache.store([1], as: "b")
      cache.remove("a")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == (isUsed ? ["b.training"] : ["a.training"]))
    }
  }

  @Test func otherFilesAndLinksAreLeftAlone() throws {
    let files = FileManager.default
    let (home, others) = (try Self.folder(), try Self.folder())
    for name in ["diary.txt", "a.training"] { try Data("mine".utf8).write(to: URL(fileURLWithPath: others + "/" + name)) }
    func untouched() throws -> Bool {
      try files.contentsOfDirectory(atPath: others).sorted() == ["a.training", "diary.txt"]
        && String(contentsOfFile: others + "/a.training", encoding: .utf8) == "mine"
    }
    // The folder itself is a link.
    try files.createSymbolicLink(atPath: home + "/linked", withDestinationPath: others)
    let linked = Self.cache(home + "/linked")
    linked.store([UInt8](repeating: 1, count: 200), as: "a")
    linked.remove("a")
    #expect(try linked.entries.isEmpty && linked.clear() == 0 && linked.read("a") == nil && untouched())
    // A folder with other files in it, and a link in the place of an entry.
    let cache = Self.cache(home + "/own")
    cache.store([1, 2], as: "b")
    try Data("notes".utf8).write(to: URL(fileURLWithPath: cache.folder + "notes.txt"))
    try files.createSymbolicLink(atPath: cache.folder + "a.training", withDestinationPath: others + "/a.training")
    cache.store([1], as: "a")
    #expect(cache.read("a") == nil)
    #expect(try cache.entries.map(\.byteCount) == [2] && cache.clear() == 2 && untouched())
    #expect(try String(contentsOfFile: cache.folder + "notes.txt", encoding: .utf8) == "notes")
  }
}
