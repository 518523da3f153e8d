import Diagnostics
import Effects
import Foundation
import Glibc
import Notebook
import TestSupport
import Testing

/// A lesson sees its own folder and nothing else.
@Suite struct LessonFilesTests {
  /// `home/` is the lesson's, `secret/` is not; links lead from one to the other.
  private let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("loam-files-\(UUID().uuidString)")
    for folder in ["home/sub", "home/.hidden", "secret"] {
      try FileManager.default.createDirectory(at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
    }
    for file in ["home/data.csv", "home/sub/a.txt", "home/.profile", "home/.hidden/a.txt", "secret/key.txt", "homely.txt"] {
      try Data("text".utf8).write(to: root.appendingPathComponent(file))
    }
    let home = root.appendingPathComponent("home").path
    symlink("../secret", home + "/out")
    symlink("../secret/key.txt", home + "/out.txt")
    symlink("../secret/new.txt", home + "/nowhere.txt")
    symlink("../gone", home + "/gone")
    symlink("sub", home + "/in")
  }

  private var home: LessonFiles { LessonFiles(folder: root.appendingPathComponent("home").path) }

  private func code(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch let fault as Fault {
      return fault.diagnostic.id.code
    } catch { return "\(error)" }
  }

  @Test(arguments: ["data.csv", "./data.csv", "sub/a.txt", "sub/../data.csv", "in/a.txt", "in/../data.csv", "../home/data.csv"])
  func whatLiesWithinIsRead(_ path: String) throws {
    #expect(try home.read(path) == Array("text".utf8))
    #expect(home.exists(path))
  }

  @Test(arguments: [
    "../secret/key.txt", "out/key.txt", "out.txt", "sub/../../secret/key.txt", "/etc/passwd", "..", "../homely.txt", ".profile", ".hidden/a.txt",
    "in/../../secret/key.txt",
    "nowhere.txt", "gone/x", "sub/../.profile", "//etc/passwd", "../home/../secret/key.txt",
  ])
  func whatLiesOutsideIsNot(_ path: String) {
    #expect(code { _ = try home.read(path) } == "L0906")
    #expect(!home.exists(path) && !home.isFolder(path))
    #expect(code { _ = try home.list(path) } == "L0906")
  }

  @Test(arguments: [
    "../new.txt", "out/new.txt", "out.txt", "nowhere.txt", "gone/new.txt", ".profile", ".new/x.txt", "/tmp/new.txt", "new/../../new.txt", "new/./../x.txt",
    "run.sh", "numpy.py",
    "Makefile", "lesson.md", "x.loam", "x.txt/", "sub/.bashrc.txt",
  ])
  func writingStaysWithin(_ path: String) throws {
    #expect(code { try home.write([1], to: path) } == "L0906")
    #expect(code { try home.makeFolder("../made") } == "L0906")
    #expect(try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("secret").path) == ["key.txt"])
    #expect(try Data(contentsOf: root.appendingPathComponent("secret/key.txt")) == Data("text".utf8))
  }

  @Test func writingWithinWorks() throws {
    try home.write([1], to: "new/deep/x.csv")
    try home.write([2], to: "in/../in/b.png")
    try home.makeFolder("grown/")
    #expect(try home.read("new/deep/x.csv") == [1] && home.read("sub/b.png") == [2] && home.isFolder("grown"))
  }

  @Test func whatIsMissingIsMissing() { #expect(code { _ = try home.read("data.cvs") } == "L0401") }

  @Test func aPersonMayAllowMore() throws {
    let secret = root.appendingPathComponent("secret").path
    let files = LessonFiles(folder: root.appendingPathComponent("home").path, reading: [secret])
    #expect(try files.read("out/key.txt") == Array("text".utf8) && files.read(secret + "/key.txt").count == 4)
    #expect(code { _ = try files.read("../homely.txt") } == "L0906")
    #expect(code { try files.write([1], to: "out/x.txt") } == "L0906")
  }

  /// A lesson in a folder that is itself a link is at home there.
  @Test func theFolderMayBeALink() throws {
    let link = root.appendingPathComponent("linked").path
    symlink("home", link)
    #expect(try LessonFiles(folder: link).read("data.csv").count == 4)
  }

  /// Through the language: every way to a file.
  @Test(arguments: [
    "read_text(\"../secret/key.txt\")", "write_text(\"../x.txt\", \"x\")", "images(\"../secret\")", "mnist(\"/usr\")", "save(zeros(2, 2), \"out/x.png\")",
    "save(digits()[0:2], \"../grown/\")", "import \"../secret/key.txt\" as key",
  ])
  func noWayLeadsOut(_ code: String) throws {
    let lesson = Lesson("```loam fails L0906\n\(code)\n```\n", named: root.appendingPathComponent("home/lesson.md").path)
    #expect(LessonRun.live(lesson, in: Effects.forTests(), LessonSettings(), threads: 1).run { _ in } == .done)
  }
}
