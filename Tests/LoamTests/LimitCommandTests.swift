import Foundation
import TestSupport
import Testing

/// The binary where memory, the disk or a reader comes to an end.
@Suite(.serialized, .timeLimit(.minutes(10))) struct LimitCommandTests {
  private struct Shell {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Runs a shell's command line, in which `loam` is the binary.
  private func shell(_ command: String, in folder: URL) throws -> Shell {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "loam() { '\(Loam.path)' \"$@\"; }\n" + command + "\n"]
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    let (out, err) = (folder.appendingPathComponent("stdout"), folder.appendingPathComponent("stderr"))
    for file in [out, err] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    func text(_ file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }
    return Shell(code: process.terminationStatus, output: try text(out), errors: try text(err))
  }

  // MARK: Memory

  @Test(arguments: [
    "s = \\\"ab\\\"; while true { s = s + s }", "s = \\\"ab\\\"; while true { s = \\\"{s}{s}\\\" }", "x = (1,); while true { x = append(x, 1) }",
    "x = (1,); while true { x = (x, (1, 2, 3), {a: 1}) }", "x = (1, 2); while true { x = concat(x, x) }",
    "x = list(repeat(\\\"abc\\\", 100000000))", "x = zeros(100000, 100000) + 1; print(x)", "x = repeat(\\\"a,\\\", 500000000) |> split(\\\",\\\")",
  ])
  func theEndOfMemoryIsAnError(_ code: String) throws {
    let folder = try Loam.temporaryFolder()
    let program = code.replacingOccurrences(of: "\\\"", with: "\"")
    try "try { \(program) } catch e { print(e.id) }\nprint(\"on\")\n".write(to: folder.appendingPathComponent("a.loam"), atomically: true, encoding: .utf8)
    // The memory of the machine does not matter: the address space is bounded.
    let result = try shell("ulimit -v 1500000; loam a.loam", in: folder)
    #expect(result.code == 0 && ["L0215\non\n", "L0303\non\n"].contains(result.output), "\(result.code) \(result.output) \(result.errors)")
  }

  // MARK: Files that do not end

  @Test func whatNeverEndsIsNotRead() throws {
    let folder = try Loam.temporaryFolder()
    _ = try shell("truncate -s 4T sparse.csv; truncate -s 4T sparse.png", in: folder)
    for (name, builtin, id) in [
      ("/dev/zero", "read_text", "L0402"), ("/dev/zero", "csv", "L0402"), ("sparse.csv", "read_text", "L0402"), ("sparse.csv", "csv", "L0512"),
      ("sparse.csv", "load", "L0512"), ("sparse.png", "load", "L0402"),
    ] {
      let result = try shell("ulimit -v 3500000; loam -e 'x = \(builtin)(\"\(name)\")'", in: folder)
      #expect(result.code == 1 && result.errors.contains("error[\(id)]: `\(name)`"), "\(name): \(result.code) \(result.errors)")
    }
    // A quote that is never closed.
    _ = try shell("(printf 'a,b\\n1,\"'; yes | head -c 150M) > open.csv", in: folder)
    let open = try shell("ulimit -v 3500000; loam -e 'x = csv(\"open.csv\")'", in: folder)
    #expect(open.code == 1 && open.errors.contains("error[L0512]: `open.csv`, from line 1 on: a row is longer than 64 MB"), "\(open.errors)")
    // Cells that do not fit, wherever memory ends.
    _ = try shell("(echo a,b,c,d,e,f,g,h,i,j; yes 1,2.5,3,4,5,x,y,8,9,0) | head -c 300M > full.csv", in: folder)
    for limit in [900_000, 1_000_000, 1_200_000] {
      let full = try shell("ulimit -v \(limit); loam -e 'x = csv(\"full.csv\")'", in: folder)
      #expect(full.code == 1 && full.errors.contains("error[L0514]: `full.csv` does not fit in memory"), "\(limit): \(full.code) \(full.errors)")
    }
    for command in [
      "loam /dev/zero", "loam check /dev/zero", "loam fmt --check sparse.csv", "loam test /dev/zero", "ln -s /dev/zero a.md; loam verify a.md",
      "echo 'import \"sparse.csv\" as x' | loam",
    ] {
      let result = try shell("ulimit -v 3500000; \(command)", in: folder)
      #expect([1, 2].contains(result.code) && result.errors.contains("error[L0402]"), "\(command): \(result.code) \(result.errors)")
    }
  }

  /// A pipe that nobody writes to keeps a program waiting, until somebody stops it.
  @Test func waitingForAPipeCanBeStopped() throws {
    let folder = try Loam.temporaryFolder()
    _ = try shell("mkfifo empty", in: folder)
    for code in ["x = read_text(\"empty\")", "write_text(\"empty\", \"x\")"] {
      let result = try Loam.run(["-e", code], folder: folder, interruptAfter: [0.5])
      #expect(result.code == 130 && result.errors.contains("interrupted"))
    }
    let read = try shell("(sleep 0.3; echo hello > empty) & loam -e 'print(read_text(\"empty\"))'", in: folder)
    #expect(read.code == 0 && read.output == "hello\n\n")
  }

  // MARK: Output

  /// One line tells it, and the command has failed.
  @Test func aFullDiskIsAFailure() throws {
    let folder = try Loam.temporaryFolder()
    try "print(1)\n".write(to: folder.appendingPathComponent("a.loam"), atomically: true, encoding: .utf8)
    try "x=1\n".write(to: folder.appendingPathComponent("b.loam"), atomically: true, encoding: .utf8)
    try "# A\n\n```loam\nprint(1)\n```\n".write(to: folder.appendingPathComponent("a.md"), atomically: true, encoding: .utf8)
    for command in [
      "loam a.loam", "loam -e 'print(1)'", "loam -e 'while true { print(1) }'", "loam check a.loam", "loam fmt --check b.loam", "loam test a.loam",
      "loam explain",
      "loam explain L0201", "loam help flip", "loam a.md", "loam extract a.md", "loam cache", "loam --help", "loam --version", "loam update a.md",
    ] {
      let result = try shell("\(command) > /dev/full", in: folder)
      #expect(result.code == 1, "\(command) ends with \(result.code)")
      #expect(result.errors == "error: standard output cannot be written: No space left on device\n", "\(command): \(result.errors)")
    }
  }

  /// As Unix tools do, by the signal.
  @Test func aClosedPipeIsQuiet() throws {
    let folder = try Loam.temporaryFolder()
    let result = try shell("loam -e 'i = 0; while true { i = i + 1; print(i) }' | head -1; echo ${PIPESTATUS[0]}", in: folder)
    #expect(result.output == "1\n141\n" && result.errors == "")
    let ignored = try shell("trap '' PIPE; loam -e 'i = 0; while true { i = i + 1; print(i) }' | head -1; echo ${PIPESTATUS[0]}", in: folder)
    #expect(ignored.output == "1\n141\n" && ignored.errors == "")
  }

  // MARK: What a name may do to a terminal

  @Test func namesOfFilesCannotSteerTheTerminal() throws {
    let folder = try Loam.temporaryFolder()
    let name = "$'a\\e]0;evil\\a\\u202e'"
    _ = try shell(
      "mkdir \(name); for f in a.loam a.md; do echo x=y > \(name)/$f; done; echo 'test \"a\\u{1b}[31m\" { expect 1 == 2 }' > \(name)/b.loam", in: folder)
    for command in [
      "loam \(name)/a.loam", "loam \(name)/none.loam", "loam check \(name)", "loam fmt --check \(name)", "loam test \(name)", "loam update \(name)/a.md",
      "loam verify \(name)/a.md", "loam strip \(name)/none.md", "loam plan \(name)/a.loam", "loam explain \(name)", "loam help \(name)", "loam cache \(name)",
      "loam --\(name)", "loam run --plain \(name)/a.loam", "loam export \(name)/none.md", "loam extract \(name)/a.md -o \(name)/none/",
      "loam --timeout=\(name) a.md",
    ] {
      let result = try shell(command, in: folder)
      let shown = result.output + result.errors
      #expect(!shown.isEmpty || command.contains("extract") || command.contains("a.md"), "\(command) says nothing")
      #expect(
        shown.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x202E) }, "\(command): \(shown.debugDescription)")
    }
    let result = try shell("loam \(name)/a.loam", in: folder)
    #expect(result.errors.hasPrefix(#"a\u{1b}]0;evil\u{7}\u{202e}/a.loam:1:3: error[L0201]"#))
  }

  @Test func aMillionDigitsAreAShortError() throws {
    let folder = try Loam.temporaryFolder()
    try ("x = " + String(repeating: "7", count: 1_000_000) + "\n").write(to: folder.appendingPathComponent("a.loam"), atomically: true, encoding: .utf8)
    let result = try shell("loam a.loam", in: folder)
    #expect(result.code == 1 && result.errors.utf8.count < 1000 && result.errors.contains("is too large for a 64-bit integer"))
  }
}
