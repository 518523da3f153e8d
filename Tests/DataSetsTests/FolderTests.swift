import DataSets
import Diagnostics
import Effects
import Engine
import Images
import Tensors
import TestSupport
import Testing

/// Folders of pictures: what `save` writes, `images` gives back, and nothing else is touched.
@Suite struct FolderTests {
  private let engine = Engine(threads: 1)

  private func set(_ labels: [Int32]?, _ names: [String] = [], count: Int? = nil) throws -> DataSet {
    let count = count ?? labels?.count ?? 0
    let images = try Tensor(dtype: .u8, shape: [count, 2, 3, 1]) { Double(($0 * 7) % 256) }
    return try DataSet(.dense(images), labels: labels, names: names)
  }

  private func png(_ value: Double) throws -> [UInt8] { try PNG.encode(try Tensor(dtype: .f32, shape: [4, 4, 1]) { _ in value }) }

  static let classes: [[String]] = [
    ["b", "a"], (0..<11).map(String.init), ["a", "b", "c"], ["", ".", "..", "/"], ["a", "a", "a-1", "a-2"], ["a", "a-2", "a"], ["A", "a"],
    ["labels.csv", "saved.csv"], ["x\ny", "x\ry", "x\u{2028}y"], [String(repeating: "é", count: 300), String(repeating: "é", count: 299)],
    ["a,b", "\"", " "], ["10", "9", "two"], ["é", "e\u{301}"], [".\u{301}"],
  ]

  /// Labels, classes (also those without pictures), order and pixels.
  @Test(arguments: classes)
  func foldersComeBack(_ names: [String]) throws {
    let last = Int32(names.count - 1)
    for labels in [[last, 0, last], (0..<Int32(names.count)).map { $0 }, [0], [last]] {
      let files = MemoryFiles()
      let written = try set(labels, names)
      try Writers.folder(written, to: "out/", files, engine)
      let read = try Readers.folder("out", files)
      #expect(read.labels == labels && read.names.map { Array($0.utf8) } == names.map { Array($0.utf8) })
      #expect(try read.isSame(as: written, engine))
      #expect(files.files.keys.allSatisfy { $0.hasPrefix("out/") && !$0.contains("/.") && $0.split(separator: "/").count <= 3 })
    }
  }

  @Test func labelsWithoutNamesComeBack() throws {
    let files = MemoryFiles()
    let written = try set([10, 2, 0, 1, 10])
    try Writers.folder(written, to: "out/", files, engine)
    let read = try Readers.folder("out/", files)
    #expect(read.labels == [10, 2, 0, 1, 10] && read.names == [])
    #expect(try read.isSame(as: written, engine))
    let plain = try set(nil, count: 3)
    try Writers.folder(plain, to: "plain/", files, engine)
    #expect(try Readers.folder("plain/", files).isSame(as: plain, engine) && Readers.folder("plain/", files).labels == nil)
  }

  @Test func foldersOfNumbersAreInTheOrderOfNumbers() throws {
    let files = MemoryFiles()
    for name in ["0", "1", "10", "2", "x"] { try files.write(try png(0), to: "a/\(name)/p.png") }
    #expect(try Readers.folder("a", files).names == ["0", "1", "2", "10", "x"])
  }

  @Test func foldersWithoutPicturesAreNoClasses() throws {
    let files = MemoryFiles()
    for path in ["a/cat/0.png", "a/dog/0.png"] { try files.write(try png(0), to: path) }
    for path in ["a/__MACOSX/._0.png", "a/.ipynb_checkpoints/0.png", "a/notes/readme.txt", "a/empty/deeper/0.png"] { try files.write(try png(0), to: path) }
    let read = try Readers.folder("a", files)
    #expect(read.names == ["cat", "dog"] && read.count == 2)
  }

  /// What a person does to a folder that `save` wrote: pictures go, move to another class, and come.
  @Test func picturesCanBeSortedByHand() throws {
    let files = MemoryFiles()
    try Writers.folder(try set([1, 0, 1, 2], ["b", "a", "c"]), to: "out/", files, engine)
    files.files["out/b/00001.png"] = nil
    files.files["out/b/00000.png"] = files.files.removeValue(forKey: "out/a/00000.png")
    try files.write(try png(1), to: "out/new/p.png")
    let read = try Readers.folder("out/", files)
    #expect(read.names == ["b", "a", "c", "new"] && read.labels == [1, 2, 0, 3])
  }

