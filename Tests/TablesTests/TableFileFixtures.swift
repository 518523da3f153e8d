import Diagnostics
import Effects
import Engine
import TestSupport
import Testing

@testable import Tables

/// Reads and writes files in memory.
struct TableFiles {
  let files = MemoryFiles()
  let workers: Workers

  init(threads: Int = 1) { workers = Workers(Engine(threads: threads)) }

  func contents(_ text: String, name: String = "few.csv", _ change: (inout TableFile.Options) -> Void = { _ in }) throws -> TableFile.Contents {
    try contents(Array(text.utf8), name: name, change)
  }

  func contents(_ bytes: [UInt8], name: String = "few.csv", _ change: (inout TableFile.Options) -> Void = { _ in }) throws -> TableFile.Contents {
    files.files[name] = bytes
    var options = TableFile.Options()
    change(&options)
    return try TableFile.read(name, options, files, workers)
  }

  func table(_ text: String, name: String = "few.csv", _ change: (inout TableFile.Options) -> Void = { _ in }) throws -> Table {
    try contents(text, name: name, change).table
  }

  func fault(_ text: String, name: String = "few.csv", _ change: (inout TableFile.Options) -> Void = { _ in }) throws -> Diagnostic {
    try #require(throws: Fault.self) { try contents(text, name: name, change) }.diagnostic
  }

  func fault(_ bytes: [UInt8], name: String = "few.csv") throws -> Diagnostic {
    try #require(throws: Fault.self) { try contents(bytes, name: name) }.diagnostic
  }

  func written(_ table: Table, name: String = "out.csv") throws -> [UInt8] {
    try TableFile.write(table, to: name, files, workers)
    return files.files[name] ?? []
  }
}
