import Foundation

/// The tables in Tests/Reference that other programs made: fields are separated by tabs, bytes are hexadecimal.
enum ReferenceText {
  /// The fields of each line; empty if the file cannot be read.
  static func lines(_ file: String) -> [[Substring]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    guard let text = try? String(contentsOf: folder.appendingPathComponent("Reference/\(file)"), encoding: .utf8) else { return [] }
    return text.split(separator: "\n").map { $0.split(separator: "\t") }
  }

  static func bytes(_ text: Substring) -> [UInt8] {
    let digits = text.utf8.map { UInt8(Int(String(UnicodeScalar($0)), radix: 16) ?? 0) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  static func numbers(_ text: Substring) -> [Int] { text.split(separator: " ").compactMap { Int($0) } }
}