  /// `labels.csv` alone, as earlier versions wrote it.
  @Test func aTableOfLabelsIsHonoured() throws {
    let files = MemoryFiles()
    for name in ["2.png", "1.png", "0.png"] { try files.write(try png(0), to: "a/\(name)") }
    try files.write(Array("file,label,name\n2.png,1,dog\n0.png,0,cat\n1.png,1,dog\n".utf8), to: "a/labels.csv")
    let read = try Readers.folder("a", files)
    #expect(read.labels == [1, 0, 1] && read.names == ["cat", "dog"])
    try files.write(Array("file,label,name\n2.png,x,dog\n".utf8), to: "a/labels.csv")
    #expect(try #require(throws: Fault.self) { try Readers.folder("a", files) }.diagnostic.message.contains("`a/labels.csv`, line 2"))
    try files.write(Array("picture,class\n2.png,dog\n".utf8), to: "a/labels.csv")
    #expect(try Readers.folder("a", files).labels == nil)
  }

  // MARK: Saving again

  @Test func whatAnEarlierSaveWroteIsReplaced() throws {
    let files = MemoryFiles()
    try Writers.folder(try set((0..<30).map { $0 % 3 }, ["a", "b", "c"]), to: "out/", files, engine)
    try files.write(Array("my notes".utf8), to: "out/about.txt")
    let small = try set([1, 0], ["b", "x"])
    try Writers.folder(small, to: "out/", files, engine)
    #expect(files.files.keys.sorted() == ["out/about.txt", "out/b/00001.png", "out/labels.csv", "out/saved.csv", "out/x/00000.png"])
    #expect(try Readers.folder("out/", files).isSame(as: small, engine))
    let plain = try set(nil, count: 2)
    try Writers.folder(plain, to: "out/", files, engine)
    #expect(files.files.keys.sorted() == ["out/00000.png", "out/00001.png", "out/about.txt", "out/saved.csv"])
  }

  @Test(arguments: ["out/mine.png", "out/cats/mine.jpg", "out/readme.txt", "out/a/b/c.txt", "out/labels.csv", "out/saved.csv"])
  func foldersOfOthersAreLeftAlone(_ path: String) throws {
    let files = MemoryFiles()
    try files.write(Array("mine".utf8), to: path)
    let fault = try #require(throws: Fault.self) { try Writers.folder(try set([0, 1]), to: "out/", files, engine) }.diagnostic
    #expect(fault.id == DataErrors.mixedFolder && fault.message.contains("`out/` contains 1 file") && fault.hint?.contains("empty folder") == true)
    #expect(files.files == [path: Array("mine".utf8)])
  }

  @Test func picturesOfOthersAmongOursAreNeverRemoved() throws {
    let files = MemoryFiles()
    try Writers.folder(try set([0, 1]), to: "out/", files, engine)
    try files.write(try png(1), to: "out/0/mine.png")
    let before = files.files
    #expect(throws: Fault.self) { try Writers.folder(try set([0]), to: "out/", files, engine) }
    #expect(files.files == before)
  }

  /// A file that says what `save` wrote may come from anywhere, and says what is removed.
  @Test(arguments: ["../mine.png", "/mine.png", "a/../../mine.png", ".hidden.png", "mine.txt", "a/b/c.png", "a//c.png"])
  func theIndexLeadsNowhereElse(_ path: String) throws {
    let files = MemoryFiles()
    try files.write(Array("what,path,label,name\nstate,complete,,names\npicture,\(path),,\n".utf8), to: "out/saved.csv")
    try files.write([1], to: "mine.png")
    #expect(throws: Fault.self) { try Writers.folder(try set([0]), to: "out/", files, engine) }
    #expect(files.files["mine.png"] == [1])
  }

