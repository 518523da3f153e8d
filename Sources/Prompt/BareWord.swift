/// A command without its colon, `exit` or `undo()`, as other prompts have them. Ignored if the program has bound the
/// name.
struct BareWord {
  let name: String
  let meaning: PromptLine

  init?(_ text: String, _ commands: CommandTable) {
    let bytes = Array(text.utf8)
    let end = bytes.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "(") } ?? bytes.count
    let rest = bytes[end...].filter { $0 != UInt8(ascii: " ") }
    guard rest.isEmpty || rest.elementsEqual("()".utf8) else { return nil }
    name = text.bytes(0..<end)
    if name == "help" {
      meaning = .help(of: end..<end)
    } else if let command = commands.named(":" + name), command.isWord {
      meaning = .command(name: 0..<end, argument: end..<end)
    } else {
      return nil
    }
  }
}
