import Foundation
import TestSupport
import Testing

/// Lessons, as a person handles them.
extension CommandTests {
  private func lesson(_ text: String, _ name: String = "a.md") throws -> URL {
    let folder = try Loam.temporaryFolder()
    try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    return folder
  }

  private func text(_ folder: URL, _ name: String = "a.md") throws -> String { try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) }

  @Test func lessonsAreUpdatedVerifiedAndStripped() throws {
    let original = "# A\r\n\r\n```loam id=sum\r\nx = 1 + 1\r\nprint(x)\r\nshow(zeros(2, 4, 4, 1))\r\n```\r\nend\r\n"
    let folder = try lesson(original)
    #expect(try Loam.run(["run", "a.md"], folder: folder).output == "2\n2 images, f32[2, 4, 4, 1]\n")
    #expect(try text(folder) == original)
    #expect(try Loam.run(["verify", "a.md"], folder: folder).code == 1)
    let update = try Loam.run(["update", "a.md"], folder: folder)
    #expect(update.code == 0 && update.output == "a.md: updated\n" && update.errors == "")
    let updated = try text(folder)
    #expect(updated.contains("```text\r\n2\r\n2 images, f32[2, 4, 4, 1]\r\n```\r\n![zeros(2, 4, 4, 1)](a.assets/"))
    let again = try Loam.run(["update", "a.md"], folder: folder)
    #expect(try again.code == 0 && again.output == "" && text(folder) == updated)
    #expect(try Loam.run(["verify", "a.md"], folder: folder).output == "a.md: 1 cell, no differences\n")
    try updated.replacingOccurrences(of: "1 + 1", with: "1 + 2").write(to: folder.appendingPathComponent("a.md"), atomically: true, encoding: .utf8)
    let verify = try Loam.run(["verify", "a.md"], folder: folder)
    #expect(verify.code == 1 && verify.output == "a.md:4: the output of `sum` differs\n  - 2\n  + 3\n    2 images, f32[2, 4, 4, 1]\n")
    #expect(try Loam.run(["strip", "a.md"], folder: folder).code == 0)
    #expect(try text(folder) == original.replacingOccurrences(of: "1 + 1", with: "1 + 2"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.md"])
  }

  /// Paths and reports are the same from wherever the command is given.
  @Test func lessonsWorkInTheirOwnFolder() throws {
    let folder = try lesson("```loam\nwrite_text(\"x.csv\", \"1\")\nread_text(\"x.csv\")\n```\n\n```loam fails\nread_text(\"nope.csv\")\n```\n", "a.md")
    let sub = folder.appendingPathComponent("lessons")
    try FileManager.default.createDirectory(at: sub, withIntermediateDirectories: true)
    try FileManager.default.moveItem(at: folder.appendingPathComponent("a.md"), to: sub.appendingPathComponent("a.md"))
    #expect(try Loam.run(["update", "lessons/a.md"], folder: folder).code == 0)
    #expect(FileManager.default.fileExists(atPath: sub.appendingPathComponent("x.csv").path))
    #expect(try text(folder, "lessons/a.md").contains("cell:1:1: error[L0401]: no such file or folder: `nope.csv`"))
    #expect(try Loam.run(["verify", "a.md"], folder: sub).code == 0)
    try "```loam\nimport \"b.loam\"\nb.f()\n```\n".write(to: sub.appendingPathComponent("c.md"), atomically: true, encoding: .utf8)
    try "fn f() { 1 / 0 }\n".write(to: sub.appendingPathComponent("b.loam"), atomically: true, encoding: .utf8)
    let failed = try Loam.run(["verify", "lessons/c.md"], folder: folder)
    #expect(failed.code == 1 && failed.errors.hasPrefix("lessons/b.loam:1:10: error[L0212]") && failed.errors.contains("called at lessons/c.md:3"))
  }

  @Test func lessonsKeepWithinBounds() throws {
    let folder = try lesson("```loam\nread_text(\"/etc/passwd\")\n```\n\n```loam\nread_text(\"link.txt\")\n```\n")
    try FileManager.default.createSymbolicLink(atPath: folder.appendingPathComponent("link.txt").path, withDestinationPath: "/etc/passwd")
    for command in ["run", "update", "verify"] {
      let result = try Loam.run([command, "a.md"], folder: folder)
      #expect(result.code == 1 && result.errors.components(separatedBy: "error[L0906]").count == 3 && !result.output.contains("root:"))
    }
    #expect(try Loam.run(["run", "--allow-read=/etc/passwd", "a.md"], folder: folder).code == 0)
    #expect(try Loam.run(["a.md"], folder: folder).code == 1)
    // A script has no bounds, and says so.
    try "read_text(\"/etc/passwd\")".write(to: folder.appendingPathComponent("a.loam"), atomically: true, encoding: .utf8)
    #expect(try Loam.run(["a.loam"], folder: folder).code == 0)
    #expect(try Loam.run(["run", "--timeout=3", "a.loam"], folder: folder).code == 2)
  }

  @Test func cellsThatNeverEndAreStopped() throws {
    let original = "```loam\nwhile true { x = 1 }\n```\n\n```loam\nprint(2)\n```\n"
    let folder = try lesson(original)
    let update = try Loam.run(["update", "--timeout=0.5", "a.md"], folder: folder)
    #expect(update.code == 1 && update.errors.hasPrefix("a.md:2:1: error[L0905]"))
    #expect(try text(folder) == original + "<!-- loam:out -->\n```text\n2\n```\n<!-- loam:end -->\n")
    #expect(try Loam.run(["update", "--timeout=0", "a.md"], folder: folder).code == 2)
    // A person's Ctrl-C ends all of it, and the file is as it was.
    let before = try text(folder)
    let interrupted = try Loam.run(["update", "a.md"], folder: folder, interruptAfter: [0.7])
    #expect(try interrupted.code == 130 && interrupted.errors.contains("a.md is unchanged") && text(folder) == before)
    // A training stopped early would be kept as if it were whole, so it ends too.
    let training = "```loam\nm = train(vae(hidden=20), digits()[0:200], epochs=1000000)\nprint(\"trained\")\n```\n"
    try training.write(to: folder.appendingPathComponent("b.md"), atomically: true, encoding: .utf8)
    let stopped = try Loam.run(["update", "b.md"], folder: folder, interruptAfter: [1.0])
    #expect(try stopped.code == 130 && text(folder, "b.md") == training)
  }

  @Test func brokenLessonsAreLeftAlone() throws {
    for original in ["```loam\nx = 1\n", "```loam\n1\n```\n<!-- loam:out -->\nmine\n<!-- loam:end -->\n", "```loam fials\n1\n```\n"] {
      let folder = try lesson(original)
      for command in ["run", "update", "verify", "strip", "extract", "export"] {
        let result = try Loam.run([command, "a.md"], folder: folder)
        #expect(result.code == 1 && result.errors.contains("a.md:") && result.errors.contains("hint"), "\(command): \(result.errors)")
      }
      #expect(try text(folder) == original)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.md"])
    }
    #expect(try Loam.run(["update", "none.md"], folder: Loam.temporaryFolder()).code == 2)
  }

  /// Ten megabytes of text are a lesson like any other.
  @Test func longLessonsAreRead() throws {
    let long = String(repeating: "# Title\n\nSome *text* with `code`, <b>and</b> [links](x).\n\n- a\n  - b\n\n", count: 150_000)
    let folder = try lesson(long + "```loam\nfor i in 0..100000 { print(\"line\", i) }\n```\n")
    let update = try Loam.run(["update", "a.md"], folder: folder)
    #expect(update.code == 0)
    let updated = try text(folder)
    #expect(updated.hasPrefix(long) && updated.contains("\n[truncated: the first 65536 bytes, of ") && updated.utf8.count < long.utf8.count + 70_000)
    #expect(try Loam.run(["verify", "a.md"], folder: folder).code == 0)
  }

  @Test func lessonsBecomeScriptsAndPages() throws {
    let folder = try lesson("# Title\n\n```loam\nprint(rand(3))\n```\n")
    #expect(try Loam.run(["extract", "a.md", "-o", "a.loam"], folder: folder).code == 0)
    #expect(try text(folder, "a.loam") == "# # Title\n\nprint(rand(3))\n")
    #expect(try Loam.run(["extract", "a.md"], folder: folder).output == text(folder, "a.loam"))
    #expect(try Loam.run(["a.loam"], folder: folder).output == Loam.run(["a.md"], folder: folder).output)
    #expect(try Loam.run(["export", "a.md"], folder: folder).code == 0)
    #expect(try text(folder, "a.html").contains("<title>Title</title>"))
    #expect(try Loam.run(["export", "a.md", "-o", "deep/b.html"], folder: folder).code == 0)
    #expect(try text(folder, "deep/b.html") == text(folder, "a.html"))
  }

  @Test func trainingsOfALessonAreKept() throws {
    // Long enough to be kept: from a second on.
    let folder = try lesson("```loam\nm = train(vae(latent=4), clothes(), epochs=40)\nprint(losses(m), sum(sample(m, 2)))\n```\n")
    let kept = try Loam.temporaryFolder().appendingPathComponent("kept").path
    func loam(_ arguments: String...) throws -> Loam.Result { try Loam.run(arguments, environment: ["LOAM_CACHE": kept], folder: folder) }
    let first = try loam("update", "a.md")
    #expect(first.code == 0 && !first.errors.contains("restored from the cache"))
    let short = try text(folder)
    #expect(try loam("cache").output.hasPrefix("\(kept)/: 1 training, "))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.md"])
    // The same again, from another folder; then more of it.
    let again = try Loam.run(["update", folder.path + "/a.md"], environment: ["LOAM_CACHE": kept])
    #expect(again.code == 0 && again.errors == "vae: 40 of 40 epochs restored from the cache\n")
    #expect(try text(folder) == short)
    try short.replacingOccurrences(of: "epochs=40", with: "epochs=42").write(to: folder.appendingPathComponent("a.md"), atomically: true, encoding: .utf8)
    let more = try loam("update", "a.md")
    #expect(more.errors.hasPrefix("vae: 40 of 42 epochs restored from the cache\n"))
    // Trained again from the start, it comes to the same.
    let verify = try loam("verify", "a.md")
    #expect(verify.code == 0 && !verify.errors.contains("restored from the cache"))
    #expect(try loam("update", "--fresh", "a.md").output == "")
    #expect(try loam("cache", "clear").output.hasPrefix("freed "))
    #expect(try loam("cache").output.contains("0 trainings, 0 bytes, at most 1.0 GiB"))
  }

  /// A lesson comes from anywhere, and so does what lies beside it: only the user's own folder is read.
  @Test func aCacheThatCameWithALessonIsNotRead() throws {
    let folder = try lesson("```loam\nm = train(vae(latent=2, hidden=8), clothes()[0:64], epochs=3)\n```\n")
    let came = folder.appendingPathComponent(".loam/cache").path
    let own = try Loam.temporaryFolder().path
    // With a checkpoint after each step there is something to find.
    let filled = try Loam.run(["a.md"], environment: ["LOAM_CACHE": came, "LOAM_CHECKPOINT": "0"], folder: folder)
    #expect(filled.code == 0)
    #expect(try Loam.run(["a.md"], environment: ["LOAM_CACHE": came], folder: folder).errors.contains(" of 3 epochs restored from the cache"))
    for environment in [["XDG_CACHE_HOME": own + "/cache"], ["XDG_CACHE_HOME": "", "HOME": own], ["XDG_CACHE_HOME": "relative", "HOME": ""]] {
      var all = Loam.environment.merging(environment) { $1 }
      all["LOAM_CACHE"] = nil
      let run = try Loam.run(["a.md"], exactly: all, folder: folder)
      #expect(run.code == 0 && !run.errors.contains("restored from the cache"))
    }
  }
}