  /// Files that fail after some have been written.
  private final class FullDisk: FileAccess {
    let files = MemoryFiles()
    var room = Int.max
    func read(_ path: String) throws -> [UInt8] { try files.read(path) }
    func makeFolder(_ path: String) {}
    func exists(_ path: String) -> Bool { files.exists(path) }
    func isFolder(_ path: String) -> Bool { files.isFolder(path) }
    func list(_ folder: String) throws -> [String] { try files.list(folder) }
    private func take() throws {
      guard room > 0 else { throw Fault(FileErrors.unwritable, "the disk is full") }
      room -= 1
    }
    func write(_ bytes: [UInt8], to path: String) throws {
      try take()
      try files.write(bytes, to: path)
    }
    func remove(_ path: String) throws {
      try take()
      try files.remove(path)
    }
  }

  /// Wherever a `save` is interrupted: the old set, the new set, or an error that says so.
  @Test func anInterruptedSaveIsNoDataSet() throws {
    let (old, new) = (try set([0, 1, 0, 1], ["a", "b"]), try set([1, 0, 2], ["c", "b", "a"]))
    var seen: Set<String> = []
    for room in 0..<14 {
      let disk = FullDisk()
      try Writers.folder(old, to: "out/", disk, engine)
      disk.room = room
      let isDone = (try? Writers.folder(new, to: "out/", disk, engine)) != nil
      do {
        let read = try Readers.folder("out/", disk)
        #expect(try read.isSame(as: isDone ? new : old, engine))
        seen.insert(isDone ? "new" : "old")
      } catch let fault as Fault {
        #expect(fault.diagnostic.id == DataErrors.mixedFolder && fault.diagnostic.message.contains("incomplete"))
        seen.insert("part")
      }
      disk.room = .max
      try Writers.folder(new, to: "out/", disk, engine)
      #expect(try Readers.folder("out/", disk).isSame(as: new, engine))
      #expect(disk.files.files.keys.filter { $0.hasSuffix(".png") }.count == 3)
    }
    #expect(seen == ["old", "part", "new"])
  }

  // MARK: Decoding

  /// Files that count how often each is read whole, and can change.
  private final class Watched: FileAccess {
    let files = MemoryFiles()
    var reads: [String] = []
    func read(_ path: String) throws -> [UInt8] {
      reads.append(path)
      return try files.read(path)
    }
    func read(_ path: String, first count: Int) throws -> [UInt8] { Array(try files.read(path).prefix(count)) }
    func stamp(_ path: String) -> FileStamp? { nil }
    func write(_ bytes: [UInt8], to path: String) throws { try files.write(bytes, to: path) }
    func makeFolder(_ path: String) {}
    func exists(_ path: String) -> Bool { files.exists(path) }
    func isFolder(_ path: String) -> Bool { files.isFolder(path) }
    func list(_ folder: String) throws -> [String] { try files.list(folder) }
  }

  private func watched(_ count: Int) throws -> Watched {
    let files = Watched()
    for index in 0..<count { try files.write(try png(Double(index) / 255), to: "a/\(100 + index).png") }
    return files
  }

  @Test func onlyWhatIsLookedAtIsDecoded() throws {
    let files = try watched(40)
    let set = try Readers.folder("a/", files)
    #expect(files.reads.isEmpty && set.count == 40)
    let part = set.selecting(Array(0..<10))
    let images = try part.images(engine)
    #expect(files.reads == (100..<110).map { "a/\($0).png" } && (0..<10).allSatisfy { (images[$0 * 16] * 255).rounded() == Double($0) })
    _ = try set.example(3, engine)
    #expect(files.reads.count == 10)
    _ = try set.images(Engine(threads: 3))
    #expect(files.reads.count == 40)
  }

  @Test func whatIsKeptIsBounded() throws {
    let files = try watched(8)
    let pictures = try PictureFiles((0..<8).map { "a/\(100 + $0).png" }, files, cacheLimit: 40)
    let set = try DataSet(.files(pictures))
    let first = try set.selecting(Array(0..<8)).images(engine)
    let again = try set.selecting(Array(0..<8)).images(engine)
    #expect(pictures.decodings == 8 + 6 && (0..<first.count).allSatisfy { first[$0] == again[$0] })
  }

