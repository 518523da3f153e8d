import DataSets
import Diagnostics
import Foundation
import Tensors
import Testing

/// Against files that NumPy wrote: arrays.txt by Tests/Reference/arrays.py.
@Suite struct NumPyTests {
  struct Case: CustomStringConvertible, Sendable {
    let name: String
    let file: [UInt8]
    let type: String
    let shape: [Int]
    let elements: [String]
    var description: String { name }
  }

  static let cases: [Case] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Reference/arrays.txt")
    guard let text = try? String(contentsOf: path, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").map { line in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      let digits = parts[1].utf8.map { UInt8(Int(String(UnicodeScalar($0)), radix: 16) ?? 0) }
      return Case(
        name: String(parts[0]), file: stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }, type: String(parts[2]),
        shape: parts[3].split(separator: " ").compactMap { Int($0) },
        elements: parts[4].isEmpty ? [] : parts[4].split(separator: " ", omittingEmptySubsequences: false).map(String.init))
    }
  }()

  private func item(_ name: String) throws -> Case { try #require(Self.cases.first { $0.name == name }) }

  private func tensor(_ content: NPY.Content) throws -> Tensor {
    guard case .tensor(let tensor) = content else { throw Fault(DataErrors.badArrays, "no tensor") }
    return tensor
  }

  @Test func thereAreCases() { #expect(Self.cases.count == 41) }

  @Test(arguments: cases.filter { $0.type != "npz" && $0.type != "fault" })
  func readsWhatNumPyWrites(_ item: Case) throws {
    switch try NPY.decode(item.file, name: item.name) {
    case .tensor(let tensor):
      #expect(tensor.dtype.name == item.type && tensor.shape == item.shape && tensor.count == item.elements.count)
      for (index, text) in item.elements.enumerated() { #expect(tensor[index] == Double(text)) }
    case .strings(let texts): #expect(item.type == "texts" && texts == item.elements && item.shape == [texts.count])
    case .string(let text): #expect(item.type == "texts" && [text] == item.elements && item.shape == [])
    }
  }

  @Test(arguments: cases.filter { $0.type == "fault" })
  func refusesInWords(_ item: Case) throws {
    let fault = try #require(throws: Fault.self) { try NPY.decode(item.file, name: item.name) }
    #expect(fault.diagnostic.id == DataErrors.badArrays && fault.diagnostic.message.contains(item.name) && fault.diagnostic.hint != nil)
  }

  /// What both write is the same, byte for byte.
  @Test(arguments: ["f4", "f8", "type-<i4", "type-u1", "bool", "cube", "scalar", "none", "row", "words", "word"])
  func writesWhatNumPyWrites(_ name: String) throws {
    let item = try item(name)
    #expect(NPY.encode(try NPY.decode(item.file, name: name)) == item.file)
  }

  @Test(arguments: ["stored", "deflated"])
  func readsArchives(_ name: String) throws {
    let item = try item(name)
    let read = try NPZ.decode(item.file, name: name).map { entry in
      let tensor = try tensor(entry.content)
      return "\(entry.name)=\(tensor.dtype.name),\(tensor.shape.map(String.init).joined(separator: "x")),\((0..<tensor.count).reduce(0) { $0 + tensor[$1] })"
    }
    #expect(read == item.elements.map { $0.replacingOccurrences(of: "i64", with: "i32") })
  }

  @Test func archivesAreReadAgain() throws {
    let tensor = try Tensor((0..<6).map { Float($0) / 3 }, shape: [2, 3])
    let entries: [NPZ.Entry] = [("images", .tensor(tensor)), ("ein Name", .strings(["a", "Straße"])), ("word", .string(""))]
    let bytes = try NPZ.encode(entries, name: "few.npz")
    let read = try NPZ.decode(bytes, name: "few.npz")
    #expect(read.map(\.name) == ["images", "ein Name", "word"])
    let again = try self.tensor(read[0].content)
    #expect((0..<6).allSatisfy { again[$0] == tensor[$0] })
    guard case .strings(let texts) = read[1].content, case .string(let word) = read[2].content else { throw Fault(DataErrors.badArrays, "no texts") }
    #expect(texts == ["a", "Straße"] && word == "")
    #expect(try NPZ.encode(read, name: "again.npz") == bytes)
  }

  /// Cut anywhere: a fault that names the file.
  @Test(arguments: cases.filter { $0.type != "fault" && !$0.elements.isEmpty })
  func tornFilesAreFaults(_ item: Case) throws {
    for length in 0..<item.file.count {
      let part = Array(item.file.prefix(length))
      let fault = try #require(throws: Fault.self) {
        if item.type == "npz" { _ = try NPZ.decode(part, name: "cut") } else { _ = try NPY.decode(part, name: "cut") }
      }
      #expect(fault.diagnostic.message.contains("cut"))
    }
  }

  /// Changed anywhere, sizes and places among it: arrays or a fault, never a crash, and never without end.
  @Test(arguments: cases.filter { ["f4", "fortran-i8", "words", "word", "version-2", "stored", "deflated"].contains($0.name) })
  func changedFilesNeverTrap(_ item: Case) {
    for position in item.file.indices {
      for byte: UInt8 in [0x00, 0x01, 0x2C, 0x39, 0x7F, 0xFF] {
        var changed = item.file
        changed[position] = byte
        if item.type == "npz" { _ = try? NPZ.decode(changed, name: "changed") } else { _ = try? NPY.decode(changed, name: "changed") }
      }
    }
  }

  private func header(_ text: String, version: UInt8 = 1) -> [UInt8] {
    let length = [UInt8(text.utf8.count & 0xFF), UInt8(text.utf8.count >> 8)] + (version == 1 ? [] : [0, 0])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(text.utf8)
  }

  @Test(arguments: [
    "", "{", "{}", "{'descr': '<f4'}", "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4)}",
    "{'descr': '<f4', 'fortran_order': True, 'shape': (0, 9223372036854775807, 2)}", "{'descr': '<U0', 'fortran_order': False, 'shape': (9999999999999,)}",
    "{'descr': '<U9999999999999999999', 'fortran_order': False, 'shape': (1,)}", "{'descr': '<U4611686018427387904', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f-4', 'fortran_order': False, 'shape': ()}", "{'descr': '', 'fortran_order': False, 'shape': ()}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1, -1)}", "{'descr': '<f4', 'fortran_order': 1, 'shape': ()}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", "{'descr': '<f4' 'shape': ()}",
  ])
  func oddHeadersAreFaults(_ text: String) {
    for version: UInt8 in 1...3 {
      #expect(throws: Fault.self) { try NPY.decode(header(text, version: version) + [0, 0, 0, 0], name: "odd.npy") }
    }
  }

  /// An archive whose entries all name the same bytes.
  @Test func overlappingEntriesAreFaults() throws {
    var bytes = try NPZ.encode([("a", .tensor(try Tensor(dtype: .u8, shape: [400]) { _ in 0 })), ("b", .string("b"))], name: "few.npz")
    // The second line of the table of contents is the first once more: its size, and where it begins.
    let lines = bytes.indices.dropLast(3).filter { bytes[$0] == 0x50 && bytes[$0 + 1] == 0x4B && bytes[$0 + 2] == 1 && bytes[$0 + 3] == 2 }
    try #require(lines.count == 2)
    for range in [20..<24, 42..<46] { for offset in range { bytes[lines[1] + offset] = bytes[lines[0] + offset] } }
    let fault = try #require(throws: Fault.self) { try NPZ.decode(bytes, name: "few.npz") }
    #expect(fault.diagnostic.message.contains("overlap"))
  }

  @Test func whatIsNoArchiveSaysSo() throws {
    for bytes in [[], Array("page not found".utf8), try item("f4").file, [UInt8](repeating: 0, count: 100)] {
      let fault = try #require(throws: Fault.self) { try NPZ.decode(bytes, name: "x.npz") }
      #expect(fault.diagnostic.id == DataErrors.badArrays && fault.diagnostic.message.contains("x.npz"))
    }
    let empty = try NPZ.encode([], name: "x.npz")
    #expect(try #require(throws: Fault.self) { try NPZ.decode(empty, name: "x.npz") }.diagnostic.message.contains("no arrays"))
  }
}
