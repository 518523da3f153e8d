import Engine

/// Rows that are far from each other, as centres of components: each is drawn with a probability proportional to its squared
/// distance to the nearest earlier one (D. Arthur, S. Vassilvitskii, k-means++, SODA 2007).
struct MixtureCentres {
  let rows: [Int]

  init(_ data: CodedRows, _ count: Int, _ key: RandomKey) {
    guard data.count > 0 else {
      rows = []
      return
    }
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
    var chosen = [key.integer(below: data.count, 0)]
    var nearest = (0..<data.count).map { distance($0, chosen[0]) }
    while chosen.count < min(count, data.count) {
      let total = nearest.reduce(0, +)
      var next = key.integer(below: data.count, UInt32(chosen.count), 1)
      if total > 0 {
        var left = key.uniform(UInt32(chosen.count)) * total
        next = data.count - 1
        for row in 0..<data.count {
          left -= nearest[row]
          if left < 0 {
            next = row
            break
          }
        }
      }
      chosen.append(next)
      for row in 0..<data.count { nearest[row] = min(nearest[row], distance(row, next)) }
    }
    rows = chosen
  }
}
