import DataSets
import Diagnostics
import Engine
import Images
import Tensors
import TestSupport
import Testing

/// Annotations in the format of Pascal VOC: as the challenge has them, damaged, and back again.
@Suite struct PascalTests {
  private let engine = Engine(threads: 1)

  private func png(_ height: Int, _ width: Int) throws -> [UInt8] {
    try PNG.encode([UInt8](repeating: 0, count: height * width), height: height, width: width, channels: 1)
  }

  /// A file of VOC2007 in short, with the parts of a person.
  private static let person = """
    <annotation>
      <folder>VOC2007</folder><filename>a.jpg</filename>
      <size><width>60</width><height>40</height><depth>3</depth></size>
      <object>
        <name>person</name><pose>Frontal</pose><truncated>0</truncated><difficult>1</difficult>
        <bndbox><xmin>1</xmin><ymin>3</ymin><xmax>60</xmax><ymax>10</ymax></bndbox>
        <part><name>head</name><bndbox><xmin>5</xmin><ymin>5</ymin><xmax>6</xmax><ymax>6</ymax></bndbox></part>
      </object>
      <object><name> cat &amp; dog </name><bndbox><ymin>4.5</ymin><xmin>7</xmin><ymax>40</ymax><xmax>7</xmax></bndbox></object>
    </annotation>
    """

  private func files(_ xml: String) throws -> MemoryFiles {
    MemoryFiles(["set/JPEGImages/a.png": try png(40, 60), "set/JPEGImages/b.png": try png(30, 30), "set/Annotations/a.xml": Array(xml.utf8)])
  }

  private func read(_ xml: String) throws -> DataSet { try Readers.pascal("set", part: nil, minVisible: 0.1, files(xml)) }

