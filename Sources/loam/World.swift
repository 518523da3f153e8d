import ArgumentParser
import CKernels
import Diagnostics
import Effects
import Glibc
import Session

extension Effects {
  /// The world as it is.
  static func ofThisProcess() throws -> Effects {
    if let wanted = getenv("LOAM_ISA"), loam_kernels_named(wanted) == nil {
      let known: [String] = ["avx512", "avx2", "baseline", "neon"]
      let names = known.filter { (name: String) in loam_kernels_named(name) != nil }
      throw ValidationError("LOAM_ISA=\(String(cString: wanted)): expected one of \(names.joined(separator: ", ")).")
    }
    loam_interrupt_install()
    let cancellation = Cancellation(flag: loam_interrupt_flag())
    return Effects(
      console: SystemConsole(), files: SystemFiles(cancellation: cancellation), clock: SystemClock(), cancellation: cancellation,
      progress: SystemProgress())
  }

  /// A file's bytes; a missing one ends the command.
  func read(_ path: String, _ options: ReportOptions) throws -> [UInt8] {
    do {
      return try files.read(path)
    } catch let fault as Fault {
      options.report([fault.diagnostic], on: console)
      throw Ending.misused
    }
  }

  /// Writes a file beside and renames it; where that cannot be, the command ends.
  func write(_ bytes: [UInt8], to path: String, _ options: ReportOptions) throws {
    do {
      try files.write(bytes, to: path)
    } catch let fault as Fault {
      options.report([fault.diagnostic], on: console)
      throw Ending.misused
    }
  }
}

extension Console {
  /// Does a command's work and sends on what it wrote. What could not be written makes the command fail.
  func sendingAll<Result>(_ work: () throws -> Result) throws -> Result {
    let result = Swift.Result { try work() }
    flush()
    if failure != nil, case .success = result { throw Ending.failed }
    return try result.get()
  }
}

extension Session {
  /// A session in the world as it is.
  static func ofThisProcess() throws -> Session { Session(effects: try .ofThisProcess()) }

  /// A file's text; a missing one ends the command.
  func read(_ path: String, _ options: ReportOptions) throws -> String { String(decoding: try effects.read(path, options), as: UTF8.self) }
}
