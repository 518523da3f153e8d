/// The members of a JSON object as they are written, so that one can be replaced and the others stay as they are.
package enum JSONMembers {
  /// Of a valid JSON text. Names with escapes are given as they are written; none if it is not an object.
  package static func members(of bytes: [UInt8]) -> [(name: String, text: String)] {
    var (members, place) = ([(name: String, text: String)](), bytes.firstIndex(of: UInt8(ascii: "{")).map { $0 + 1 } ?? bytes.count)
    while let start = bytes[place...].firstIndex(of: UInt8(ascii: "\"")) {
      let end = self.end(of: bytes, from: start) { $0 == UInt8(ascii: ":") }
      let last = self.end(of: bytes, from: end + 1) { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "}") }
      guard last < bytes.count else { break }
      let name = String(decoding: bytes[start..<end], as: UTF8.self).trimmed
      members.append((String(name.dropFirst().dropLast()), String(decoding: bytes[(end + 1)..<last], as: UTF8.self).trimmed))
      guard bytes[last] == UInt8(ascii: ",") else { break }
      place = last + 1
    }
    return members
  }

  /// Where a byte that ends a value is, outside of strings and brackets.
  private static func end(of bytes: [UInt8], from start: Int, _ isEnd: (UInt8) -> Bool) -> Int {
    var (depth, isString, isEscaped) = (0, false, false)
    for place in start..<max(start, bytes.count) {
      let byte = bytes[place]
      if isString {
        if byte == UInt8(ascii: "\""), !isEscaped { isString = false }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        continue
      }
      if depth == 0, isEnd(byte) { return place }
      switch byte {
      case UInt8(ascii: "\""): isString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
    }
    return bytes.count
  }
}
