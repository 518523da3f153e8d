import CJSON
import Diagnostics

/// A JSON document, read by simdjson.
final class JSONDocument {
  private let document: OpaquePointer

  /// `name` is the file for errors.
  init(_ bytes: consuming [UInt8], name: String) throws {
    // What simdjson uses for a file of short numbers; it would reserve more, and the system may promise more than it has.
    guard Memory.holds(4 * bytes.count) else {
      throw Fault(AnnotationErrors.badCOCO, "`\(name)` does not fit in memory: it has \(bytes.count) bytes", hint: "split it, or close other programs")
    }
    // The byte order mark that some editors write is not part of JSON.
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let count = bytes.count - start
    var bytes = bytes
    bytes.append(contentsOf: repeatElement(0x20, count: loam_json_padding()))
    var message: UnsafePointer<CChar>?
    guard let document = bytes.withUnsafeBufferPointer({ loam_json_parse($0.baseAddress.map { $0 + start }, count, &message) }) else {
      let reason = message.map { String(cString: $0) } ?? "unknown error"
      throw Fault(AnnotationErrors.badCOCO, "`\(name)` is not readable JSON: \(reason)", hint: "is the file complete? `python3 -m json.tool` shows the place")
    }
    self.document = document
  }

  deinit { loam_json_free(document) }

  var root: JSONValue { JSONValue(raw: loam_json_root(document), document: self) }
}

struct JSONValue {
  fileprivate let raw: LoamJSONValue
  fileprivate let document: JSONDocument

  var isNull: Bool { loam_json_kind(raw) == LoamJSONNull }
  var isArray: Bool { loam_json_kind(raw) == LoamJSONArray }
  var isObject: Bool { loam_json_kind(raw) == LoamJSONObject }

  var int: Int? {
    var result: Int64 = 0
    if loam_json_integer(raw, &result) { return Int(result) }
    // Some programs write 3.0.
    return number.flatMap { Int(exactly: $0) }
  }

  var number: Double? {
    var result = 0.0
    return loam_json_number(raw, &result) ? result : nil
  }

  var boolean: Bool? {
    var result = false
    return loam_json_boolean(raw, &result) ? result : nil
  }

  var string: String? {
    var (bytes, count): (UnsafePointer<CChar>?, Int) = (nil, 0)
    guard loam_json_string(raw, &bytes, &count) else { return nil }
    return String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  /// A member of an object; nil if there is none, or it is null.
  subscript(_ name: StaticString) -> JSONValue? {
    var result = LoamJSONValue()
    let isFound = name.withUTF8Buffer { name in
      name.withMemoryRebound(to: CChar.self) { loam_json_member(raw, $0.baseAddress, $0.count, &result) }
    }
    guard isFound else { return nil }
    let value = JSONValue(raw: result, document: document)
    return value.isNull ? nil : value
  }

  /// The elements of an array, or the values of an object; none for other kinds.
  func forEach(_ body: (JSONValue) throws -> Void) rethrows {
    var (cursor, value) = (LoamJSONCursor(), LoamJSONValue())
    guard loam_json_begin(raw, &cursor) else { return }
    while loam_json_next(&cursor, &value) { try body(JSONValue(raw: value, document: document)) }
  }

  /// Nil unless it is an array of numbers.
  var numbers: [Double]? {
    guard isArray else { return nil }
    var numbers: [Double]? = []
    forEach { value in
      if let number = value.number { numbers?.append(number) } else { numbers = nil }
    }
    return numbers
  }
}
