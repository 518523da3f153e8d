import Foundation

/// As much of TextMate's grammars as ours uses: `match`, `begin` and `end`, captures that name scopes, and
/// `include` of the repository. As in editors, regexes see one line at a time.
/// https://macromates.com/manual/en/language_grammars
struct TextMate {
  private final class Rule {
    var name: String?
    var match: NSRegularExpression?
    var end: NSRegularExpression?
    var captures: [Int: String] = [:]
    var endCaptures: [Int: String] = [:]
    var patterns: [Any] = []
  }

  /// What the grammar says of each UTF-16 unit: its scopes, outermost first, and which match they are from.
  struct Painting {
    var scopes: [[String]]
    var piece: [Int]
  }

  struct Unknown: Error { let what: String }

  private let root = Rule()
  private var repository: [String: Rule] = [:]

  init(_ json: Data) throws {
    guard let grammar = try JSONSerialization.jsonObject(with: json) as? [String: Any] else { throw Unknown(what: "the file") }
    for (key, value) in grammar["repository"] as? [String: [String: Any]] ?? [:] { repository[key] = try Self.rule(value) }
    root.patterns = try Self.children(grammar["patterns"])
    for rule in [root] + repository.values { try checkIncludes(rule) }
  }

  private static func children(_ value: Any?) throws -> [Any] {
    try (value as? [[String: Any]] ?? []).map { item in
      if let include = item["include"] as? String { return String(include.dropFirst()) }
      return try rule(item)
    }
  }

  private static func rule(_ json: [String: Any]) throws -> Rule {
    let known: Set<String> = ["name", "match", "captures", "begin", "beginCaptures", "end", "endCaptures", "patterns"]
    if let other = json.keys.first(where: { !known.contains($0) }) { throw Unknown(what: other) }
    let rule = Rule()
    rule.name = json["name"] as? String
    func regex(_ key: String) throws -> NSRegularExpression? {
      try (json[key] as? String).map { try NSRegularExpression(pattern: $0, options: [.anchorsMatchLines]) }
    }
    func names(_ key: String) throws -> [Int: String] {
      var names: [Int: String] = [:]
      for (index, value) in json[key] as? [String: [String: String]] ?? [:] {
        guard let index = Int(index), let name = value["name"] else { throw Unknown(what: "\(key) \(index)") }
        names[index] = name
      }
      return names
    }
    rule.match = try regex("match") ?? regex("begin")
    rule.end = try regex("end")
    rule.captures = try names("captures").merging(names("beginCaptures")) { first, _ in first }
    rule.endCaptures = try names("endCaptures")
    rule.patterns = try children(json["patterns"])
    return rule
  }

  private func checkIncludes(_ rule: Rule) throws {
    for child in rule.patterns {
      if let name = child as? String, repository[name] == nil { throw Unknown(what: "#\(name)") }
      if let child = child as? Rule { try checkIncludes(child) }
    }
  }

  /// The rules that may begin inside `rule`, with groups opened out.
  private func candidates(_ rule: Rule) -> [Rule] {
    rule.patterns.flatMap { child -> [Rule] in
      guard let found = (child as? Rule) ?? (child as? String).flatMap({ repository[$0] }) else { return [] }
      return found.match == nil ? candidates(found) : [found]
    }
  }

  func paint(_ text: String) -> Painting {
    let units = text.utf16.count
    var painting = Painting(scopes: Array(repeating: [], count: units), piece: Array(repeating: 0, count: units))
    var stack: [(rule: Rule, scopes: [String], candidates: [Rule])] = [(root, ["source.loam"], candidates(root))]
    var lineStart = 0
    var pieces = 0

    func fill(_ range: NSRange, _ scopes: [String]) {
      guard range.location != NSNotFound else { return }
      pieces += 1
      for unit in range.location..<(range.location + range.length) {
        painting.scopes[lineStart + unit] = scopes
        painting.piece[lineStart + unit] = pieces
      }
    }
    func fill(_ match: NSTextCheckingResult, _ scopes: [String], _ captures: [Int: String]) {
      fill(match.range, scopes + [captures[0]].compactMap { $0 })
      for (index, name) in captures.sorted(by: { $0.key < $1.key }) where index > 0 && index < match.numberOfRanges {
        fill(match.range(at: index), scopes + [name])
      }
    }

    for line in Self.lines(text) {
      let length = line.utf16.count
      var position = 0
      while position < length {
        guard let top = stack.last else { break }
        let rest = NSRange(location: position, length: length - position)
        func first(_ regex: NSRegularExpression) -> NSTextCheckingResult? {
          regex.firstMatch(in: line, options: [.withoutAnchoringBounds, .withTransparentBounds], range: rest)
        }
        // The leftmost match counts; of several there, the end, then the first in order.
        let end = top.rule.end.flatMap(first)
        var best: (match: NSTextCheckingResult, rule: Rule)?
        for rule in top.candidates {
          guard let regex = rule.match, let match = first(regex) else { continue }
          if best.map({ match.range.location < $0.match.range.location }) ?? true { best = (match, rule) }
        }
        let ends = end.map { end in best.map { end.range.location <= $0.match.range.location } ?? true } ?? false
        guard let match = ends ? end : best?.match else {
          fill(rest, top.scopes)
          break
        }
        fill(NSRange(location: position, length: match.range.location - position), top.scopes)
        if ends {
          fill(match, top.scopes, top.rule.endCaptures)
          stack.removeLast()
        } else if let rule = best?.rule {
          let scopes = top.scopes + [rule.name].compactMap { $0 }
          fill(match, scopes, rule.captures)
          if rule.end != nil { stack.append((rule, scopes, candidates(rule))) }
        }
        position = match.range.location + match.range.length
        // An empty match that ends nothing would come again for ever.
        if match.range.length == 0, !ends { position += 1 }
      }
      lineStart += length
    }
    return painting
  }

  /// The lines with their ends; a `\r` belongs to its line.
  private static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      line.append(scalar)
      if scalar == "\n" {
        lines.append(String(line))
        line = String.UnicodeScalarView()
      }
    }
    return line.isEmpty ? lines : lines + [String(line)]
  }
}
