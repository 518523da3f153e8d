import Session

extension Session {
  /// Completes commands, questions and their arguments; otherwise code.
  func completion(of before: String, _ commands: CommandTable) -> Completion {
    let bytes = Array(before.utf8)
    switch PromptLine(before) {
    case .statement: return completion(of: before)
    case .help, .source:
      let start = bytes.lastIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: " ") }.map { $0 + 1 } ?? 0
      return completion(ofCode: start, before)
    case .command(let name, let argument):
      // The cursor is in the name of the command.
      if name.upperBound == bytes.count {
        let written = before.bytes(name)
        return Completion(start: name.lowerBound, candidates: commands.commands.map(\.name).filter { $0.hasPrefix(written) }.sorted())
      }
      let start = argument.isEmpty ? bytes.count : argument.lowerBound
      switch commands.named(before.bytes(name))?.argument {
      case .name, .code: return completion(ofCode: start, before)
      case .file: return paths(beginningWith: before.bytes(start..<bytes.count), at: start)
      case .optional:
        let written = before.bytes(start..<bytes.count)
        return Completion(start: start, candidates: commands.commands.map(\.name).filter { $0.hasPrefix(written) }.sorted())
      case nil, .some(.none): return Completion(start: bytes.count, candidates: [])
      }
    }
  }

  /// Completes the code that begins at a byte offset.
  private func completion(ofCode start: Int, _ before: String) -> Completion {
    let code = completion(of: before.bytes(start..<before.utf8.count))
    return Completion(start: code.start + start, candidates: code.candidates, closesText: code.closesText)
  }
}

extension Completion {
  /// The candidates relative to a byte offset chosen by the editor, which may be before or after the start of the
  /// completion.
  func texts(from editorStart: Int, in before: String) -> [String] {
    guard editorStart > start else {
      let lead = before.bytes(editorStart..<start)
      return candidates.map { lead + $0 }
    }
    return candidates.map { String(decoding: Array($0.utf8).dropFirst(editorStart - start), as: UTF8.self) }
  }
}
