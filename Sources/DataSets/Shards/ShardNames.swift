import Diagnostics
import Effects

/// Names of shards with braces, as users of WebDataset and of shells write them: `{000..003}` is a range, with leading zeros if
/// one of its ends has them, and `{a,b}` a list. Several braces in one name are combined; the last one changes fastest.
package enum ShardNames {
  private static let most = 100_000
  private static let deepest = 8

  /// The names in order. A name without braces is itself, and so is that of a file that exists.
  package static func expand(_ pattern: String, _ files: any FileAccess) throws -> [String] {
    guard pattern.contains(where: { $0 == "{" || $0 == "}" }), !files.exists(pattern) else { return [pattern] }
    var parser = Parser(rest: Substring(pattern), pattern: pattern)
    let names = try parser.sequence(depth: 0)
    if let left = parser.rest.first { throw parser.malformed("there is a `\(left)` without a `{` before it") }
    for (index, name) in names.enumerated() where !files.exists(name) {
      throw Fault(
        FileErrors.missing, "no such file: `\(name)`, number \(index + 1) of the \(names.count) files of `\(pattern)`",
        hint: "is the range right, and are all shards downloaded?")
    }
    return names
  }

  /// Whether a name may mean several tar files.
  package static func isPattern(_ name: String) -> Bool {
    guard let start = name.firstIndex(of: "{"), name[start...].contains("}") else { return false }
    return Readers.isShard(name) || Readers.shardEndings.contains { name.lowercased().contains($0) }
  }

  /// A range whose braces a string of a program has taken as an interpolation, as in `train-0..3.tar`, with its braces; else nil.
  package static func withBraces(_ name: String) -> String? {
    guard !name.contains("{"), let dots = name.firstRange(of: "..") else { return nil }
    let (first, last) = (name[..<dots.lowerBound].reversed().prefix(while: \.isNumber), name[dots.upperBound...].prefix(while: \.isNumber))
    guard !first.isEmpty, !last.isEmpty else { return nil }
    return "\(name[..<dots.lowerBound].dropLast(first.count)){{\(String(first.reversed()))..\(last)}}\(name[last.endIndex...])"
  }

  private struct Parser {
    var rest: Substring
    let pattern: String

    func malformed(_ what: String) -> Fault {
      Fault(
        ShardErrors.badNames, "`\(pattern)` does not name shards: \(what)",
        hint: "a range is written `train-{000..003}.tar`, a list `{cats,dogs}.tar`")
    }

    private func tooMany(_ count: Int) -> Fault {
      Fault(
        ShardErrors.badNames, "`\(pattern)` names \(count == Int.max ? "more" : "\(count)") files, expected at most \(ShardNames.most)",
        hint: "put the shards into a folder, and give the folder")
    }

    /// Text and braces up to the end, or inside of braces up to a comma or the closing one.
    mutating func sequence(depth: Int) throws -> [String] {
      var names = [""]
      while let next = rest.first {
        if next == "}" || (next == "," && depth > 0) { break }
        guard next == "{" else {
          let text = rest.prefix { $0 != "{" && $0 != "}" && !($0 == "," && depth > 0) }
          rest = rest.dropFirst(text.count)
          for index in names.indices { names[index] += text }
          continue
        }
        rest.removeFirst()
        let choices = try braces(depth: depth + 1)
        let (count, overflows) = names.count.multipliedReportingOverflow(by: choices.count)
        guard !overflows, count <= ShardNames.most else { throw tooMany(overflows ? Int.max : count) }
        names = names.flatMap { name in choices.map { name + $0 } }
      }
      return names
    }

    /// After a `{`.
    private mutating func braces(depth: Int) throws -> [String] {
      guard depth <= ShardNames.deepest else { throw malformed("braces are nested more than \(ShardNames.deepest) deep") }
      let inside = rest.prefix { $0 != "{" && $0 != "}" && $0 != "," }
      if inside.count < rest.count, rest[inside.endIndex] == "}", let range = try range(String(inside)) {
        rest = rest[inside.endIndex...].dropFirst()
        return range
      }
      var (choices, count) = ([String](), 0)
      while true {
        let more = try sequence(depth: depth)
        choices += more
        count += 1
        guard choices.count <= ShardNames.most else { throw tooMany(choices.count) }
        switch rest.popFirst() {
        case ",": continue
        case "}":
          guard count > 1 else {
            throw malformed(
              more == [""] ? "its braces are empty" : "`{\(more.count == 1 ? more[0] : "...")}` is neither a range of numbers nor a list")
          }
          return choices
        default: throw malformed("a `{` is not closed")
        }
      }
    }

    /// `000..003`, or `0..8..2` with a step; nil if it is not a range.
    private func range(_ text: String) throws -> [String]? {
      guard let dots = text.firstRange(of: "..") else { return nil }
      var parts = [String(text[..<dots.lowerBound]), String(text[dots.upperBound...])]
      if let more = parts[1].firstRange(of: "..") {
        parts = [parts[0], String(parts[1][..<more.lowerBound]), String(parts[1][more.upperBound...])]
      }
      func number(_ part: String) throws -> Int {
        guard !part.isEmpty, part.utf8.allSatisfy({ (48..<58).contains($0) }), let number = Int(part) else {
          throw malformed("`\(part)` in `{\(text)}` is not a number from 0")
        }
        return number
      }
      let (first, last) = (try number(parts[0]), try number(parts[1]))
      let step = parts.count == 3 ? try number(parts[2]) : 1
      guard step > 0 else { throw malformed("the step in `{\(text)}` is 0") }
      guard first <= last else { throw malformed("the range `{\(text)}` ends before it begins") }
      let count = (last - first) / step
      guard count < ShardNames.most else { throw tooMany(count == Int.max ? count : count + 1) }
      let isPadded = parts.prefix(2).contains { $0.utf8.count > 1 && $0.hasPrefix("0") }
      let width = isPadded ? max(parts[0].utf8.count, parts[1].utf8.count) : 0
      return (0...count).map { index in
        let digits = String(first + index * step)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
      }
    }
  }
}
