import ArgumentParser
import Diagnostics
import Effects
import Engine
import Glibc
import Session

extension Effects {
  /// The effects of this process.
  static func ofProcess() throws -> Effects {
    if let complaint = Backends.complaint() { throw ValidationError(complaint) }
    let cancellation = Cancellation.onInterrupt()
    return Effects(
      console: SystemConsole(), files: SystemFiles(cancellation: cancellation), clock: SystemClock(), cancellation: cancellation,
      progress: SystemProgress(), entropy: SystemEntropy())
  }

  /// Reads the bytes of a file; ends the command if that fails.
  func read(_ path: String, _ options: ReportOptions) throws -> [UInt8] {
    do {
      return try files.read(path)
    } catch let fault as Fault {
      options.report([fault.diagnostic], on: console)
      throw Ending.usageError
    }
  }

  /// Writes a file; ends the command if that fails.
  func write(_ bytes: [UInt8], to path: String, _ options: ReportOptions) throws {
    do {
      try files.write(bytes, to: path)
    } catch let fault as Fault {
      options.report([fault.diagnostic], on: console)
      throw Ending.usageError
    }
  }
}

extension Console {
  /// Runs a command and flushes its output; fails if the output could not be written.
  func flushing<Result>(_ work: () throws -> Result) throws -> Result {
    let result = Swift.Result { try work() }
    flush()
    if failure != nil, case .success = result { throw Ending.failed }
    return try result.get()
  }
}

extension Session {
  /// A session with the effects of this process.
  static func ofProcess() throws -> Session { Session(effects: try .ofProcess()) }

  /// Reads the text of a file; ends the command if that fails.
  func read(_ path: String, _ options: ReportOptions) throws -> String { String(decoding: try effects.read(path, options), as: UTF8.self) }
}
