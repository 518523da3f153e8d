import Diagnostics
import Effects

/// A lesson's text with other outputs. Only whole output blocks change: all other bytes stay as they
/// are, whatever they are.
package struct LessonEdit {
  package let bytes: [UInt8]
  /// Pictures that the new outputs name, by the name of their file in the assets.
  package let pictures: [String: Picture]

  /// The lines of each cell's block; nil leaves what is there, an empty block takes it away.
  private init(_ lesson: Lesson, _ blocks: [[String]?], pictures: [String: Picture]) {
    let lines = lesson.lines
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lines.bytes.count + 1024)
    var next = 1
    for (cell, block) in zip(lesson.cells, blocks) {
      guard let block else { continue }
      let start = cell.kept?.lines.lowerBound ?? cell.lines.upperBound
      let end = cell.kept?.lines.upperBound ?? start
      bytes += lines.whole(next..<start)
      next = end
      guard !block.isEmpty else { continue }
      let own = lines.ending(cell.lines.lowerBound)
      let ending = own.isEmpty ? [UInt8(ascii: "\n")][...] : own
      // A file may end with its last cell, without a line's end.
      if start > 1, lines.ending(start - 1).isEmpty { bytes += ending }
      for (number, line) in block.enumerated() {
        bytes += line.isEmpty ? LessonEdit.trimmed(cell.prefix) : cell.prefix[...]
        bytes += line.utf8
        let isLastOfFile = number == block.count - 1 && end > lines.count && lines.ending(lines.count).isEmpty
        if !isLastOfFile { bytes += ending }
      }
    }
    self.bytes = bytes + lines.whole(next..<lines.count + 1)
    self.pictures = pictures
  }

  /// An empty line in a list needs no spaces, but in a quote its mark.
  private static func trimmed(_ prefix: [UInt8]) -> ArraySlice<UInt8> {
    var prefix = prefix[...]
    while let last = prefix.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { prefix.removeLast() }
    return prefix
  }

  /// With the outputs of a run: one for each cell, nil where the old one is to stay. What a cell's kept
  /// output allows for stays too.
  package static func updating(_ lesson: Lesson, _ outputs: [CellOutput?], kept: [String: Picture], tolerance: Int) throws -> LessonEdit {
    var pictures: [String: Picture] = [:]
    let blocks = zip(lesson.cells, outputs).map { cell, output -> [String]? in
      guard let output else { return nil }
      let comparison = OutputComparison(cell.kept?.parts ?? [], output.parts, pictures: kept, tolerance: cell.marks.isVerified ? tolerance : 0)
      if comparison.isAgreement { return nil }
      let parts = comparison.merged { picture in
        let name = PictureFile.name(picture)
        pictures[name] = picture
        return LinkPath.link(to: lesson.assets + "/" + name)
      }
      return parts.isEmpty ? [] : OutputBlock.lines(parts)
    }
    return try LessonEdit(lesson, blocks, pictures: pictures).checked(against: lesson, blocks)
  }

  /// Without any output.
  package static func stripping(_ lesson: Lesson) throws -> LessonEdit {
    let blocks = lesson.cells.map { _ in [String]?.some([]) }
    return try LessonEdit(lesson, blocks, pictures: [:]).checked(against: lesson, blocks)
  }

  /// The new text must read as the same cells with the new outputs behind them.
  private func checked(against lesson: Lesson, _ blocks: [[String]?]) throws -> LessonEdit {
    let read = Lesson(bytes, named: lesson.name)
    for (index, old) in lesson.cells.enumerated() {
      let cell = index < read.cells.count ? read.cells[index] : nil
      let isMeant = blocks[index].map { block in cell?.kept.map { texts(of: $0, cell, read) } ?? [] == block } ?? (cell?.kept?.parts == old.kept?.parts)
      guard let cell, cell.code == old.code, cell.attributes == old.attributes, isMeant else {
        throw Fault(
          LessonErrors.changed, "the output of this cell cannot be placed behind it",
          at: Span(Source(name: lesson.name, text: lesson.lines.text(old.lines.lowerBound), firstLine: old.lines.lowerBound), 0, 0),
          hint: "the file is as it was; what stands around the cell takes the output for its own")
      }
    }
    guard read.problems.isEmpty, read.cells.count == lesson.cells.count else {
      throw Fault(LessonErrors.changed, "with its outputs `\(lesson.name)` would be another lesson", hint: "the file is as it was")
    }
    return self
  }

  /// A block as it stands in the file, without what the list or quote puts before it.
  private func texts(of kept: KeptOutput, _ cell: Lesson.Cell?, _ lesson: Lesson) -> [String] {
    kept.lines.map { number in
      let line = lesson.lines.content(number)
      return String(decoding: line.dropFirst(min(line.count, cell?.prefix.count ?? 0)), as: UTF8.self)
    }
  }
}
