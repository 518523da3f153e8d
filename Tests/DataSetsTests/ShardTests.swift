import DataSets
import Diagnostics
import Effects
import Engine
import Foundation
import Images
import Tensors
import TestSupport
import Testing

/// Tar shards, written and read again, damaged, and in forms that others write.
@Suite struct ShardTests {
  /// A tar file of these members, as POSIX describes it; only what matters here.
  private func tar(_ members: [(name: String, content: [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (name, content) in members {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at place: Int) { for (index, byte) in text.utf8.enumerated() { header[place + index] = byte } }
      put(name, at: 0)
      put("0000644", at: 100)
      let size = String(content.count, radix: 8)
      put(String(repeating: "0", count: 11 - size.count) + size, at: 124)
      put("00000000000", at: 136)
      put("0", at: 156)
      put("ustar\u{0}00", at: 257)
      put("        ", at: 148)
      let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
      put(String(repeating: "0", count: 6 - sum.count) + sum + "\u{0} ", at: 148)
      bytes += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
    return bytes + [UInt8](repeating: 0, count: 1024)
  }

  private func source(_ fixture: GrowFixture, _ members: [(String, [UInt8])], classes: [String]? = nil) throws -> ShardSource {
    try fixture.files.write(tar(members), to: fixture.path("in.tar"))
    return try ShardSource([fixture.path("in.tar")], classes: classes)
  }

  @Test func shardsAreReadAsTheyWereWritten() throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(10)
    var settings = fixture.settings(.tar, copies: 1)
    settings.keepsOriginals = true
    try fixture.grow(settings, to: "shards")
    let shards = (0..<3).map { fixture.path("shards/00000\($0).tar") }
    let source = try ShardSource(shards, classes: ["cat", "dog"])
    #expect(source.count == 20 && source.classes == ["cat", "dog"])
    #expect((0..<20).map { source.label($0) ?? -1 } == (0..<20).map { $0 < 10 ? 0 : 1 })
    let pictures = try ["0", "2", "4", "6", "8"].map { try fixture.files.read(fixture.path("in/cat/\($0).png")) }
    for index in 0..<5 {
      let sample = try source.open(2 * index)()
      #expect(try PNG.decode(sample.picture, name: "").storage.byteCount == PNG.decode(pictures[index], name: "").storage.byteCount)
      #expect(sample.others.map(\.ending) == ["cls", "json"])
    }
    // Backwards, which opens the shard again.
    #expect(try source.open(3)().others[0].content == Array("0".utf8))
    // Shards to a folder keep the classes.
    try fixture.grow(fixture.settings(.png, copies: 1), to: "folder", from: source)
    #expect(try fixture.tree("folder").keys.sorted().first == "cat/000000-1.png")
  }

  @Test func samplesShareANameUpToTheFirstDot() throws {
    let fixture = try GrowFixture()
    let picture = try PNG.encodeFast(GrowFixture.dot)
    let source = try source(
      fixture,
      [
        ("train/a.1.txt", [65]), ("train/a.png", picture), ("train/.hidden", [1]), ("train/b.jpg", picture), ("train/b.cls", [49, 10]),
        ("train/a.png", picture),
        ("c.PNG", picture),
      ].filter { $0.0 != "train/b.cls" })
    #expect(source.count == 4)
    #expect((0..<4).map { source.name($0).split(separator: "/").last ?? "" } == ["a", "b", "a", "c"])
    #expect(try source.open(0)().others.map(\.ending) == ["1.txt"])
  }

  @Test func labelsAreNumbersOrWords() throws {
    let fixture = try GrowFixture()
    let picture = try PNG.encodeFast(GrowFixture.dot)
    func labels(_ texts: [String?], classes: [String]? = nil) throws -> ([Int32?], [String]) {
      let members = texts.enumerated().flatMap { index, text in
        [("\(index).png", picture)] + (text.map { [("\(index).cls", Array($0.utf8))] } ?? [])
      }
      let source = try source(fixture, members, classes: classes)
      return ((0..<source.count).map { source.label($0) }, source.classes)
    }
    #expect(try labels(["2", "0\n"]) == ([2, 0], ["0", "1", "2"]))
    #expect(try labels(["1", "0"], classes: ["cat", "dog", "emu"]) == ([1, 0], ["cat", "dog", "emu"]))
    #expect(try labels(["dog", "cat", "dog"]) == ([1, 0, 1], ["cat", "dog"]))
    #expect(try labels(["2", "0"], classes: []) == ([2, 0], []))
    #expect(try labels(["cat", "dog"], classes: ["dog", "cat"]) == ([1, 0], ["dog", "cat"]))
    #expect(try labels([nil, nil]) == ([nil, nil], []))
    #expect(throws: Fault.self) { try labels(["1", nil]) }
    #expect(throws: Fault.self) { try labels(["2000000000"]) }
  }

  @Test func samplesWithoutOnePictureAreFaults() throws {
    let fixture = try GrowFixture()
    let picture = try PNG.encodeFast(GrowFixture.dot)
    let source = try source(fixture, [("a.png", picture), ("a.seg.png", picture), ("b.txt", [65]), ("c.png", picture)])
    for index in 0..<2 {
      let fault = try #require(throws: Fault.self) { try source.open(index)() }
      #expect(fault.diagnostic.id == ShardErrors.badSample)
    }
    #expect(try source.open(2)().picture == picture)
  }

  /// A shard that is cut short or changed anywhere gives samples or a fault, never a crash.
  @Test func brokenShardsAreFaults() throws {
    let fixture = try GrowFixture()
    let whole = tar([("a.png", Array(repeating: 7, count: 700)), ("a.cls", [49]), ("b.png", [1, 2, 3]), ("b.cls", [50])])
    func readAll(_ bytes: [UInt8]) throws {
      try fixture.files.write(bytes, to: fixture.path("x.tar"))
      let source = try ShardSource([fixture.path("x.tar")])
      for index in 0..<source.count { _ = try source.open(index)() }
    }
    try readAll(whole)
    for length in [1, 100, 511, 513, 900, 1100] {
      let fault = try #require(throws: Fault.self) { try readAll(Array(whole.prefix(length))) }
      #expect([ShardErrors.brokenShard, DataErrors.empty].contains(fault.diagnostic.id), "\(length)")
    }
    for position in stride(from: 0, to: whole.count, by: 13) {
      var changed = whole
      changed[position] ^= 0xFF
      _ = try? readAll(changed)
    }
    #expect(throws: Fault.self) { try readAll(Array("not a tar file".utf8)) }
  }

  // MARK: As data sets

  private func load(_ members: [(String, [UInt8])], classes: String? = nil) throws -> DataSet {
    let files = MemoryFiles(["x/a.tar": tar(members)])
    if let classes { files.files["x/classes.txt"] = Array(classes.utf8) }
    return try Readers.shards(["x/a.tar"], files)
  }

  @Test func aShardIsADataSet() throws {
    let engine = Engine(threads: 1)
    let (dot, other) = (try PNG.encodeFast(GrowFixture.dot), try PNG.encodeFast(Tensor(dtype: .u8, shape: [2, 3, 1]) { Double($0) }))
    // Keys may repeat, and members of no sample are skipped.
    let members: [(String, [UInt8])] = [
      ("n/a.png", dot), ("n/a.cls", [49, 10]), ("n/a.json", [123]), ("n/.x.png", [1]), ("n/b.cls", [48]), ("n/b.PNG", other), ("n/a.png", other),
      ("n/a.cls", [49]),
    ]
    let set = try load(members, classes: "cat\r\ndog\n\nemu\n")
    #expect(set.count == 3 && set.labels == [1, 0, 1] && set.names == ["cat", "dog", "emu"])
    #expect(try (0..<3).map { try set.shape(of: $0) } == [[1, 1, 1], [2, 3, 1], [2, 3, 1]])
    #expect(try set.source.items([0, 2], engine).map { $0[$0.count - 1] } == [9, 5])
    #expect(try load(members).names == ["0", "1"])
    #expect(try load([("a.png", dot)]).labels == nil)
    #expect(try load([("a.png", dot), ("a.cls", Array("dog".utf8))]).names == ["dog"])
  }

  @Test func aFolderOfShardsIsADataSet() throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(10)
    try fixture.grow(fixture.settings(.tar, copies: 2), to: "shards")
    let set = try Readers.folder(fixture.path("shards"), fixture.files)
    #expect(set.count == 20 && set.names == ["cat", "dog"] && set.labels == (0..<20).map { $0 < 10 ? 0 : 1 })
    try fixture.grow(fixture.settings(.png, copies: 2), to: "folder")
    let pictures = try Readers.folder(fixture.path("folder"), fixture.files)
    let engine = Engine(threads: 1)
    for (a, b) in zip(try set.source.items([0, 7, 19], engine), try pictures.source.items([0, 7, 19], engine)) {
      #expect((0..<a.count).allSatisfy { a[$0] == b[$0] } && a.shape == b.shape)
    }
  }

  @Test func damagedShardsAreNoDataSets() throws {
    let dot = try PNG.encodeFast(GrowFixture.dot)
    func fault(_ members: [(String, [UInt8])]) throws -> Diagnostic { try #require(throws: Fault.self) { try load(members) }.diagnostic }
    #expect(try fault([]).id == DataErrors.empty)
    #expect(try fault([("a.cls", [49])]).message == "the sample `x/a.tar/a` has no picture, expected one picture")
    #expect(try fault([("a.png", dot), ("a.seg.png", dot)]).id == ShardErrors.badSample)
    #expect(try fault([("a.png", dot), ("a.cls", [49]), ("b.png", dot)]).message.contains("the sample `b` of `x/a.tar` has no label"))
    #expect(try fault([("a.png", Array(dot.prefix(20)))]).message.contains("x/a.tar/a.png"))
    let whole = tar([("a.png", dot), ("a.cls", [49]), ("b.png", dot), ("b.cls", [50])])
    for length in [0, 1, 100, 511, 513, 1100, 1600] {
      let files = MemoryFiles(["a.tar": Array(whole.prefix(length))])
      let fault = try #require(throws: Fault.self, "\(length)") { try Readers.shards(["a.tar"], files) }
      #expect(fault.diagnostic.message.contains("a.tar"))
    }
    for position in stride(from: 0, to: whole.count, by: 13) {
      var changed = whole
      changed[position] ^= 0xFF
      _ = try? Readers.shards(["a.tar"], MemoryFiles(["a.tar": changed]))
    }
  }
}
