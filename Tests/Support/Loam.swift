import Foundation

/// Runs the built `loam` as a user would.
package struct Loam {
  package struct Result {
    package let code: Int32
    package let output: String
    package let errors: String
  }

  /// The binary beside the test bundle. A target of tests that uses it depends on `loam`.
  package static var path: String {
    let folder =
      Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }?.deletingLastPathComponent()
      ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return folder.appendingPathComponent("loam").path
  }

  /// Without a cache of trainings: a test never reads or changes the developer's own.
  package static var environment: [String: String] { ProcessInfo.processInfo.environment.merging(["LOAM_CACHE": ""]) { $1 } }

  /// `interruptAfter`: when to interrupt the program, in seconds since it handles interrupts.
  package static func run(
    _ arguments: [String], environment: [String: String] = [:], exactly whole: [String: String]? = nil, folder: URL? = nil,
    interruptAfter seconds: [Double] = []
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = whole ?? Loam.environment.merging(environment) { $1 }
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let errorReader = Reader(errors)
    let outputReader = Reader(output)
    var elapsed = 0.0
    if !seconds.isEmpty { awaitInterruptHandler(of: process) }
    for moment in seconds {
      Thread.sleep(forTimeInterval: moment - elapsed)
      elapsed = moment
      process.interrupt()
    }
    let (outputText, errorText) = (outputReader.text(), errorReader.text())
    process.waitUntilExit()
    return Result(code: process.terminationStatus, output: outputText, errors: errorText)
  }

  /// Returns once the process catches SIGINT or has ended. On a loaded machine its start may take seconds.
  private static func awaitInterruptHandler(of process: Process) {
    while process.isRunning {
      let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
      let caught = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
      if let caught, caught & (1 << UInt64(SIGINT - 1)) != 0 { return }
      Thread.sleep(forTimeInterval: 0.001)
    }
  }

  package static func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("loam-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}

/// Reads a pipe to its end on a thread of its own, so that neither side waits for the other.
private final class Reader: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private var data = Data()

  init(_ pipe: Pipe) {
    let handle = pipe.fileHandleForReading
    Thread.detachNewThread {
      self.data = handle.readDataToEndOfFile()
      self.done.signal()
    }
  }

  func text() -> String {
    done.wait()
    return String(decoding: data, as: UTF8.self)
  }
}
