import Foundation
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct CommandTests {
  @Test func codeFromTheCommandLine() throws {
    let product = try Loam.run(["-e", "x = [[1, 2], [3, 4]]; print(x @ [0.5, 0.5])"])
    #expect(product.code == 0 && product.output == "[1.5, 3.5]\n")
    let slope = try Loam.run(["-e", "print(grad(w -> sum((w - 3) ^ 2))(5))"])
    #expect(slope.code == 0 && slope.output == "4\n")
  }

  @Test func exitCodes() throws {
    #expect(try Loam.run(["-e", "1"]).code == 0)
    let failed = try Loam.run(["-e", "print(nme)"])
    #expect(failed.code == 1 && failed.errors.contains("-e:1:7: error[L0201]: unknown name `nme`"))
    #expect(try Loam.run(["no-such-file.loam"]).code == 2)
    #expect(try Loam.run(["--no-such-option"]).code == 2)
    #expect(try Loam.run(["-e", "1"], environment: ["LOAM_ISA": "vax"]).code == 2)
    #expect(try Loam.run(["--version"]).output.contains("0.1"))
    #expect(try Loam.run(["help", "rotate"]).output.contains("counter-clockwise"))
    #expect(try Loam.run(["help", "rotat"]).code == 1)
  }

  @Test func scriptsSeeTheirArguments() throws {
    let folder = try Loam.temporaryFolder()
    try "print(args)".write(to: folder.appendingPathComponent("a.loam"), atomically: true, encoding: .utf8)
    #expect(try Loam.run(["a.loam", "one", "--two"], folder: folder).output == "(\"one\", \"--two\")\n")
  }

  /// What the README promises runs as it stands there.
  @Test func theReadmeIsALessonThatRuns() throws {
    let folder = try Loam.temporaryFolder()
    // A lesson works in its own folder.
    try FileManager.default.copyItem(at: Repository.root.appendingPathComponent("README.md"), to: folder.appendingPathComponent("README.md"))
    let guide = folder.appendingPathComponent("Docs/Guide")
    try FileManager.default.createDirectory(at: guide, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Repository.root.appendingPathComponent("Docs/Guide/penguins.csv"), to: guide.appendingPathComponent("penguins.csv"))
    let result = try Loam.run(["README.md"], folder: folder)
    #expect(result.code == 0, "\(result.errors)")
    let grown = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("grown").path)
    #expect(grown.count { $0.hasSuffix(".png") } == 1000)
    try "```loam\nx = 1\nprint(y)\n```\n".write(to: folder.appendingPathComponent("a.md"), atomically: true, encoding: .utf8)
    let failed = try Loam.run(["a.md"], folder: folder)
    #expect(failed.code == 1 && failed.errors.hasPrefix("a.md:3:7: error[L0201]"))
  }

  @Test func plainErrorsAreOneLine() throws {
    let result = try Loam.run(["--plain", "-e", "x = 1\nprint(y)"])
    #expect(result.errors.split(separator: "\n").count == 1 && result.errors.hasPrefix("-e:2:7: error: "))
  }

  /// One Ctrl-C ends the training, and the program continues with what was learned.
  @Test func anInterruptedTrainingKeepsItsModel() throws {
    let result = try Loam.run(["-e", "m = train(vae(), clothes(), epochs=100000)\nprint(sample(m, 2).shape)"], interruptAfter: [1.5])
    #expect(result.code == 0 && result.output == "(2, 28, 28, 1)\n")
    #expect(result.errors.contains("stopped after"))
  }

  /// A script that is killed in a training goes on where it was, to the same bits.
  @Test(arguments: ["clothes(), epochs=12", "(clothes() |> rotate(-9..9, copies=30)), epochs=1"])
  func aKilledTrainingGoesOn(_ rest: String) throws {
    let folder = try Loam.temporaryFolder()
    let program = "m = train(vae(latent=4), \(rest))\nsave(m, \"NAME.model\")\nprint(history(m))\n"
    for name in ["whole", "killed"] {
      try program.replacingOccurrences(of: "NAME", with: name).write(
        to: folder.appendingPathComponent(name + ".loam"), atomically: true, encoding: .utf8)
    }
    let kept = folder.appendingPathComponent("kept")
    let environment = ["LOAM_CACHE": kept.path, "LOAM_CHECKPOINT": "0.05"]
    let whole = try Loam.run(["whole.loam"], folder: folder)
    #expect(whole.code == 0)
    let killed = Process()
    killed.executableURL = URL(fileURLWithPath: Loam.path)
    killed.arguments = ["killed.loam"]
    killed.environment = Loam.environment.merging(environment) { $1 }
    killed.currentDirectoryURL = folder
    (killed.standardOutput, killed.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try killed.run()
    func entries() -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: kept.path)) ?? []).filter { $0.hasSuffix(".training") } }
    while entries().isEmpty, killed.isRunning { Thread.sleep(forTimeInterval: 0.001) }
    kill(killed.processIdentifier, SIGKILL)
    killed.waitUntilExit()
    #expect(killed.terminationReason == .uncaughtSignal && !entries().isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("killed.model").path))
    let again = try Loam.run(["killed.loam"], environment: environment, folder: folder)
    #expect(again.code == 0 && again.errors.contains(" restored from the cache"))
    #expect(again.output == whole.output)
    func model(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name + ".model")) }
    #expect(try model("killed") == model("whole"))
  }

  @Test func aWrongIntervalIsRefused() throws {
    let result = try Loam.run(["-e", "1"], environment: ["LOAM_CHECKPOINT": "often"])
    #expect(result.code == 2 && result.errors.contains("LOAM_CHECKPOINT=often"))
  }

  @Test func anInterruptedLoopEndsWith130() throws {
    let result = try Loam.run(["-e", "while true { x = 1 }"], interruptAfter: [0.5])
    #expect(result.code == 130 && result.errors.contains("interrupted"))
  }

  /// Folders of PNG files are written, and read again with their classes.
  /// As a shell's users expect of an interpreter.
  @Test func whatIsPipedInIsAScript() throws {
    let folder = try Loam.temporaryFolder()
    try "print(args, 1 + 1)\n1 / 0\n".write(to: folder.appendingPathComponent("a.loam"), atomically: true, encoding: .utf8)
    for arguments in ["", " -", " run - b"] {
      let script = "'\(Loam.path)'\(arguments) < a.loam"
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", script + " > out.txt 2> err.txt"]
      process.currentDirectoryURL = folder
      try process.run()
      process.waitUntilExit()
      func text(_ name: String) throws -> String { try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) }
      #expect(process.terminationStatus == 1)
      #expect(try text("out.txt") == (arguments.hasSuffix("b") ? "(\"b\",) 2\n" : "() 2\n"))
      #expect(try text("err.txt").hasPrefix("standard input:2:1: error[L0212]"))
    }
  }

  /// A script that fails behind a training leaves the model beside itself.
  @Test func aScriptSavesWhatItsLastStatementLearnt() throws {
    let folder = try Loam.temporaryFolder()
    let training = "m = { train(vae(latent=2, hidden=8), clothes()[0:64], epochs=1)\n  1 / 0 }\n"
    try training.write(to: folder.appendingPathComponent("grow.loam"), atomically: true, encoding: .utf8)
    let result = try Loam.run(["grow.loam"], folder: folder)
    #expect(result.code == 1 && result.errors.contains("the partly trained model is saved; load it with `m = load(\"grow.rescued.model\")`"))
    #expect(try Loam.run(["-e", "print(sample(load(\"grow.rescued.model\"), 3).shape)"], folder: folder).output == "(3, 28, 28, 1)\n")
    // One that fails elsewhere leaves nothing.
    try "m = 1\nm / 0\n".write(to: folder.appendingPathComponent("other.loam"), atomically: true, encoding: .utf8)
    #expect(try Loam.run(["other.loam"], folder: folder).code == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["grow.loam", "grow.rescued.model", "other.loam"])
  }

  @Test func savedFoldersAreReadAgain() throws {
    let folder = try Loam.temporaryFolder()
    let result = try Loam.run(
      [
        "-e",
        "save(digits()[0:20], \"out/\"); d = images(\"out/\"); print(d, same(sort(list(d.names)), d.names)); save(d, \"sheet.png\"); save(d, \"set.idx\")",
      ], folder: folder)
    #expect(result.errors == "")
    #expect(result.output == "20 images of 8×8×1 of 10 classes true\n")
    let table = try String(contentsOf: folder.appendingPathComponent("out/labels.csv"), encoding: .utf8)
    #expect(table.hasPrefix("file,label,name\n0/00000.png,0,0\n"))
    #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("sheet.png").path))
  }

  @Test func brokenFilesAreErrors() throws {
    let folder = try Loam.temporaryFolder()
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("pics"), withIntermediateDirectories: true)
    try Data([0x89, 0x50, 0x4E, 0x47, 1, 2, 3]).write(to: folder.appendingPathComponent("pics/a.png"))
    let png = try Loam.run(["-e", "d = images(\"pics/\")"], folder: folder)
    #expect(png.code == 1 && png.errors.contains("pics/a.png") && png.errors.contains("hint"))
    try Data([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, 2, 7]).write(to: folder.appendingPathComponent("pics/train-images-idx3-ubyte"))
    try Data([0, 0, 8, 1, 0, 0, 0, 0]).write(to: folder.appendingPathComponent("pics/train-labels-idx1-ubyte"))
    let idx = try Loam.run(["-e", "d = mnist(\"pics\")"], folder: folder)
    #expect(idx.code == 1 && idx.errors.contains("only 1 follow"))
    let unwritable = try Loam.run(["-e", "save(zeros(4, 4), \"/proc/none/x.png\")"], folder: folder)
    #expect(unwritable.code == 1 && unwritable.errors.contains("cannot be written"))
  }

  /// Training's memory is laid out before its second step: twenty times the steps make not one
  /// large allocation more. (`gan` is asked for its warnings at the end of each epoch, so this uses `dense_gan`.)
  @Test func trainingAllocatesNothingAfterTheFirstStep() throws {
    let folder = try Loam.temporaryFolder()
    let library = folder.appendingPathComponent("allocations.so").path
    let source = Repository.root.appendingPathComponent("Tests/LoamTests/allocations.c").path
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = ["clang", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]
    try compiler.run()
    compiler.waitUntilExit()
    #expect(compiler.terminationStatus == 0)
    func count(_ model: String, _ epochs: Int, _ data: String) throws -> Int {
      let file = folder.appendingPathComponent("count").path
      let result = try Loam.run(
        ["-e", "m = train(\(model), \(data), epochs=\(epochs), batch=64)"], environment: ["LD_PRELOAD": library, "COUNT_FILE": file])
      #expect(result.code == 0, "\(result.errors)")
      return Int(try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)) ?? -1
    }
    for (model, data) in [
      ("vae(hidden=100)", "clothes()"), ("dense_gan(hidden=64)", "clothes()[0:500]"), ("vae(hidden=50)", "(clothes()[0:300] |> rotate(-10..10))"),
    ] {
      let few = try count(model, 1, data)
      let many = try count(model, 20, data)
      #expect(few > 0)
      #expect(many == few, "\(model): \(few) in one epoch, \(many) in twenty")
    }
  }
}
