import Glibc

// Searching and splitting strings: bytewise if each byte is a character, otherwise character by character.
extension Machine {
  /// The non-overlapping occurrences of a non-empty substring, as byte ranges.
  package func occurrences(of part: Value, in text: Value, limit: Int = .max) throws -> [Range<Int>] {
    var found = RangeList(self)
    if text.isPlainString, part.isPlainString {
      let (bytes, wanted) = (text.stringBytes, part.stringBytes)
      guard let base = bytes.baseAddress, let start = wanted.baseAddress, let first = wanted.first else { return [] }
      var at = 0
      while at + wanted.count <= bytes.count, found.ranges.count < limit {
        try checkpoint()
        guard let next = memchr(base + at, Int32(first), bytes.count - wanted.count - at + 1) else { break }
        at = next - UnsafeMutableRawPointer(mutating: base)
        if memcmp(base + at, start, wanted.count) == 0 {
          try found.add(at..<at + wanted.count)
          at += wanted.count
        } else {
          at += 1
        }
      }
      return found.ranges
    }
    let (string, wanted) = (text.string, part.string)
    let count = wanted.count
    var at = string.startIndex
    while at < string.endIndex, found.ranges.count < limit {
      try checkpoint()
      if string[at...].hasPrefix(wanted) {
        let end = string.index(at, offsetBy: count)
        let utf8 = string.utf8
        try found.add(utf8.distance(from: utf8.startIndex, to: at)..<utf8.distance(from: utf8.startIndex, to: end))
        at = end
      } else {
        at = string.index(after: at)
      }
    }
    return found.ranges
  }

  /// The parts of a string between occurrences of a separator, as byte ranges.
  package func parts(of text: Value, between separator: Value) throws -> [Range<Int>] {
    var (parts, start) = (RangeList(self), 0)
    for range in try occurrences(of: separator, in: text) {
      try parts.add(start..<range.lowerBound)
      start = range.upperBound
    }
    try parts.add(start..<text.stringBytes.count)
    return parts.ranges
  }

  /// The parts of a string between characters that satisfy `separates`, including empty ones, as byte ranges.
  package func parts(of text: Value, where separates: (Character) -> Bool) throws -> [Range<Int>] {
    var (parts, start) = (RangeList(self), 0)
    if text.isPlainString {
      let bytes = text.stringBytes
      let known = (0..<128).map { separates(Character(Unicode.Scalar(UInt8($0)))) }
      for at in 0..<bytes.count where known[Int(bytes[at])] {
        try parts.add(start..<at)
        start = at + 1
      }
    } else {
      let string = text.string
      var at = 0
      for character in string {
        let end = at + character.utf8.count
        if separates(character) {
          try parts.add(start..<at)
          start = end
        }
        at = end
      }
    }
    try parts.add(start..<text.stringBytes.count)
    return parts.ranges
  }

  /// Substrings at the given byte ranges.
  package func strings(_ parts: [Range<Int>], of text: Value) throws -> [Value] {
    try checkMemory(for: parts.count, of: 96)
    return try parts.map {
      try checkpoint()
      return keep(heap.string(UnsafeBufferPointer(rebasing: text.stringBytes[$0])))
    }
  }

  /// Concatenates strings with a separator, and repeats the result `times` times.
  package func joining(_ strings: [Value], separator: Value? = nil, times: Int = 1) throws -> Value {
    let separatorCount = separator.map { $0.stringBytes.count * max(strings.count - 1, 0) } ?? 0
    let once = strings.reduce(separatorCount) { $0 + $1.stringBytes.count }
    let (total, overflow) = once.multipliedReportingOverflow(by: times)
    try checkMemory(overflow ? .max : total)
    let isPlain = strings.allSatisfy(\.isPlainString) && separator?.isPlainString != false
    return keep(
      try heap.string(count: total, isPlain: isPlain) { bytes in
        var at = bytes
        func put(_ part: Value) {
          let count = part.asString.pointee.count
          memcpy(at, StringObject.bytes(part.asString), count)
          at += count
        }
        for _ in 0..<times {
          for (index, part) in strings.enumerated() {
            try checkpoint()
            if index > 0, let separator { put(separator) }
            put(part)
          }
        }
      })
  }

  /// A list of ranges that checks memory as it grows: there can be as many as bytes.
  private struct RangeList {
    private(set) var ranges: [Range<Int>] = []
    private let machine: Machine

    init(_ machine: Machine) { self.machine = machine }

    mutating func add(_ range: Range<Int>) throws {
      try machine.checkpoint()
      // Checks before the array grows.
      if ranges.count == ranges.capacity { try machine.checkMemory(for: ranges.count, of: 48) }
      ranges.append(range)
    }
  }
}
