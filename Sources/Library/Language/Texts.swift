import Machine

// Texts: Unicode characters as people count them.
extension Library {
  static let texts: [Builtin] = [
    Builtin(
      "string", "A value as the text that `print` would write", [Parameter("value", .any, "any value")],
      examples: [Example("print(string(3) + string(true))", "3true")]
    ) { call in call.machine.make(string: try call.machine.text(call[0])) },
    Builtin(
      "split",
      "A string split at a separator, a tensor split along an axis, or a data set, list or tensor split at random in two, as in (examples, test)",
      [
        Parameter("x", .any, "a string, a tensor, a list or a data set"),
        Parameter(
          "at", .any, "of a string: the separator; of a tensor: the number of equal parts, or their sizes; between 0 and 1: the size of the first random part",
          default: "white space"),
        Parameter("axis", .int, "the axis along which a tensor is split into equal parts or sizes", default: "0"),
        Parameter(
          "by", .any,
          "of a random split: a key for each element, or a function of one, whose groups are split in the same proportion; each of two or more has an element on both sides",
          default: "the labels of a data set"),
      ],
      examples: [
        Example("print(split(\"a,b,,c\", \",\"))", "(\"a\", \"b\", \"\", \"c\")"),
        Example("print(split([1, 2, 3, 4], 2), split([1, 2, 3], (1, 2)))", "([1, 2], [3, 4]) ([1], [2, 3])"),
        Example("(examples, test) = split(clothes(), 0.8)\nprint(len(examples), sum(test.labels == 0))", "1600 40"),
      ]
    ) { call in
      if call.has(1), call[1].tag == .float { return try randomSplit(call, part: call[1].double, by: 3) }
      if call[0].tag == .tensor {
        guard call.has(1) else { throw call.refuse("`split` of a tensor needs the number of parts, or their sizes", hint: "as in `split(x, 2)`") }
        return try splitTensor(call, 1, axis: 2)
      }
      guard call[0].tag == .string else {
        throw call.wrong(0, hint: call[0].tag == .list || call[0].tag == .foreign ? "`split(data, 0.8)` splits at random: (examples, test)" : nil)
      }
      guard !call.has(1) || call[1].tag == .string else { throw call.wrong(1) }
      let machine = call.machine
      guard call.has(1) else {
        let words = try machine.parts(of: call[0], where: \.isWhitespace).filter { !$0.isEmpty }
        return machine.make(list: try machine.strings(words, of: call[0]))
      }
      guard !call[1].stringBytes.isEmpty else { throw call.refuse("`split` needs a separator of at least one character") }
      return machine.make(list: try machine.strings(machine.parts(of: call[0], between: call[1]), of: call[0]))
    },
    Builtin(
      "join", "The texts of a list as one, a separator between them",
      [Parameter("list", .list, "texts"), Parameter("separator", .string, "what stands between them", default: "\"\"")],
      examples: [Example("print(join((\"a\", \"b\"), \"-\"))", "a-b")]
    ) { call in
      let parts = try call[0].listItems.map { item in
        try call.machine.checkpoint()
        return item.tag == .string ? item : call.machine.make(string: try call.machine.text(item))
      }
      return try call.machine.joining(parts, separator: call.has(1) ? call[1] : nil)
    },
    Builtin(
      "replace", "A text with every occurrence of one part replaced by another",
      [Parameter("text", .string, "the text"), Parameter("old", .string, "what to replace"), Parameter("new", .string, "what to put there")],
      examples: [Example("print(replace(\"banana\", \"an\", \"AN\"))", "bANANa")]
    ) { call in
      guard !call.string(1).isEmpty else { throw call.refuse("`replace` needs something to look for") }
      let machine = call.machine
      return try machine.joining(machine.strings(machine.parts(of: call[0], between: call[1]), of: call[0]), separator: call[2])
    },
    Builtin(
      "upper", "A text in capital letters", [Parameter("text", .string, "the text")],
      examples: [Example("print(upper(\"straße\"))", "STRASSE")]
    ) { call in
      try call.machine.checkMemory(for: call[0].stringBytes.count, of: 4)
      return call.machine.make(string: call.string(0).uppercased())
    },
    Builtin(
      "lower", "A text in small letters", [Parameter("text", .string, "the text")],
      examples: [Example("print(lower(\"ABC\"))", "abc")]
    ) { call in
      try call.machine.checkMemory(for: call[0].stringBytes.count, of: 4)
      return call.machine.make(string: call.string(0).lowercased())
    },
    Builtin(
      "trim", "A text without white space at its ends", [Parameter("text", .string, "the text")],
      examples: [Example("print(\"[\" + trim(\"  a b \") + \"]\")", "[a b]")]
    ) { call in
      let text = call.string(0)
      let start = text.firstIndex { !$0.isWhitespace } ?? text.endIndex
      let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? start
      return call.machine.make(string: String(text[start..<end]))
    },
    Builtin(
      "format", "A value as a text in a given form, as in \"{x:.2f}\"",
      [Parameter("value", .any, "any value"), Parameter("code", .string, "a format code: `.2f`, `>8`, `06d`, `.1%`, `,`")],
      examples: [Example("print(format(2.5, \".2f\"), format(\"a\", \">3\"))", "2.50   a")]
    ) { call in call.machine.make(string: try call.machine.formatted(call[0], call.string(1))) },
    Builtin(
      "lines", "The lines of a text, without their ends", [Parameter("text", .string, "the text")],
      examples: [Example("print(lines(\"a\\nb\\r\\nc\\n\"))", "(\"a\", \"b\", \"c\")")]
    ) { call in
      var lines = try call.machine.parts(of: call[0], where: \.isNewline)
      if lines.last?.isEmpty == true { lines.removeLast() }
      return call.machine.make(list: try call.machine.strings(lines, of: call[0]))
    },
    Builtin(
      "code", "The number of a character in Unicode", [Parameter("character", .string, "a text of one Unicode scalar")],
      examples: [Example("print(code(\"a\"), code(\"é\"))", "97 233")]
    ) { call in
      let scalars = call.string(0).unicodeScalars
      guard scalars.count == 1, let scalar = scalars.first else {
        throw call.refuse("`code` takes a text of one character, this has \(scalars.count) parts", hint: "go through a text with `for`")
      }
      return Value(Int(scalar.value))
    },
    Builtin(
      "character", "The character with a number in Unicode", [Parameter("code", .int, "the number")],
      examples: [Example("print(character(97), character(233))", "a é")]
    ) { call in
      let number = try call.int(0)
      guard let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init) else { throw call.refuse("Unicode has no character with the number \(number)") }
      return call.machine.make(string: String(Character(scalar)))
    },
    Builtin(
      "starts_with", "Whether a text begins with another", [Parameter("text", .string, "the text"), Parameter("start", .string, "the beginning")],
      examples: [Example("print(starts_with(\"loam\", \"lo\"))", "true")]
    ) { call in Value(call.string(0).hasPrefix(call.string(1))) },
    Builtin(
      "ends_with", "Whether a text ends with another", [Parameter("text", .string, "the text"), Parameter("end", .string, "the ending")],
      examples: [Example("print(ends_with(\"a.png\", \".png\"))", "true")]
    ) { call in Value(call.string(0).hasSuffix(call.string(1))) },
  ]
}