  @Test func changedRemovedAndDamagedFilesAreNamed() throws {
    let files = try watched(6)
    let set = try Readers.folder("a", files)
    files.files.files["a/102.png"] = nil
    #expect(try #require(throws: Fault.self) { try set.images(engine) }.diagnostic.message.contains("a/102.png"))
    try files.write(try PNG.encode(try Tensor(dtype: .f32, shape: [5, 4, 1]) { _ in 0 }), to: "a/102.png")
    #expect(try #require(throws: Fault.self) { try set.images(engine) }.diagnostic.message == "`a/102.png` has changed since the folder was read")
    let whole = try png(0.5)
    for threads in [1, 4] {
      try files.write(Array(whole.dropLast(20)), to: "a/104.png")
      try files.write(Array(whole.dropLast(20)), to: "a/102.png")
      #expect(try #require(throws: Fault.self) { try set.images(Engine(threads: threads)) }.diagnostic.message.contains("a/102.png"))
      #expect(try set.selecting([0, 1, 3]).images(engine).shape == [3, 4, 4, 1])
    }
  }

  /// On disk, the time of change and the file's number tell.
  @Test func filesOnDiskAreKnownByTheirStamp() throws {
    let disk = SystemFiles()
    let folder = "/tmp/loam-stamp-\(UInt64.random(in: 0...UInt64.max))/"
    defer { for name in ["a.png"] { try? disk.remove(folder + name) }; try? disk.remove(folder) }
    try disk.write(try png(0), to: folder + "a.png")
    let set = try Readers.folder(folder, disk)
    try disk.write(try png(1), to: folder + "a.png")
    #expect(try #require(throws: Fault.self) { try set.images(engine) }.diagnostic.message.contains("has changed"))
  }

  @Test func depthAndChannelsAreMixed() throws {
    let files = MemoryFiles()
    // 16 bits of grey beside 8 bits of colour, and a JPEG by its content.
    let deep: [UInt8] = [
      137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 3, 0, 0, 0, 1, 16, 0, 0, 0, 0, 110, 27, 151, 43, 0, 0, 0, 15, 73, 68, 65, 84, 120,
      156, 99, 96, 96, 16, 20, 84, 82, 2, 0, 0, 228, 0, 103, 112, 225, 151, 59, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
    ]
    try files.write(deep, to: "a/0.jpg")
    try files.write(try PNG.encode(try Tensor(dtype: .f32, shape: [1, 3, 4]) { _ in 0.2 }), to: "a/1.png")
    let images = try Readers.folder("a/", files).images(engine)
    #expect(images.shape == [2, 1, 3, 4])
    let shades: [Float] = [0, 4369, 8738].map { $0 / 65535 }
    let expected: [Float] = shades.flatMap { (shade: Float) -> [Float] in [shade, shade, shade, 1] }
    #expect((0..<12).map { Float(images[$0]) } == expected)
    #expect(images[12] == Double(Float(51) / 255))
  }

  @Test func filesAreTheSameForAnyNumberOfThreads() throws {
    let turn = RecipeStep(.rotate(.uniform(-20, 20), about: .spot(.center)), key: RandomKey(bits: 9), place: 0)
    let grown = try set((0..<30).map { $0 % 3 }, ["a", "b", "c"]).applying([turn], copies: 7)
    let (one, four) = (MemoryFiles(), MemoryFiles())
    try Writers.folder(grown, to: "out/", one, Engine(threads: 1))
    try Writers.folder(grown, to: "out/", four, Engine(threads: 4))
    #expect(one.files == four.files && one.files.count == 212)
  }

  @Test func aRequestToStopEndsASave() throws {
    let cancellation = Cancellation.never()
    cancellation.flag.pointee = 1
    let files = MemoryFiles()
    #expect(throws: Interrupted.self) { try Writers.folder(try set([0, 1]), to: "out/", files, engine, cancellation) }
    #expect(try #require(throws: Fault.self) { try Readers.folder("out/", files) }.diagnostic.id == DataErrors.mixedFolder)
  }
}
