import Language
import Library
import Machine

/// What may stand at the cursor: each candidate replaces the text from `start` to the cursor.
package struct Completion: Equatable {
  /// In bytes.
  package let start: Int
  package let candidates: [String]
  /// Whether a quote ends the text that a single candidate completes.
  package let closesText: Bool

  package init(start: Int, candidates: [String], closesText: Bool = false) {
    self.start = start
    self.candidates = candidates
    self.closesText = closesText
  }
}

extension Session {
  /// Completes the text before a cursor. Names and stored fields are looked at; nothing is run.
  package func completion(of text: String) -> Completion {
    let context = CompletionContext(text)
    switch context.place {
    case .nothing: return Completion(start: context.start, candidates: [])
    case .name(let prefix):
      // An argument's first word may be its name; where nothing is written yet, names alone are a flood.
      let arguments = argumentNames(context.call).filter { $0.hasPrefix(prefix) }
      let texts = prefix.isEmpty && context.call?.name != nil ? acceptedTexts(context.call).map(Machine.quote) : []
      if !texts.isEmpty { return Completion(start: context.start, candidates: texts) }
      let names = prefix.isEmpty && !arguments.isEmpty ? [] : names(beginningWith: prefix)
      return Completion(start: context.start, candidates: arguments + names)
    case .field(let base, let prefix):
      guard let base, let value = plainValue(base) else { return Completion(start: context.start, candidates: []) }
      let fields = machine.fieldNames(value).filter { $0.hasPrefix(prefix) && ($0.first != "_" || prefix.first == "_") }
      return Completion(start: context.start, candidates: Array(Set(fields)).sorted())
    case .text(let prefix):
      let choices = acceptedTexts(context.call)
      if !choices.isEmpty { return Completion(start: context.start, candidates: choices.filter { $0.hasPrefix(prefix) }, closesText: true) }
      return paths(beginningWith: prefix, at: context.start)
    }
  }

  /// Names and words that begin so.
  package func names(beginningWith prefix: String) -> [String] {
    let words = Keyword.allCases.map(\.rawValue) + ["model"]
    let names = Set(machine.globalNames + machine.libraryNames() + words)
    return names.filter { $0.hasPrefix(prefix) && ($0.first != "_" || prefix.first == "_") }.sorted()
  }

  /// Files and folders that begin so, within the folder that the prefix names; hidden ones only where asked for.
  package func paths(beginningWith prefix: String, at start: Int) -> Completion {
    let slash = prefix.lastIndex(of: "/")
    let folder = slash.map { String(prefix[...$0]) } ?? ""
    let name = slash.map { String(prefix[prefix.index(after: $0)...]) } ?? prefix
    let names = (try? effects.files.list(folder.isEmpty ? "." : folder)) ?? []
    let fitting = names.filter { $0.hasPrefix(name) && ($0.first != "." || name.first == ".") }
    return Completion(start: start + folder.utf8.count, candidates: fitting)
  }
}
