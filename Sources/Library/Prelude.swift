import CEmbedded
import Diagnostics
import Language
import Machine

/// The part of the library that is written in Loam, parsed when a name is first not found elsewhere. A comment
/// `# Topic: Layers` sets the catalogue topic of the names below it.
enum Prelude {
  static func load(_ machine: Machine) throws {
    for file in Embedded.prelude {
      let source = Source(name: "Prelude/\(file.name)", text: file.text, isLibrary: true)
      let result = Parser.parse(source)
      if let first = result.diagnostics.first { throw Fault(first) }
      let headings = Headings(file.text)
      for statement in result.program.statements {
        try machine.runPrelude(statement, of: source)
        if let entry = try entry(for: statement, of: source, machine) { machine.catalogue.add(entry, to: headings.topic(at: statement.extent.start)) }
      }
    }
  }

  private static func entry(for statement: Statement, of source: Source, _ machine: Machine) throws -> Catalogue.Entry? {
    switch statement.kind {
    case .function(let name, _): return try entry(name.text, machine)
    case .model(let model): return try entry(model.name.text, machine)
    case .assign(let target, _):
      guard case .name(let name) = target.kind else { return nil }
      return Catalogue.Entry(name, .loam(signature: name, Documentation(comment(above: statement.extent.start, of: source))))
    default: return nil
    }
  }

  private static func entry(_ name: String, _ machine: Machine) throws -> Catalogue.Entry? {
    guard let value = try machine.libraryValue(named: name), let prototype = Help.prototype(of: value, machine) else { return nil }
    return Catalogue.Entry(name, .loam(signature: Help.signature(prototype), Documentation(prototype.documentation ?? "")))
  }

  /// The `##` lines above a constant.
  private static func comment(above offset: Int, of source: Source) -> String {
    let lines = String(decoding: source.bytes[..<offset], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let comment = lines.reversed().prefix { $0.hasPrefix("##") }.reversed()
    return comment.map { $0.dropFirst(2).drop { $0 == " " } }.joined(separator: "\n")
  }

  /// The topics of a file, by position.
  private struct Headings {
    private var starts: [(offset: Int, topic: String)] = []
    private static let mark = "# Topic: "

    init(_ text: String) {
      var offset = 0
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix(Headings.mark) { starts.append((offset, String(line.dropFirst(Headings.mark.count)))) }
        offset += line.utf8.count + 1
      }
    }

    func topic(at offset: Int) -> String { starts.last { $0.offset <= offset }?.topic ?? "Other" }
  }
}

/// The files embedded in the binary.
package enum Embedded {
  package static var prelude: [(name: String, text: String)] {
    (0..<Int(loam_prelude_count())).map { index in
      let file = loam_prelude(Int32(index))
      return (String(cString: file.name), String(decoding: bytes(file), as: UTF8.self))
    }
  }

  static func data(_ name: String) -> [UInt8]? {
    let file = loam_data(name)
    return file.bytes == nil ? nil : Array(bytes(file))
  }

  private static func bytes(_ file: LoamFile) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: file.bytes, count: Int(file.count))
  }
}