  @Test func pixelsAreCountedFromOneAndIncluded() throws {
    let set = try read(Self.person)
    #expect(set.names == ["cat & dog", "person"] && set.count == 2)
    #expect(
      try set.boxes(0) == [
        Box(.upright(top: 2, left: 0, bottom: 10, right: 60), label: 1), Box(.upright(top: 3.5, left: 6, bottom: 40, right: 7), label: 0),
      ])
    // A picture without a file has no boxes.
    #expect(try set.boxes(1) == [])
  }

  @Test func partsAndLayouts() throws {
    let files = try files(Self.person)
    files.files["set/ImageSets/Main/train.txt"] = Array("b  1\na -1\n".utf8)
    files.files["set/classes.txt"] = Array("person\nsheep\ncat & dog\n".utf8)
    let set = try Readers.pascal("set/", part: "train", minVisible: 0.1, files)
    #expect(try set.names == ["person", "sheep", "cat & dog"] && set.boxes(0) == [] && set.boxes(1)?.map(\.label) == [0, 2])
    files.files["set/ImageSets/Main/train.txt"] = Array("c\n".utf8)
    #expect(throws: Fault.self) { try Readers.pascal("set/", part: "train", minVisible: 0.1, files) }
    #expect(throws: Fault.self) { try Readers.pascal("set/", part: "val", minVisible: 0.1, files) }
    files.files["set/classes.txt"] = Array("persons\n".utf8)
    let fault = try #require(throws: Fault.self) { try Readers.pascal("set/", part: nil, minVisible: 0.1, files) }
    #expect(fault.diagnostic.message == "`set/Annotations/a.xml`, line 4: `person` is not in `set/classes.txt`")
    let fixture = try GrowFixture()
    for (name, content) in try self.files(Self.person).files { try fixture.files.write(content, to: fixture.path(name)) }
    #expect(try Readers.pascal(fixture.path("set/JPEGImages"), part: nil, minVisible: 0.1, fixture.files).boxes(0)?.count == 2)
    let beside = MemoryFiles(["x/a.png": try png(40, 60), "x/a.xml": Array(Self.person.utf8)])
    #expect(try Readers.pascal("x", part: nil, minVisible: 0.1, beside).boxes(0)?.count == 2)
  }

  private static func object(_ content: String) -> String { "<annotation>\n<object>\n\(content)</object></annotation>" }
  private static let damaged: [(String, Int, String)] = [
    ("", 1, "no element"), ("<annotation>\n<object></annotation>", 2, "mismatched tag"), ("<a/>", 1, "expected `annotation`"),
    (object("<name>x</name>"), 2, "no `bndbox`"), (object("<name> </name>"), 2, "no `name`"),
    (object("<name>x</name>\n<bndbox><xmin>1</xmin></bndbox>"), 4, "no `ymin`"),
    (object("<name>x</name><bndbox><xmin>1</xmin>\n<ymin>one</ymin><xmax>3</xmax><ymax>3</ymax></bndbox>"), 4, "`one` is not a number"),
    (object("<name>x</name><bndbox><xmin>nan</xmin>\n<ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox>"), 3, "`nan` is not a number"),
    (object("<name>x</name><bndbox><xmin>9</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox>"), 3, "ends before it begins"),
    ("<annotation>\n<size><width>40</width><height>60</height></size></annotation>", 2, "the picture is 60×40 here, but it is 40×60"),
    ("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<annotation>&x;</annotation>", 1, "document type declaration"),
    (String(repeating: "<a>\n", count: 100), 65, "nested more than 64 deep"), ("<annotation>\u{1}</annotation>", 1, "not well-formed"),
  ]

  @Test(arguments: damaged.indices)
  func damagedFilesSayWhere(_ index: Int) throws {
    let (xml, line, what) = Self.damaged[index]
    let fault = try #require(throws: Fault.self) { try read(xml) }
    #expect(fault.diagnostic.id == AnnotationErrors.badPascal)
    #expect(
      fault.diagnostic.message.hasPrefix("`set/Annotations/a.xml`, line \(line): ") && fault.diagnostic.message.contains(what), "\(fault.diagnostic.message)")
  }

  @Test func largeFilesAreRefused() throws {
    let fault = try #require(throws: Fault.self) { try read(String(repeating: " ", count: 1 << 22) + "<annotation/>") }
    #expect(fault.diagnostic.id == AnnotationErrors.badPascal && fault.diagnostic.message.contains("too many for one picture"))
  }

  /// No cut of a file crashes, and none is taken for the whole.
  @Test func everyPrefixIsAnError() throws {
    for length in 0..<Self.person.count { #expect(throws: Fault.self) { try read(String(Self.person.prefix(length))) } }
  }

  @Test func foldersComeBackInWholePixels() throws {
    let images = try Tensor(dtype: .u8, shape: [2, 32, 64, 1]) { Double($0 % 251) }
    let boxes = [
      [
        Box(.upright(top: 2, left: 4, bottom: 20, right: 36), label: 1), Box(.upright(top: 3.4, left: 1.6, bottom: 3.45, right: 64), label: 0, visible: 0.5),
        Box(.rotated(row: 20, column: 30, height: 8, width: 20, angle: 90), label: 0),
      ], [],
    ]
    let set = try DataSet(.dense(images), names: ["a <\"b\"> & c", "d"], annotations: Annotations(boxes: boxes))
    let files = MemoryFiles()
    for part in [set, set.selecting([0])] {
      try Writers.pascal(part, to: "out", files, engine)
      let read = try Readers.pascal("out/", part: "all", minVisible: 0.1, files)
      #expect(read.count == part.count && read.names == set.names)
      #expect(
        try read.boxes(0) == [
          boxes[0][0], Box(.upright(top: 3, left: 2, bottom: 4, right: 64), label: 0), Box(.upright(top: 10, left: 26, bottom: 30, right: 34), label: 0),
        ])
      #expect(try read.source.items([0], engine)[0][77] == 77)
    }
    #expect(files.files.keys.sorted() == ["out/Annotations/00000.xml", "out/ImageSets/Main/all.txt", "out/JPEGImages/00000.png", "out/classes.txt"])
    for name in ["mine/notes.txt", "mine/JPEGImages/00000.png", "mine/Annotations/00000.xml"] {
      let others = MemoryFiles([name: Array("<annotation/>".utf8)])
      let fault = try #require(throws: Fault.self) { try Writers.pascal(set, to: "mine/", others, engine) }
      #expect(fault.diagnostic.id == DataErrors.mixedFolder && others.files.count == 1)
    }
    let unlabelled = try DataSet(.dense(images), annotations: Annotations(boxes: [[Box(boxes[0][0].shape)], []]))
    #expect(throws: Fault.self) { try Writers.pascal(unlabelled, to: "no/", files, engine) }
  }
}
