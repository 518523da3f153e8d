import Engine

/// Rows that are far from each other, as centres of components: each is drawn with a probability proportional to its squared
/// distance to the nearest earlier one (D. Arthur, S. Vassilvitskii, k-means++, SODA 2007).
struct MixtureCentres {
  let rows: [Int]

  init(_ data: CodedRows, _ count: Int, _ stratum: Stratum?, _ key: RandomKey) {
    let kinds = data.classCounts.count
    guard let stratum else {
      rows = MixtureCentres.chosen(data, Array(0..<data.count), count, key)
      return
    }
    rows = stratum.components.enumerated().flatMap { code, count in
      MixtureCentres.chosen(
        data, (0..<data.count).filter { Int(data.classes[$0 * kinds + stratum.column]) == code }, count, RandomKey(key.bits, UInt64(code)))
    }
  }

  /// As many of the rows as asked for; some twice if there are fewer.
  private static func chosen(_ data: CodedRows, _ rows: [Int], _ count: Int, _ key: RandomKey) -> [Int] {
    guard !rows.isEmpty else { return [] }
    let (width, kinds) = (data.width, data.classCounts.count)
    func distance(_ a: Int, _ b: Int) -> Double {
      var sum = 0.0
      for column in 0..<width {
        let difference = data.scores[a * width + column] - data.scores[b * width + column]
        if !difference.isNaN { sum += difference * difference }
      }
      for column in 0..<kinds {
        let (x, y) = (data.classes[a * kinds + column], data.classes[b * kinds + column])
        if x >= 0, y >= 0, x != y { sum += 1 }
      }
      return sum
    }
    var chosen = [rows[key.integer(below: rows.count, 0)]]
    var nearest = rows.map { distance($0, chosen[0]) }
    while chosen.count < count {
      let total = nearest.reduce(0, +)
      var next = key.integer(below: rows.count, UInt32(chosen.count), 1)
      if total > 0 {
        var left = key.uniform(UInt32(chosen.count)) * total
        for place in rows.indices {
          left -= nearest[place]
          next = place
          if left < 0 { break }
        }
      }
      chosen.append(rows[next])
      for place in rows.indices { nearest[place] = min(nearest[place], distance(rows[place], rows[next])) }
    }
    return chosen
  }
}
