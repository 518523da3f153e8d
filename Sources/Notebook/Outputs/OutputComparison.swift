import Effects

/// Compares a cell's saved output with its new one. `verify` reports differences; `update` keeps outputs that `verify`
/// accepts.
struct OutputComparison {
  let saved: [SavedOutput.Part]
  let new: [CellOutput.Part]
  let steps: [Alignment.Step]
  private let pictures: [String: Picture]
  private let tolerance: Int

  /// `pictures` are the pictures of the saved output, by link.
  init(_ saved: [SavedOutput.Part], _ new: [CellOutput.Part], pictures: [String: Picture], tolerance: Int) {
    (self.saved, self.new, self.pictures, self.tolerance) = (saved, new, pictures, tolerance)
    steps = Alignment.steps(
      saved, new, isMark: { $0 == .any },
      matches: { old, now in
        switch (old, now) {
        case (.text(let before), .text(let after)): Ellipsis.matches(before, after)
        case (.picture(let url, _), .picture(let picture, _)):
          pictures[url].map { PictureFile.difference($0, picture, tolerance: tolerance) == nil } ?? false
        default: false
        }
      })
  }

  var isAgreement: Bool { steps.allSatisfy(\.isAgreement) }

  /// The new output with the wildcards of the saved one; parts that match are taken from the saved one. `place` returns
  /// the link of a new picture.
  func merged(_ place: (Picture) -> String) -> [SavedOutput.Part] {
    func written(_ part: CellOutput.Part) -> SavedOutput.Part {
      switch part {
      case .text(let lines): .text(lines)
      case .picture(let picture, let title): .picture(url: place(picture), title: title)
      }
    }
    return steps.compactMap { step in
      switch step {
      case .same(let old, _): saved[old]
      case .changed(let old, let now):
        if case (.text(let before), .text(let after)) = (saved[old], new[now]) { .text(Ellipsis.merged(before, after)) } else { written(new[now]) }
      case .gone: nil
      case .added(let now): written(new[now])
      case .marked: .any
      }
    }
  }

  /// The differences line by line: saved lines after `-`, new lines after `+`.
  var difference: [String] {
    steps.flatMap { step -> [String] in
      switch step {
      case .same, .marked: []
      case .gone(let old): described(saved[old]).map { "- " + $0 }
      case .added(let now): described(new[now]).map { "+ " + $0 }
      case .changed(let old, let now):
        switch (saved[old], new[now]) {
        case (.text(let before), .text(let after)): OutputComparison.difference(before, after)
        case (.picture(let url, _), .picture(let picture, _)): ["- picture \(url)", "+ " + described(picture, insteadOf: url)]
        default: described(saved[old]).map { "- " + $0 } + described(new[now]).map { "+ " + $0 }
        }
      }
    }
  }

  private func described(_ part: SavedOutput.Part) -> [String] {
    switch part {
    case .text(let lines): lines
    case .picture(let url, _): ["picture \(url)" + (pictures[url] == nil ? ", which cannot be read" : "")]
    case .any: ["..."]
    }
  }

  private func described(_ part: CellOutput.Part) -> [String] {
    switch part {
    case .text(let lines): lines
    case .picture(let picture, let title): ["picture of \(title), \(picture.size)"]
    }
  }

  private func described(_ picture: Picture, insteadOf url: String) -> String {
    guard let before = pictures[url] else { return "picture, \(picture.size); the previous one cannot be read" }
    return "picture: " + (PictureFile.difference(before, picture, tolerance: tolerance) ?? "the same")
  }

  /// The number of context lines around a difference, and the maximum in total.
  private static let (context, longest) = (2, 60)

  private static func difference(_ saved: [String], _ new: [String]) -> [String] {
    var lines: [(text: String, differs: Bool)] = []
    var (gone, added): ([String], [String]) = ([], [])
    func settle() {
      lines += gone.map { ("- " + $0, true) } + added.map { ("+ " + $0, true) }
      (gone, added) = ([], [])
    }
    for step in Ellipsis.steps(saved, new) {
      switch step {
      case .same(let old, _), .marked(let old, _):
        settle()
        lines.append(("  " + saved[old], false))
      case .changed(let old, let now):
        gone.append(saved[old])
        added.append(new[now])
      case .gone(let old): gone.append(saved[old])
      case .added(let now): added.append(new[now])
      }
    }
    settle()
    let near = lines.indices.filter { index in
      lines[max(0, index - context)...min(lines.count - 1, index + context)].contains(where: \.differs)
    }
    let shown = near.prefix(longest).map { lines[$0].text }
    return near.count > longest ? shown + ["(\(near.count - longest) more lines)"] : shown
  }
}
