import DataSets
import Diagnostics
import Effects
import Engine
import Images
import Tensors
import TestSupport
import Testing

@Suite struct ReaderTests {
  private let engine = Engine(threads: 1)

  private func png(_ height: Int, _ width: Int, _ channels: Int, _ value: Double) throws -> [UInt8] {
    try PNG.encode(try Tensor(dtype: .f32, shape: [height, width, channels]) { _ in value })
  }

  @Test func foldersAreClasses() throws {
    let files = MemoryFiles()
    for (name, value) in [("cat", 0.0), ("dog", 1.0)] {
      for number in 0..<3 { try files.write(try png(4, 4, 1, value), to: "pets/\(name)/\(number).png") }
    }
    let set = try Readers.folder("pets", files)
    #expect(set.count == 6 && set.names == ["cat", "dog"] && set.labels == [0, 0, 0, 1, 1, 1])
    let images = try set.images(engine)
    #expect(images.shape == [6, 4, 4, 1] && images[0] == 0 && images[images.count - 1] == 1)
  }

  @Test func mixedSizesWaitUntilTheyMatter() throws {
    let files = MemoryFiles()
    try files.write(try png(4, 4, 1, 1), to: "a/0.png")
    try files.write(try png(6, 8, 3, 1), to: "a/1.png")
    let set = try Readers.folder("a/", files)
    #expect(set.count == 2)
    let fault = try #require(throws: Fault.self) { try set.images(engine) }
    #expect(fault.diagnostic.message.contains("[4, 4, 3]") && fault.diagnostic.message.contains("[6, 8, 3]"))
    let step = RecipeStep(.resize(height: 5, width: 5), key: RandomKey(bits: 0), place: 0)
    #expect(try set.applying([step]).images(engine).shape == [2, 5, 5, 3])
  }

  /// A grey JPEG of 8×8 pixels, all 128: shortest tables, one coefficient.
  private static let jpeg: [UInt8] =
    [0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0] + [UInt8](repeating: 1, count: 64) + [0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]
    + [0xFF, 0xC4, 0, 20, 0x00, 1] + [UInt8](repeating: 0, count: 15) + [0] + [0xFF, 0xC4, 0, 20, 0x10, 1] + [UInt8](repeating: 0, count: 15) + [0]
    + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F, 0xFF, 0xD9]

  @Test func foldersMixPicturesOfEitherKind() throws {
    let files = MemoryFiles()
    try files.write(try png(8, 8, 3, 1), to: "a/0.PNG")
    for name in ["1.jpg", "2.JPEG", "3.Jpg"] { try files.write(Self.jpeg, to: "a/" + name) }
    try files.write([], to: "a/notes.txt")
    let images = try Readers.folder("a", files).images(engine)
    #expect(images.shape == [4, 8, 8, 3])
    for index in images.count / 4..<images.count { #expect(images[index] == Double(Float(128) / 255)) }
    #expect(try Headers.folder("a", files) == nil)
    files.files["a/0.PNG"] = nil
    #expect(try Headers.folder("a", files)?.exampleShape() == [8, 8, 1])
    try files.write(Array("not a picture".utf8), to: "a/4.jpg")
    let fault = try #require(throws: Fault.self) { try Readers.folder("a", files) }
    #expect(fault.diagnostic.message.contains("a/4.jpg"))
  }

  @Test func emptyAndMissingFoldersSaySo() throws {
    let files = MemoryFiles()
    try files.write([], to: "a/readme.txt")
    let fault = try #require(throws: Fault.self) { try Readers.folder("a", files) }
    #expect(fault.diagnostic.message.contains("no images"))
  }

  private func idx(_ shape: [Int], _ count: Int? = nil) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, 8, UInt8(shape.count)]
    for size in shape { bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } }
    return bytes + (0..<(count ?? shape.reduce(1, *))).map { UInt8($0 % 251) }
  }

  @Test func idxFilesWithEitherSpelling() throws {
    let files = MemoryFiles()
    try files.write(idx([5, 3, 3]), to: "m/train-images.idx3-ubyte")
    try files.write(idx([5]), to: "m/train-labels-idx1-ubyte")
    let set = try Readers.mnist("m", part: "train", names: [], files)
    #expect(set.count == 5 && set.labels == [0, 1, 2, 3, 4])
    #expect(throws: Fault.self) { try Readers.mnist("m", part: "test", names: [], files) }
  }

  /// Cut anywhere: a fault that names the file.
  @Test func truncatedIdxIsAFault() throws {
    let bytes = idx([4, 3, 3])
    for length in 0..<bytes.count {
      let fault = try #require(throws: Fault.self) { try IDX.decode(Array(bytes.prefix(length)), name: "images.idx") }
      #expect(fault.diagnostic.message.contains("images.idx"))
    }
    // Sizes beyond all memory.
    #expect(throws: Fault.self) { try IDX.decode([0, 0, 8, 3] + [UInt8](repeating: 0xFF, count: 12), name: "huge") }
    #expect(throws: Fault.self) { try IDX.decode([0x1F, 0x8B, 8, 0, 0, 0], name: "cut.gz") }
  }

  @Test func idxRoundTrip() throws {
    let tensor = try IDX.decode(idx([2, 3]), name: "x")
    #expect(IDX.encode(tensor) == idx([2, 3]))
  }

  /// A size of zero makes any other believable.
  @Test(
    arguments: [[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0], [0x7F, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0], [0x17, 0xD7, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 1]]
      as [[UInt8]])
  func headersAreNotBelieved(_ sizes: [UInt8]) throws {
    let files = MemoryFiles()
    files.files["a/train-images-idx3-ubyte"] = [0, 0, 8, 3] + sizes
    files.files["a/train-labels-idx1-ubyte"] = [0, 0, 8, 1, 0, 0, 0, 0]
    for read in [{ try Readers.mnist("a/", part: "train", names: [], files) }, { try Headers.mnist("a/", part: "train", names: [], files) }] {
      #expect(try #require(throws: Fault.self) { _ = try read() }.diagnostic.id == DataErrors.badIDX)
    }
  }

  /// Names of classes may come from anywhere; what is written stays in its folder, and each class in one of its own.
  @Test func classesBecomeFoldersWhateverTheirNames() throws {
    let files = MemoryFiles()
    let names = ["t-shirt/top", ".hidden", "../../esc", "", "a, b", "a, b"]
    let images = try Tensor(dtype: .f32, shape: [6, 2, 2, 1]) { Double($0) / 24 }
    try Writers.folder(DataSet(.dense(images), labels: [0, 1, 2, 3, 4, 5], names: names), to: "out/", files, engine)
    let set = try Readers.folder("out/", files)
    #expect(set.count == 6 && set.names == names)
    #expect(files.files.keys.allSatisfy { $0.hasPrefix("out/") && !$0.contains("/.") })
    #expect(String(decoding: try files.read("out/labels.csv"), as: UTF8.self).contains("\"a, b-5/00005.png\",5,\"a, b\"\n"))
    // A system's notes beside the pictures are none.
    files.files["out/_.hidden/._00001.png"] = [1, 2, 3]
    #expect(try Readers.folder("out/", files).count == 6)
  }
}
