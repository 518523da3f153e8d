import Machine

// Strings of Unicode characters (grapheme clusters).
extension Library {
  private static let value = Parameter("value", .any, "any value")
  private static let text = Parameter("text", .string, "a string")
  private static let strings = Parameter("list", .list, "strings")
  private static let separator = Parameter("separator", .string, "the string between two elements", default: "")
  private static let old = Parameter("old", .string, "the part to replace")
  private static let new = Parameter("new", .string, "its replacement")
  private static let format = Parameter("code", .string, "a format code: `.2f`, `>8`, `06d`, `.1%`, `,`")
  private static let character = Parameter("character", .string, "a string of one Unicode scalar")
  private static let scalar = Parameter("code", .int, "the code point")
  private static let start = Parameter("start", .string, "the beginning to look for")
  private static let end = Parameter("end", .string, "the end to look for")

  static let texts: [Builtin] = [
    Builtin(
      "string", "A value as the string that `print` writes", [value],
      examples: [Example("print(string(3) + string(true))", "3true")]
    ) { call in call.machine.make(string: try call.machine.text(call[value])) },
    split,
    Builtin(
      "join", "The elements of a list as one string, with a separator between them", [strings, separator],
      examples: [Example("print(join((\"a\", \"b\"), \"-\"))", "a-b")]
    ) { call in
      let parts = try call[strings].listItems.map { item in
        try call.machine.checkpoint()
        return item.tag == .string ? item : call.machine.make(string: try call.machine.text(item))
      }
      return try call.machine.joining(parts, separator: call.has(separator) ? call.value(separator) : nil)
    },
    Builtin(
      "replace", "A string with every occurrence of a part replaced", [text, old, new],
      examples: [Example("print(replace(\"banana\", \"an\", \"AN\"))", "bANANa")]
    ) { call in
      guard try !call[old].isEmpty else { throw call.wrong(old, expected: "a string of at least one character") }
      let (machine, text) = (call.machine, call.value(Library.text))
      return try machine.joining(machine.strings(machine.parts(of: text, between: call.value(old)), of: text), separator: call.value(new))
    },
    Builtin(
      "upper", "A string in upper case", [text],
      examples: [Example("print(upper(\"straße\"))", "STRASSE")]
    ) { call in
      try call.machine.checkMemory(for: call.value(text).stringBytes.count, of: 4)
      return call.machine.make(string: try call[text].uppercased())
    },
    Builtin(
      "lower", "A string in lower case", [text],
      examples: [Example("print(lower(\"ABC\"))", "abc")]
    ) { call in
      try call.machine.checkMemory(for: call.value(text).stringBytes.count, of: 4)
      return call.machine.make(string: try call[text].lowercased())
    },
    Builtin(
      "trim", "A string without whitespace at its ends", [text],
      examples: [Example("print(\"[\" + trim(\"  a b \") + \"]\")", "[a b]")]
    ) { call in
      let text = try call[Library.text]
      let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
      let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? start
      return call.machine.make(string: String(text[start..<end]))
    },
    Builtin(
      "format", "A value as a string in a given format, as in \"{x:.2f}\"", [value, format],
      examples: [Example("print(format(2.5, \".2f\"), format(\"a\", \">3\"))", "2.50   a")]
    ) { call in call.machine.make(string: try call.machine.formatted(call[value], call[format])) },
    Builtin(
      "lines", "The lines of a string, without their line endings", [text],
      examples: [Example("print(lines(\"a\\nb\\r\\nc\\n\"))", "(\"a\", \"b\", \"c\")")]
    ) { call in
      let text = call.value(Library.text)
      var lines = try call.machine.parts(of: text, where: \.isNewline)
      if lines.last?.isEmpty == true { lines.removeLast() }
      return call.machine.make(list: try call.machine.strings(lines, of: text))
    },
    Builtin(
      "ord", "The Unicode code point of a character", [character],
      examples: [Example("print(ord(\"a\"), ord(\"é\"))", "97 233")]
    ) { call in
      let scalars = try call[character].unicodeScalars
      guard scalars.count == 1, let scalar = scalars.first else {
        throw call.wrong(character, expected: character.meaning, hint: "iterate over a string with `for`")
      }
      return Value(Int(scalar.value))
    },
    Builtin(
      "chr", "The character with a Unicode code point", [scalar],
      examples: [Example("print(chr(97), chr(233))", "a é")]
    ) { call in
      guard let scalar = UInt32(exactly: try call[Library.scalar]).flatMap(Unicode.Scalar.init) else {
        throw call.wrong(Library.scalar, expected: "a Unicode scalar value")
      }
      return call.machine.make(string: String(Character(scalar)))
    },
    Builtin(
      "starts_with", "Whether a string begins with another", [text, start],
      examples: [Example("print(starts_with(\"loam\", \"lo\"))", "true")]
    ) { call in Value(try call[text].hasPrefix(call[start])) },
    Builtin(
      "ends_with", "Whether a string ends with another", [text, end],
      examples: [Example("print(ends_with(\"a.png\", \".png\"))", "true")]
    ) { call in Value(try call[text].hasSuffix(call[end])) },
  ]
}
