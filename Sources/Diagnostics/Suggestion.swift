/// "Did you mean": the known name that is most similar to a misspelt one.
package enum Suggestion {
  package static func nearest(to word: String, among names: some Sequence<String>) -> String? {
    // A word of one or two letters is similar to too many names.
    let limit = word.count <= 2 ? 0 : max(1, word.count / 3)
    var best: (name: String, distance: Int)?
    for name in names where name != word && abs(name.count - word.count) <= limit {
      let distance = distance(Array(word), Array(name))
      let better =
        best.map { distance < $0.distance || (distance == $0.distance && name < $0.name) } ?? true
      if distance <= limit, better { best = (name, distance) }
    }
    return best?.name
  }

  package static func hint(for word: String, among names: some Sequence<String>) -> String? {
    nearest(to: word, among: names).map { "did you mean `\($0)`?" }
  }

  /// Optimal string alignment distance: an insertion, a deletion, a substitution or a transposition of adjacent
  /// characters costs 1. https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance
  static func distance(_ a: [Character], _ b: [Character]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var rows = [Array(0...b.count)]
    for i in 1...a.count {
      var row = [i]
      for j in 1...b.count {
        var cost = min(
          rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          cost = min(cost, rows[i - 2][j - 2] + 1)
        }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
