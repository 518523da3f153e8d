/// Built-ins under a heading.
package struct Topic: Sendable {
  package let name: String
  package let builtins: [Builtin]

  package init(_ name: String, _ builtins: [Builtin]) {
    self.name = name
    self.builtins = builtins
  }
}

/// The contents of the library by topic: built-ins, and functions, models and constants written in Loam. `help`, its
/// search and the reference are generated from it.
package struct Catalogue {
  package struct Entry {
    package enum Kind {
      case builtin(Builtin)
      /// Written in Loam: its signature and `##` documentation.
      case loam(signature: String, Documentation)
    }

    package let name: String
    package let kind: Kind

    package init(_ name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }

    package var signature: String {
      switch kind {
      case .builtin(let builtin): builtin.signature
      case .loam(let signature, _): signature
      }
    }

    /// One line, without a full stop.
    package var summary: String {
      switch kind {
      case .builtin(let builtin): builtin.summary
      case .loam(_, let documentation): documentation.summary
      }
    }

    package var examples: [Example] {
      switch kind {
      case .builtin(let builtin): builtin.examples
      case .loam(_, let documentation): documentation.examples
      }
    }
  }

  /// In the order in which they were installed.
  package private(set) var topics: [(name: String, entries: [Entry])] = []

  package var entries: [Entry] { topics.flatMap(\.entries) }

  /// Names that begin with `_` are internal.
  package mutating func add(_ entry: Entry, to topic: String) {
    guard !entry.name.hasPrefix("_") else { return }
    if let place = topics.firstIndex(where: { $0.name == topic }) {
      topics[place].entries.append(entry)
    } else {
      topics.append((topic, [entry]))
    }
  }

  /// Entries whose name or summary contains some of the words, best match first: a match in the name counts more than one
  /// in the summary, and a complete word more than a part of one.
  package func search(_ text: String) -> [Entry] {
    func words(_ text: String) -> [String] {
      text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
    let wanted = words(text).filter { $0.count > 1 && !Catalogue.ignored.contains($0) }.map(Catalogue.stem)
    let scored = entries.map { entry -> (score: Int, entry: Entry) in
      let (name, summary) = (words(entry.name).map(Catalogue.stem), words(entry.summary).map(Catalogue.stem))
      let score = wanted.reduce(0) { score, word in
        score + (name.contains(word) ? 8 : name.contains { $0.hasPrefix(word) } ? 4 : 0) + (summary.contains(word) ? 3 : 0)
      }
      return (score, entry)
    }
    let best = scored.map(\.score).max() ?? 0
    // The sort keeps the catalogue's order between equals.
    return scored.enumerated().filter { $0.element.score > 0 && 4 * $0.element.score >= best }
      .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(\.element.entry)
  }

  private static let ignored: Set<String> = ["a", "an", "the", "of", "to", "in", "on", "for", "with", "how", "do", "is", "and", "or", "by", "my"]

  /// A simple English stemmer: images and image, sorted and sort.
  private static func stem(_ word: String) -> String {
    for ending in ["ing", "ed", "es", "s"] where word.hasSuffix(ending) && word.count - ending.count >= 3 { return String(word.dropLast(ending.count)) }
    return word.hasSuffix("e") && word.count > 3 ? String(word.dropLast()) : word
  }
}
