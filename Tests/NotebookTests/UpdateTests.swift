import Diagnostics
import Effects
import Foundation
import Notebook
import TestSupport
import Testing

/// Lessons in folders of their own, with outputs made, kept, verified and taken away.
@Suite struct UpdateTests {
  /// A lesson in a new folder.
  struct Place {
    let folder: URL
    let name: String

    init(_ text: String, name: String = "lesson.md") throws {
      try self.init(bytes: Array(text.utf8), name: name)
    }

    init(bytes: [UInt8], name: String = "lesson.md") throws {
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("loam-lesson-\(UUID().uuidString)")
      self.name = name
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try write(bytes)
    }

    var path: String { folder.appendingPathComponent(name).path }
    func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
    var lesson: Lesson { get throws { Lesson([UInt8](try Data(contentsOf: folder.appendingPathComponent(name))), named: path) } }
    var text: String { get throws { String(decoding: try lesson.lines.bytes, as: UTF8.self) } }
    func names(in sub: String) -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(sub).path)) ?? []).sorted() }

    func outputs(_ settings: LessonSettings = LessonSettings()) throws -> (outputs: [CellOutput?], reports: [Diagnostic]) {
      var (outputs, reports): ([CellOutput?], [Diagnostic]) = ([], [])
      let lesson = try lesson
      _ = LessonRun.recording(lesson, in: Effects.forTests(), settings, threads: 1).run {
        outputs.append($0.complaints.isEmpty ? $0.output : nil)
        reports += $0.complaints
      }
      return (outputs, lesson.problems + reports)
    }

    /// As `loam update` does.
    @discardableResult func update() throws -> [Diagnostic] {
      let (outputs, reports) = try outputs()
      let lesson = try lesson
      guard lesson.problems.isEmpty else { return reports }
      let assets = Assets(of: lesson, LessonFiles(folder: lesson.folder))
      let edit = try LessonEdit.updating(lesson, outputs, saved: assets.saved(), tolerance: 2)
      try assets.write(edit.pictures)
      try write(edit.bytes)
      assets.removeStale(naming: try self.lesson.links)
      return reports
    }

    func differences() throws -> [LessonCheck.Difference] {
      let lesson = try lesson
      return LessonCheck(lesson, try outputs().outputs, saved: Assets(of: lesson, LessonFiles(folder: lesson.folder)).saved(), tolerance: 2).differences
    }

    func stripped() throws -> [UInt8] { try LessonEdit.stripping(lesson).bytes }
  }

  /// The lesson of the corpus with its outputs beside it; LOAM_RECORD=1 writes it anew.
  @Test(arguments: ["first"])
  func theCorpusIsUpdated(_ name: String) throws {
    let original = Corpus.text("lessons/\(name).md")
    let place = try Place(original, name: "\(name).md")
    #expect(try place.update().isEmpty)
    #expect(try Corpus.isKept(place.text, "lessons/\(name).updated.md"))
    let pictures = place.names(in: "\(name).assets")
    #expect(try pictures.count == 1 && place.text.contains("](\(name).assets/\(pictures[0]))"))
    #expect(try place.differences().isEmpty)

    // Again: the same bytes, whatever happened to the pictures' own bytes.
    let before = try place.text
    #expect(try place.update().isEmpty && place.text == before && place.names(in: "\(name).assets") == pictures)
    #expect(try String(decoding: place.stripped(), as: UTF8.self) == original)
  }

  /// Line ends, tabs, bytes that are no text, and a file's end stay as they are.
  @Test(arguments: [
    "```loam\r\nprint(1)\r\nprint(\"a\\nb\")\r\n```\r\ntext\r\n", "> ```loam\r\n> print(1)\r\n> ```\r\n> text\r\n",
    "-\t```loam\n\tprint(1)\n\tif true {\n\t\tprint(2)\n\t}\n\t```\n",
    "1.  a\n\n    - b\n      > ```loam\n      > 1 + 1\n      > ```\n      > c\n", "   ```loam\n   print(\"  x\")\n   ```\n", "\u{FEFF}```loam\n1\n```\n",
    "```loam\r1\r```\rtext\r",
    "<details>\n\n```loam\n1\n```\n\n</details>\n", "| a |\n|---|\n| b |\n\n~~~~ loam\n\"```\"\n~~~~\n", "~~~loam\nprint(\"~~~\\n````\")\n~~~\n## Next\n",
    "```loam\nprint(\"\")\n```\n***\n", "* ```loam\n  print(\"a\")\n  ```\n* b\n", "> > ```loam\n> > print(\"\\n\\n> x\")\n> > ```\nlazy\n",
  ])
  func whatIsAroundStays(_ text: String) throws {
    let place = try Place(text)
    #expect(try place.update().isEmpty)
    let updated = try place.text
    #expect(updated != text)
    #expect(try place.differences().isEmpty)
    #expect(try place.update().isEmpty && place.text == updated)
    #expect(try place.stripped() == Array(text.utf8))
    if text.contains("\r\n") { #expect(!updated.replacingOccurrences(of: "\r\n", with: "").contains("\n")) }
  }

  @Test func bytesThatAreNoTextStay() throws {
    let bytes: [UInt8] = Array("a\0b ".utf8) + [0xFF, 0xFE, 0xC3] + Array("\n\n```loam\nprint(1)\n```\n".utf8) + [0x80, 0x0D, 0x0A, 0xC3]
    let place = try Place(bytes: bytes)
    #expect(try place.update().isEmpty && place.text.contains("loam:out"))
    #expect(try place.stripped() == bytes)
  }

  @Test func aFileMayEndWithItsCell() throws {
    let place = try Place("```loam\n1\n```")
    try place.update()
    let updated = try place.text
    #expect(updated == "```loam\n1\n```\n<!-- loam:out -->\n```text\n1\n```\n<!-- loam:end -->")
    #expect(try place.update().isEmpty && place.text == updated)
  }

  /// A cell that fails keeps its old output, and the others get theirs.
  @Test func oneErrorIsNotTheEnd() throws {
    let place = try Place("```loam\nnme\n```\n<!-- loam:out -->\n```text\nold\n```\n<!-- loam:end -->\n\n```loam\nprint(2)\n```\n\n```loam fails\n3\n```\n")
    let reports = try place.update()
    #expect(reports.map(\.id) == [MachineCodes.unknownName, LessonErrors.didNotFail.code].map { DiagnosticID($0, "") })
    #expect(reports.map { $0.span?.location.line } == [2, 15])
    let text = try place.text
    #expect(text.contains("```text\nold\n```") && text.contains("```text\n2\n```") && !text.contains("```text\n3\n```"))
  }

  private enum MachineCodes { static let unknownName = "L0201" }

  @Test func verifyTellsWhatDiffers() throws {
    let place = try Place("```loam id=a\nfor i in 0..9 { print(i) }\n```\n\n```loam noverify\nprint(time())\n```\n\n```loam\nshow(zeros(2, 2))\n```\n")
    try place.update()
    #expect(try place.differences().isEmpty)
    try place.write(Array(place.text.replacingOccurrences(of: "print(i)", with: "print(if i == 4 { \"x\" } else { i })").utf8))
    let differences = try place.differences()
    #expect(differences.count == 1 && differences[0].cell.marks.id == "a")
    #expect(differences[0].lines == ["  2", "  3", "- 4", "+ x", "  5", "  6"])
  }

  @Test func anOutputThatIsMissingOrTooMuchDiffers() throws {
    #expect(try Place("```loam\nprint(1)\n```\n").differences().map(\.lines) == [["+ 1"]])
    #expect(try Place("```loam\nx = 1\n```\n<!-- loam:out -->\n```text\n1\n```\n<!-- loam:end -->\n").differences().map(\.lines) == [["- 1"]])
    #expect(try Place("```loam\nx = 1\n```\n").differences().isEmpty)
    let place = try Place("```loam\nx = 1\n```\n<!-- loam:out -->\n```text\n1\n```\n<!-- loam:end -->\n")
    #expect(try place.update().isEmpty && place.text == "```loam\nx = 1\n```\n")
  }

  /// `...` is kept as it is where it fits, and in a changed line too.
  @Test func marksSurviveUpdates() throws {
    let kept = "```loam\nprint(\"loss 0.6 in {time()} s\")\nprint(\"end\")\n```\n<!-- loam:out -->\n```text\nloss 0.6 in ... s\nend\n```\n<!-- loam:end -->\n"
    let place = try Place(kept)
    #expect(try place.differences().isEmpty && place.update().isEmpty && place.text == kept)
    try place.write(Array(kept.replacingOccurrences(of: "\"loss 0.6", with: "\"loss 0.7").utf8))
    #expect(try place.differences().count == 1 && place.update().isEmpty)
    #expect(try place.text.contains("\nloss 0.7 in ... s\nend\n"))
  }

  @Test func picturesComeAndGo() throws {
    let place = try Place("```loam\nx = ones(2, 4, 4) / 2\nshow(x)\n```\n\nBy hand: ![x](lesson.assets/0000000000000001.png)\n", name: "lesson.md")
    let assets = place.folder.appendingPathComponent("lesson.assets")
    try place.update()
    let first = place.names(in: "lesson.assets")
    #expect(first.count == 1)
    for name in ["mine.png", "0000000000000001.png", "0000000000000002.png", "0000000000000003.txt"] {
      try Data([1]).write(to: assets.appendingPathComponent(name))
    }
    try place.write(Array(place.text.replacingOccurrences(of: "/ 2", with: "/ 4").utf8))
    #expect(try place.differences().first?.lines.last?.contains("values differ by more than 2 of 255") == true)
    try place.update()
    // Only files of our own naming that no text names are taken away.
    let second = place.names(in: "lesson.assets")
    #expect(second.count == 4 && !second.contains(first[0]) && second.contains("mine.png") && second.contains("0000000000000001.png"))
    #expect(try place.differences().isEmpty)

    // A little off is the same picture; a missing one is not.
    try place.write(Array(place.text.replacingOccurrences(of: "/ 4", with: "/ 4.02").utf8))
    let before = try place.text
    #expect(try place.differences().isEmpty && place.update().isEmpty && place.text == before)
    for name in second where name != "mine.png" { try FileManager.default.removeItem(at: assets.appendingPathComponent(name)) }
    #expect(try place.differences().count == 1)
  }

  /// A chart is a drawing: shown, or as a cell's value.
  @Test func chartsAreKeptAsDrawings() throws {
    let place = try Place("```loam\nshow(plot([1, 4, 9]))\n```\n\n```loam\nplot([3, 1, 2], title=\"Three\")\n```\n")
    #expect(try place.update().isEmpty)
    let drawings = place.names(in: "lesson.assets")
    #expect(drawings.count == 2 && drawings.allSatisfy { $0.hasSuffix(".svg") && PictureFile.isGenerated($0) })
    #expect(try place.text.contains("\n![plot(\\[1, 4, 9\\])](lesson.assets/") && place.differences().isEmpty)
    let before = try place.text
    #expect(try place.update().isEmpty && place.text == before)
    let page = LessonPage.html(try place.lesson) { try? LessonFiles(folder: place.folder.path).read($0) }
    #expect(page.components(separatedBy: "<img src=\"data:image/svg+xml;base64,").count == 3)
    try place.write(Array(before.replacingOccurrences(of: "show(plot([1, 4, 9", with: "show(plot([1, 4, 8").utf8))
    #expect(try place.differences().map(\.lines.last) == ["+ picture: a different drawing"])
    try place.update()
    #expect(place.names(in: "lesson.assets").count == 2 && place.names(in: "lesson.assets") != drawings)
  }

  @Test func anEmptyFolderOfPicturesGoes() throws {
    let place = try Place("```loam\nshow(zeros(2, 2))\n```\n")
    try place.update()
    #expect(place.names(in: "").contains("lesson.assets"))
    try place.write(Array("```loam\nx = 1\n```\n".utf8))
    try place.update()
    #expect(place.names(in: "") == ["lesson.md"])
  }

  /// The lessons of the course, Docs/Guide.
  static let course = Repository.paths(in: "Docs/Guide", ending: ".md").filter { $0 != "Docs/Guide/README.md" }

  @Test func thereIsACourse() throws {
    #expect(Self.course.count >= 6)
    let list = try String(contentsOf: Repository.root.appendingPathComponent("Docs/Guide/README.md"), encoding: .utf8)
    for lesson in Self.course { #expect(list.contains("](\(lesson.dropFirst("Docs/Guide/".count)))")) }
  }

  /// The page on lessons is one, and so is each page of the course.
  @Test(arguments: ["Docs/Lessons.md"] + course)
  func theDocumentationIsVerified(_ page: String) throws {
    let path = Repository.root.appendingPathComponent(page)
    let place = try Place(bytes: [UInt8](try Data(contentsOf: path)), name: path.lastPathComponent)
    let assets = path.deletingPathExtension().appendingPathExtension("assets")
    if FileManager.default.fileExists(atPath: assets.path) {
      try FileManager.default.copyItem(at: assets, to: place.folder.appendingPathComponent(assets.lastPathComponent))
    }
    // The data of the lessons.
    let siblings = path.deletingLastPathComponent()
    for file in try FileManager.default.contentsOfDirectory(atPath: siblings.path) where file.hasSuffix(".csv") {
      try FileManager.default.copyItem(at: siblings.appendingPathComponent(file), to: place.folder.appendingPathComponent(file))
    }
    let (outputs, reports) = try place.outputs()
    #expect(reports.isEmpty && outputs.count > 3)
    for difference in try place.differences() { Issue.record("\(page):\(difference.cell.line)\n\(difference.lines.joined(separator: "\n"))") }
  }
}
