import Language
import Library
import Machine

/// Completion candidates: each replaces the text from `start` to the cursor.
package struct Completion: Equatable {
  /// Byte offset.
  package let start: Int
  package let candidates: [String]
  /// Whether a closing quote is added after a single candidate.
  package let closesText: Bool

  package init(start: Int, candidates: [String], closesText: Bool = false) {
    self.start = start
    self.candidates = candidates
    self.closesText = closesText
  }
}

extension Session {
  /// Completes the text before a cursor. Reads names and stored fields; nothing is run.
  package func completion(of text: String) -> Completion {
    let context = CompletionContext(text)
    switch context.place {
    case .nothing: return Completion(start: context.start, candidates: [])
    case .name(let prefix):
      // The first word of an argument may be its name; if it is still empty, offer only argument names, since all names
      // would be too many.
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

  /// Names and keywords with this prefix.
  package func names(beginningWith prefix: String) -> [String] {
    let words = Keyword.allCases.map(\.rawValue) + ["model"]
    let names = Set(machine.globalNames + machine.libraryNames() + words)
    return names.filter { $0.hasPrefix(prefix) && ($0.first != "_" || prefix.first == "_") }.sorted()
  }

  /// Files and folders with this prefix; hidden ones only if the prefix begins with a dot.
  package func paths(beginningWith prefix: String, at start: Int) -> Completion {
    let slash = prefix.lastIndex(of: "/")
    let folder = slash.map { String(prefix[...$0]) } ?? ""
    let name = slash.map { String(prefix[prefix.index(after: $0)...]) } ?? prefix
    let names = (try? effects.files.list(folder.isEmpty ? "." : folder)) ?? []
    let fitting = names.filter { $0.hasPrefix(name) && ($0.first != "." || name.first == ".") }
    return Completion(start: start + folder.utf8.count, candidates: fitting)
  }
}
