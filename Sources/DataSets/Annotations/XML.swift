import CExpat
import Diagnostics

/// An element of an XML document, with its text and the elements inside of it.
final class XMLElement {
  let name: String
  /// Where it starts, counted from 1.
  let line: Int
  fileprivate(set) var text = ""
  fileprivate(set) var children: [XMLElement] = []

  fileprivate init(_ name: String, line: Int) { (self.name, self.line) = (name, line) }

  /// The first element of a name inside of it.
  subscript(_ name: String) -> XMLElement? { children.first { $0.name == name } }

  /// Its text without white space at both ends.
  var trimmed: String { text.trimmed }
}

/// Reads a small XML document through expat. Document type declarations are refused, so there are neither entities of other
/// files nor entities that expand to gigabytes.
final class XMLReader {
  struct Failure: Error {
    let line: Int
    let what: String
  }

  private static let deepest = 64
  private static let largest = 1 << 22

  private let parser: XML_Parser
  private var open: [XMLElement] = []
  private var root: XMLElement?
  private var failure: Failure?

  /// The root element. Throws a `Failure`.
  static func read(_ bytes: [UInt8]) throws -> XMLElement {
    guard bytes.count <= largest, Memory.holds(64 * bytes.count) else { throw Failure(line: 1, what: "\(bytes.count) bytes are too many for one picture") }
    guard let parser = XML_ParserCreate(nil) else { throw Failure(line: 1, what: "there is not enough memory") }
    return try XMLReader(parser).parse(bytes)
  }

  private init(_ parser: XML_Parser) { self.parser = parser }

  deinit { XML_ParserFree(parser) }

  private func parse(_ bytes: [UInt8]) throws -> XMLElement {
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser, { reader, name, _ in XMLReader.of(reader)?.start(name) }, { reader, _ in XMLReader.of(reader)?.end() })
    XML_SetCharacterDataHandler(parser) { reader, text, count in XMLReader.of(reader)?.add(text, Int(count)) }
    XML_SetStartDoctypeDeclHandler(parser) { reader, _, _, _, _ in XMLReader.of(reader)?.stop("a document type declaration is not allowed") }
    let status = bytes.withUnsafeBytes { XML_Parse(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), 1) }
    if let failure { throw failure }
    guard status == XML_STATUS_OK, let root else {
      let message = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "unknown error"
      throw Failure(line: line, what: message)
    }
    return root
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> XMLReader? { pointer.map { Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() } }

  private var line: Int { Int(XML_GetCurrentLineNumber(parser)) }

  private func stop(_ what: String) {
    if failure == nil { failure = Failure(line: line, what: what) }
    XML_StopParser(parser, XML_Bool(XML_FALSE))
  }

  private func start(_ name: UnsafePointer<CChar>?) {
    guard let name, failure == nil else { return }
    guard open.count < XMLReader.deepest else { return stop("elements are nested more than \(XMLReader.deepest) deep") }
    let element = XMLElement(String(cString: name), line: line)
    if let parent = open.last { parent.children.append(element) } else { root = element }
    open.append(element)
  }

  private func end() { _ = open.popLast() }

  private func add(_ text: UnsafePointer<CChar>?, _ count: Int) {
    guard let text, let element = open.last, failure == nil else { return }
    element.text += String(decoding: UnsafeRawBufferPointer(start: text, count: count), as: UTF8.self)
  }
}
