import CJSON
import Diagnostics

/// A JSON document, read by simdjson.
package final class JSONDocument {
  private let document: OpaquePointer

  /// `name` is the file for errors, which have `id`.
  package init(_ bytes: consuming [UInt8], name: String, _ id: DiagnosticID) throws {
    // What simdjson uses for a file of short numbers; it would reserve more, and the system may promise more than it has.
    guard Memory.holds(4 * bytes.count) else {
      throw Fault(id, "`\(name)` does not fit in memory: it has \(bytes.count) bytes", hint: "split it, or close other programs")
    }
    // The byte order mark that some editors write is not part of JSON.
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let count = bytes.count - start
    var bytes = bytes
    bytes.append(contentsOf: repeatElement(0x20, count: loam_json_padding()))
    var message: UnsafePointer<CChar>?
    guard let document = bytes.withUnsafeBufferPointer({ loam_json_parse($0.baseAddress.map { $0 + start }, count, &message) }) else {
      let reason = message.map { String(cString: $0) } ?? "unknown error"
      throw Fault(id, "`\(name)` is not readable JSON: \(reason)", hint: "is the file complete? `python3 -m json.tool` shows the place")
    }
    self.document = document
  }

  deinit { loam_json_free(document) }

  package var root: JSONValue { JSONValue(raw: loam_json_root(document), document: self) }
}

package struct JSONValue {
  fileprivate let raw: LoamJSONValue
  fileprivate let document: JSONDocument

  package var isNull: Bool { loam_json_kind(raw) == LoamJSONNull }
  package var isArray: Bool { loam_json_kind(raw) == LoamJSONArray }
  package var isObject: Bool { loam_json_kind(raw) == LoamJSONObject }

  package var int: Int? {
    var result: Int64 = 0
    if loam_json_integer(raw, &result) { return Int(result) }
    // Some programs write 3.0.
    return number.flatMap { Int(exactly: $0) }
  }

  package var number: Double? {
    var result = 0.0
    return loam_json_number(raw, &result) ? result : nil
  }

  package var boolean: Bool? {
    var result = false
    return loam_json_boolean(raw, &result) ? result : nil
  }

  package var string: String? {
    var (bytes, count): (UnsafePointer<CChar>?, Int) = (nil, 0)
    guard loam_json_string(raw, &bytes, &count) else { return nil }
    return String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  /// A member of an object; nil if there is none, or it is null.
  package subscript(_ name: StaticString) -> JSONValue? {
    var result = LoamJSONValue()
    let isFound = name.withUTF8Buffer { name in
      name.withMemoryRebound(to: CChar.self) { loam_json_member(raw, $0.baseAddress, $0.count, &result) }
    }
    guard isFound else { return nil }
    let value = JSONValue(raw: result, document: document)
    return value.isNull ? nil : value
  }

  /// The elements of an array, or the values of an object; none for other kinds.
  package func forEach(_ body: (JSONValue) throws -> Void) rethrows {
    var (cursor, value) = (LoamJSONCursor(), LoamJSONValue())
    guard loam_json_begin(raw, &cursor) else { return }
    while loam_json_next(&cursor, &value) { try body(JSONValue(raw: value, document: document)) }
  }

  /// The members of an object, with their names; none for other kinds.
  package func forEachMember(_ body: (_ name: UnsafeBufferPointer<UInt8>, JSONValue) throws -> Void) rethrows {
    var (cursor, value) = (LoamJSONCursor(), LoamJSONValue())
    var (name, count): (UnsafePointer<CChar>?, Int) = (nil, 0)
    guard isObject, loam_json_begin(raw, &cursor) else { return }
    while loam_json_next_member(&cursor, &name, &count, &value) {
      let bytes = UnsafeRawBufferPointer(start: name, count: count)
      try body(bytes.bindMemory(to: UInt8.self), JSONValue(raw: value, document: document))
    }
  }

  /// A whole number that is written without a decimal point.
  package var whole: Int? {
    var result: Int64 = 0
    return loam_json_integer(raw, &result) ? Int(result) : nil
  }

  /// Nil unless it is an array of numbers.
  package var numbers: [Double]? {
    guard isArray else { return nil }
    var numbers: [Double]? = []
    forEach { value in
      if let number = value.number { numbers?.append(number) } else { numbers = nil }
    }
    return numbers
  }
}
