import Tensors

// Which pictures or rows examples are made of.
extension DataSet {
  /// Whether some picture or row is in several examples, as far as that is known: copies, mixed pictures, or data sets of the same that
  /// were joined.
  package var repeatsSources: Bool { joinsSameSources || !mixed.isEmpty || Set(entries.map(\.item)).count < entries.count }

  /// Whether some example of each is made of the same picture or row.
  package func sharesSources(with other: DataSet) -> Bool {
    guard source.identity == other.source.identity else { return false }
    return !Set(entries.map(\.item)).isDisjoint(with: other.entries.map(\.item))
  }

  static func sharesSources(_ sets: [DataSet]) -> Bool {
    sets.contains(where: \.repeatsSources)
      || sets.indices.contains { index in sets[..<index].contains { $0.sharesSources(with: sets[index]) } }
  }
}

extension DataSet.Source {
  /// The same for what is stored in the same place.
  fileprivate var identity: ObjectIdentifier? {
    switch self {
    case .dense(let tensor): ObjectIdentifier(tensor.storage)
    case .ragged(let pictures): pictures.first.map { ObjectIdentifier($0.storage) }
    case .files(let files): ObjectIdentifier(files)
    case .rows(let rows): ObjectIdentifier(rows.numbers.storage)
    }
  }
}
