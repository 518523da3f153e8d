import Foundation
import TestSupport
import Testing

/// `loam grow` as a user runs it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct GrowCommandTests {
  private let folder: URL
  private static let recipe = "rotate(-15..15) |> flip(chance=0.5)"

  init() throws { folder = try Loam.temporaryFolder() }

  private func grow(_ arguments: [String], threads: String = "2") throws -> Loam.Result {
    try Loam.run(["grow"] + arguments, environment: ["LOAM_THREADS": threads], folder: folder)
  }

  /// Digits in a folder, in one sub-folder for each class.
  private func makeInput(_ count: Int = 30) throws {
    #expect(try Loam.run(["-e", "save(digits()[0:\(count)], \"in/\")"], folder: folder).code == 0)
  }

  private func tree(_ name: String) throws -> [String: Data] {
    let root = folder.appendingPathComponent(name)
    var found: [String: Data] = [:]
    for path in FileManager.default.enumerator(atPath: root.path)?.allObjects as? [String] ?? [] {
      let file = root.appendingPathComponent(path)
      if !file.hasDirectoryPath { found[path] = try Data(contentsOf: file) }
    }
    return found
  }

  @Test func aFolderGrows() throws {
    try makeInput()
    let result = try grow(["in", "out", "--recipe", Self.recipe, "--copies", "3", "--originals"])
    #expect(result.code == 0 && result.errors == "" && result.output.hasPrefix("out: 120 pictures from 30 in "), "\(result.output)\(result.errors)")
    // The classes are kept, and the folder is a data set.
    let read = try Loam.run(["-e", "d = images(\"out/\"); print(d, d.names[9])"], folder: folder)
    #expect(read.output == "120 images of 8×8×1 of 10 classes 9\n", "\(read.output)\(read.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("out").path).sorted()
    #expect(files == (0...9).map { "\($0)" } + ["grow.csv", "labels.csv"])
  }

  @Test(arguments: ["png", "tar"])
  func threadsAndProcessesMakeTheSameBytes(_ format: String) throws {
    try makeInput()
    let common = ["--recipe", Self.recipe, "--copies", "4", "--format", format, "--shard-size", "16", "--seed", "5"]
    #expect(try grow(["in", "one"] + common, threads: "1").code == 0)
    #expect(try grow(["in", "two"] + common + ["--threads", "2"]).code == 0)
    // All at the same time.
    let processes = try (1...3).map { part in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Loam.path)
      process.arguments = ["grow", "in", "three"] + common + ["--shard", "\(part)/3"]
      process.currentDirectoryURL = folder
      (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
      try process.run()
      return process
    }
    for process in processes {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    let one = try tree("one")
    #expect(one.count == (format == "tar" ? 8 + 2 : 120 + 2))
    #expect(try one == tree("two"))
    #expect(try one == tree("three"))
    #expect(try grow(["in", "other"] + common.dropLast() + ["6"]).code == 0)
    #expect(try one != tree("other"))
  }

  @Test(arguments: ["png", "tar", "npz"])
  func aKilledRunGoesOn(_ format: String) throws {
    try makeInput(120)
    let ending = format == "npz" ? ".npz" : ""
    let common = ["--recipe", "\(Self.recipe) |> resize(64, 64)", "--copies", "4", "--format", format, "--shard-size", "50"]
    #expect(try grow(["in", "whole\(ending)"] + common).code == 0)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Loam.path)
    process.arguments = ["grow", "in", "killed\(ending)"] + common
    process.currentDirectoryURL = folder
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    let work = folder.appendingPathComponent(format == "npz" ? "killed.npz.grow" : "killed/.grow").path
    // Until something is being written.
    func isWriting() -> Bool {
      ((try? FileManager.default.contentsOfDirectory(atPath: work)) ?? []).contains { name in
        let size = (try? FileManager.default.attributesOfItem(atPath: work + "/" + name)[.size] as? Int) ?? 0
        return name == "images" ? size > 10_000 : name.hasSuffix(".part") && !name.contains("manifest")
      }
    }
    while process.isRunning, !isWriting() { usleep(200) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
    let refused = try grow(["in", "killed\(ending)"] + common)
    #expect(refused.code == 1 && refused.errors.contains("error[L0443]") && refused.errors.contains("--resume"))
    #expect(try grow(["in", "killed\(ending)"] + common + ["--resume"]).code == 0)
    if format == "npz" {
      #expect(try Data(contentsOf: folder.appendingPathComponent("killed.npz")) == Data(contentsOf: folder.appendingPathComponent("whole.npz")))
    } else {
      #expect(try tree("killed") == tree("whole"))
    }
  }

  /// Ctrl-C leaves what is made, and says how to go on.
  @Test func anInterruptedRunSaysHowToContinue() throws {
    try makeInput(100)
    let arguments = ["grow", "in", "out", "--recipe", "rotate(-9..9) |> resize(30, 30)", "--copies", "50000"]
    let result = try Loam.run(arguments, folder: folder, interruptAfter: [2])
    #expect(result.code == 130 && result.errors.contains("interrupted: ") && result.errors.contains("--resume continues"), "\(result.errors)")
  }

  @Test func whatIsNotCarriedOverIsNoted() throws {
    let program = """
      d = dataset(digits()[0:3].images, labels=[[0.5, 0.5], [1, 0], [0, 1]], boxes=(({top: 1, left: 2, bottom: 5, right: 3},), (), ()))
      save(d, "in/")
      """
    #expect(try Loam.run(["-e", program], folder: folder).code == 0)
    #expect(try grow(["in", "out", "--recipe", "flip()"]).errors == "note: `in`: soft labels are not carried over to a folder\n")
    #expect(try grow(["in", "out.npz", "--recipe", "flip()"]).errors == "")
    let idx = try grow(["in", "out.idx", "--recipe", "flip()"])
    #expect(idx.code == 2 && idx.errors.contains("error[L0469]") && idx.errors.contains("--format npz"), "\(idx.errors)")
    #expect(try grow(["in", "shards", "--format", "tar"]).errors == "")
    #expect(try grow(["shards", "back"]).errors == "note: `shards`: soft labels are not carried over to a folder\n")
    #expect(try Loam.run(["-e", "print(images(\"back/\").boxes == images(\"in/\").boxes)"], folder: folder).output == "true\n")
    try "{}".write(to: folder.appendingPathComponent("in/annotations.json"), atomically: true, encoding: .utf8)
    #expect(try grow(["in", "broken", "--recipe", "flip()"]).errors.contains("error[L0454]"))
  }

  /// Masks and boxes follow, from any number of processes, and the folder is a data set with them.
  @Test func annotatedFoldersGrow() throws {
    let program = """
      boxes = (({top: 1, left: 2, bottom: 5, right: 3, label: 1},), (), ({top: 0, left: 0, bottom: 8, right: 8, label: 0},))
      save(dataset(digits()[0:3].images, names=("a", "b"), masks=digits()[0:3].images[:, :, :, 0] > 0.5, boxes=boxes), "in/")
      save(images("in/") |> flip(), "wanted/")
      """
    let made = try Loam.run(["-e", program], folder: folder)
    #expect(made.code == 0, "\(made.errors)")
    for part in 1...2 { #expect(try grow(["in", "out", "--recipe", "flip()", "--shard", "\(part)/2", "--min-visible", "0.1"]).code == 0) }
    let read = try Loam.run(
      ["-e", "(a, b) = (images(\"out/\"), images(\"wanted/\")); print(a.boxes == b.boxes, all(a.masks == b.masks), a.boxes[0][0].right)"], folder: folder)
    #expect(read.output == "true true 6.0\n", "\(read.output)\(read.errors)")
    #expect(try grow(["in", "shards", "--format", "tar"]).code == 0)
    #expect(try grow(["shards", "no", "--annotations", "in/annotations.json"]).errors.contains("annotates the pictures of a folder, not shards"))
    let dry = try grow(["in", "dry", "--recipe", "flip()", "--dry-run"])
    #expect(dry.output.contains("\nwith coco, masks of each\n"), "\(dry.output)")
    #expect(try grow(["in", "bad", "--min-visible", "3"]).errors.contains("--min-visible must be between 0 and 1, got 3"))
  }

  @Test(arguments: ["mosaic()", "rotate(-15..15) |> cutmix(0.5)", "mixup(1) |> flip(chance=0.5)"])
  func picturesAreMixed(_ recipe: String) throws {
    let program = """
      boxes = map(0..6, i -> ({top: 1, left: i, bottom: 5, right: 8, label: i % 2},))
      save(dataset(digits()[0:6].images, names=("a", "b"), boxes=boxes), "in/")
      """
    let made = try Loam.run(["-e", program], folder: folder)
    #expect(made.code == 0, "\(made.errors)")
    let grown = try grow(["in", "out", "--recipe", recipe, "--seed", "3"])
    #expect(grown.code == 0 && grown.errors == "", "\(grown.errors)")
    let read = try Loam.run(["-e", "d = images(\"out/\"); print(len(d), any_of(d.boxes, list -> len(list) > 1))"], folder: folder)
    #expect(read.output == "6 true\n", "\(read.output)\(read.errors)")
    for part in [2, 1] { #expect(try grow(["in", "parts", "--recipe", recipe, "--seed", "3", "--shard", "\(part)/2"], threads: "1").code == 0) }
    #expect(try tree("out") == tree("parts"))
    let dry = try grow(["in", "dry", "--recipe", recipe, "--dry-run"])
    #expect(dry.output.contains("\nwith coco of each\n  00000-1.png  8×8×1\n"), "\(dry.output)\(dry.errors)")
    try makeInput()
    let labelled = try grow(["in", "no", "--recipe", recipe])
    #expect(labelled.code == 2 && labelled.errors.contains("error[L0444]") && labelled.errors.contains("--format tar"), "\(labelled.errors)")
    #expect(try grow(["in", "mixed", "--format", "tar", "--recipe", recipe, "--seed", "3"]).code == 0)
    #expect(try grow(["in", "shards", "--format", "tar"]).code == 0)
    let again = try grow(["shards", "again", "--format", "tar", "--recipe", recipe, "--seed", "3"])
    #expect(again.code == 0 && again.errors == "", "\(again.errors)")
    let comparison = "(a, b) = (load(\"mixed/\"), load(\"again/\")); print(all(a.images == b.images), all(a.labels == b.labels))"
    let same = try Loam.run(["-e", comparison], folder: folder)
    #expect(same.output == "true true\n", "\(same.output)\(same.errors)")
  }

  @Test func shardsAreDataSets() throws {
    try makeInput()
    #expect(try grow(["in", "shards", "--format", "tar", "--shard-size", "20"]).code == 0)
    let read = try Loam.run(
      ["-e", "(a, b) = (load(\"shards/000000.tar\"), images(\"shards/\")); print(a, b, b.names[9], all(b.labels == images(\"in/\").labels))"], folder: folder)
    #expect(read.output == "20 images of 8×8×1 of 10 classes 30 images of 8×8×1 of 10 classes 9 true\n", "\(read.output)\(read.errors)")
    let braces = try grow(["shards/{000000..000001}.tar", "again", "--dry-run"])
    #expect(braces.output.hasPrefix("30 pictures of 10 classes"), "\(braces.output)\(braces.errors)")
    for (name, text) in [("shards/{000000..000002}.tar", "number 3 of the 3 files"), ("shards/{1..0}.tar", "ends before it begins")] {
      let wrong = try grow([name, "again"])
      #expect(wrong.code == 2 && wrong.errors.contains(text), "\(wrong.errors)")
    }
    try Data(contentsOf: folder.appendingPathComponent("shards/000001.tar")).prefix(700).write(to: folder.appendingPathComponent("shards/000001.tar"))
    let broken = try Loam.run(["-e", "images(\"shards/\")"], folder: folder)
    #expect(broken.code == 1 && broken.errors.contains("error[L0440]") && broken.errors.contains("shards/000001.tar"), "\(broken.errors)")
  }

  @Test func brokenPicturesAreNamed() throws {
    try makeInput(10)
    try "no picture".write(to: folder.appendingPathComponent("in/3/00003.png"), atomically: true, encoding: .utf8)
    let stopped = try grow(["in", "out", "--recipe", "flip()"])
    #expect(stopped.code == 1 && stopped.errors.contains("in/3/00003.png") && stopped.errors.contains("--on-error skip"))
    let skipped = try grow(["in", "out", "--recipe", "flip()", "--resume", "--on-error", "skip"])
    #expect(skipped.code == 0 && skipped.errors.hasPrefix("left out: ") && skipped.output.contains("1 broken picture left out"))
  }

  @Test func aRecipeIsAProgramWithItsErrors() throws {
    try makeInput(3)
    let unknown = try grow(["in", "out", "--recipe", "rotat(3)"])
    #expect(unknown.code == 1 && unknown.errors.contains("--recipe:1:1: error[L0201]") && unknown.errors.contains("rotate"))
    let number = try grow(["in", "out", "--recipe", "3 + 4"])
    #expect(number.code == 1 && number.errors.contains("error[L0445]: expected a recipe, got"))
    try "angle = 5\nrotate(-angle..angle, copies=2)\n".write(to: folder.appendingPathComponent("r.loam"), atomically: true, encoding: .utf8)
    let file = try grow(["in", "out", "--recipe-file", "r.loam"])
    #expect(file.code == 0 && file.output.hasPrefix("out: 6 pictures from 3"), "\(file.errors)")
    let again = try grow(["in", "out", "--recipe-file", "r.loam", "--resume"])
    #expect(again.code == 0 && again.output.hasPrefix("out: 0 pictures (and 6 made before) from 3"), "\(again.output)\(again.errors)")
    #expect(try grow(["in", "out2", "--recipe-file", "r.loam", "--copies", "3"]).errors.contains("the recipe has `copies=2`"))
    #expect(try grow(["in", "out2", "--recipe", "flip() |> mixup()"]).errors.contains("the labels of mixed pictures are shares of classes"))
    #expect(try grow(["in", "out2", "--recipe", "normalize(0.5, 0.5)"]).errors.contains("the values that `normalize` makes are not from 0 to 1"))
    #expect(try grow(["in", "out2", "--recipe", "sometimes(normalize(0.5, 0.5))"]).errors.contains("the values that `normalize` makes are not from 0 to 1"))
    #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("out2").path))
  }

  @Test(arguments: [
    (["nowhere", "out"], 2, "no such file or folder: `nowhere`"), (["in"], 2, "Give the input and the output"),
    (["in", "in"], 1, "the output `in` is the input"),
    (["in", "in/out"], 1, "is inside the input"), (["in/3", "in"], 1, "is inside the output"), (["in", "out", "--format", "bmp"], 2, "bmp"),
    (["in", "out", "--shard", "4/3"], 2, "--shard 4/3"), (["in", "out", "--shard", "x"], 2, "--shard"),
    (["in", "out", "--copies", "0"], 2, "--copies must be"),
    (["in", "out.npz", "--shard", "1/2"], 2, "cannot be written by 2 processes"), (["in", "out", "--format", "npz"], 2, "ends in .npz"),
    (["in", "out.tar"], 2, "--format tar"), (["in", "out", "--quality", "9"], 2, "--quality is for JPEG"), (["empty", "out"], 1, "no images in `empty/`"),
    (["in", "in/3", "out"], 2, "must all be tar shards"), (["in", "full"], 1, "is not empty"),
    (["in/0/00000.png.tar", "out", "--annotations", "x.json"], 2, "no such file"), (["in", "out", "--annotations", "x.json"], 2, "no such file"),
    (["in", "out", "--threads", "0"], 2, "--threads must be"),
    (["in", "out", "--recipe", "flip()", "--recipe-file", "a.loam"], 2, "not both"),
  ])
  func wrongCommandLinesAreErrors(_ arguments: [String], _ code: Int, _ text: String) throws {
    try makeInput(5)
    for name in ["empty", "full"] { try FileManager.default.createDirectory(at: folder.appendingPathComponent(name), withIntermediateDirectories: true) }
    try "x".write(to: folder.appendingPathComponent("full/x.txt"), atomically: true, encoding: .utf8)
    let result = try grow(arguments)
    #expect(result.code == Int32(code) && result.errors.contains(text), "\(result.code) \(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("out").path))
  }

  @Test func aDryRunWritesNothing() throws {
    try makeInput(20)
    let result = try grow(["in", "out", "--recipe", "crop(4, 6)", "--copies", "3", "--format", "tar", "--shard-size", "25", "--dry-run"])
    #expect(
      result.output.hasPrefix(
        "20 pictures of 10 classes\n60 results in out, 3 files as tar\n  000000.tar/000000.png  4×6×1\n  000000.tar/000001.png  4×6×1\n"))
    #expect(result.code == 0 && result.output.contains("in memory, judged by 20 pictures"))
    #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("out").path))
  }

  /// What Python's tarfile makes of a shard, and what we make of one of Python's.
  @Test(.enabled("needs python3") { pythonPath != nil })
  func pythonReadsOurShardsAndWeReadItsOwn() throws {
    try makeInput(6)
    #expect(try grow(["in", "shards", "--format", "tar"]).code == 0)
    let script = """
      import sys, tarfile
      t = tarfile.open("shards/000000.tar")
      for m in t:
          print(m.name, m.uid, m.gid, oct(m.mode), m.mtime, m.isreg(), len(t.extractfile(m).read()) == m.size)
      with tarfile.open("theirs.tar", "w", format=tarfile.PAX_FORMAT) as out, tarfile.open("theirs.tar.gz", "w:gz", format=tarfile.GNU_FORMAT) as packed:
          for m in tarfile.open("shards/000000.tar"):
              data = t.extractfile(m.name)
              m.name = "a long folder " * 9 + "é/" + m.name
              out.addfile(m, data)
              packed.addfile(m, t.extractfile(t.getmember(m.name.split("/")[-1])))
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(pythonPath))
    process.arguments = ["-c", script]
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n").map(String.init)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let names = (0..<6).flatMap { ["00000\($0).png", "00000\($0).cls", "00000\($0).json"] }
    #expect(lines == names.map { "\($0) 0 0 0o644 0 True True" })
    for (index, theirs) in ["theirs.tar", "theirs.tar.gz"].enumerated() {
      let result = try grow([theirs, "back\(index)"])
      #expect(result.code == 0 && result.output.contains("6 pictures from 6"), "\(result.errors)")
      #expect(try tree("back\(index)").count == 6 + 2)
    }
  }
}

/// Python 3, if it is installed.
private let pythonPath = ["/usr/bin/python3", "/usr/local/bin/python3"].first { FileManager.default.isExecutableFile(atPath: $0) }
