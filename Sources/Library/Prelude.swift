import CEmbedded
import Diagnostics
import Language
import Machine

/// The part of the library that is written in Loam, read at the first name that only it can know.
enum Prelude {
  static func load(_ machine: Machine) throws {
    for file in Embedded.prelude {
      let source = Source(name: "Prelude/\(file.name)", text: file.text, isLibrary: true)
      let result = Parser.parse(source)
      if let first = result.diagnostics.first { throw Fault(first) }
      for statement in result.program.statements { try machine.runPrelude(statement, of: source) }
    }
  }
}

/// What the binary carries.
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
