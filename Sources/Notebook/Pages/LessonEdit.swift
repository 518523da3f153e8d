import Diagnostics
import Effects

/// The text of a lesson with other outputs. Only whole output blocks change; all other bytes are preserved.
package struct LessonEdit {
  package let bytes: [UInt8]
  /// Pictures of the new outputs, by file name in the assets folder.
  package let pictures: [String: Picture]

  /// The output of each cell; nil leaves the present one, an output without parts removes it.
  private init(_ lesson: Lesson, _ outputs: [[SavedOutput.Part]?], pictures: [String: Picture]) {
    let lines = lesson.lines
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lines.bytes.count + 1024)
    var next = 1
    for (cell, parts) in zip(lesson.cells, outputs) {
      guard let parts else { continue }
      let block = parts.isEmpty ? [] : OutputBlock.lines(parts)
      let start = cell.saved?.lines.lowerBound ?? cell.lines.upperBound
      let end = cell.saved?.lines.upperBound ?? start
      bytes += lines.whole(next..<start)
      next = end
      guard !block.isEmpty else { continue }
      let own = lines.ending(cell.lines.lowerBound)
      let ending = own.isEmpty ? [UInt8(ascii: "\n")][...] : own
      // A file may end with its last cell, without a line break.
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

  /// An empty line in a list needs no indentation, but in a quote it needs its marker.
  private static func trimmed(_ prefix: [UInt8]) -> ArraySlice<UInt8> {
    var prefix = prefix[...]
    while let last = prefix.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { prefix.removeLast() }
    return prefix
  }

  /// With the outputs of a run: one for each cell; nil keeps the old one, and so does an output that the old one
  /// matches.
  package static func updating(_ lesson: Lesson, _ outputs: [CellOutput?], saved: [String: Picture], tolerance: Int) throws -> LessonEdit {
    var pictures: [String: Picture] = [:]
    let parts = zip(lesson.cells, outputs).map { cell, output -> [SavedOutput.Part]? in
      guard let output else { return nil }
      let comparison = OutputComparison(cell.saved?.parts ?? [], output.parts, pictures: saved, tolerance: cell.marks.isVerified ? tolerance : 0)
      if comparison.isAgreement { return nil }
      return comparison.merged { picture in
        let name = PictureFile.name(picture)
        pictures[name] = picture
        return LinkPath.link(to: lesson.assets + "/" + name)
      }
    }
    return try LessonEdit(lesson, parts, pictures: pictures).checked(against: lesson, parts)
  }

  /// Without any output.
  package static func stripping(_ lesson: Lesson) throws -> LessonEdit {
    let nothing = lesson.cells.map { _ in [SavedOutput.Part]?.some([]) }
    return try LessonEdit(lesson, nothing, pictures: [:]).checked(against: lesson, nothing)
  }

  /// Checks that the new text is parsed as the same cells with the new outputs.
  private func checked(against lesson: Lesson, _ outputs: [[SavedOutput.Part]?]) throws -> LessonEdit {
    let read = Lesson(bytes, named: lesson.name)
    for (index, old) in lesson.cells.enumerated() {
      let meant = outputs[index] ?? old.saved?.parts ?? []
      guard read.cells.indices.contains(index), read.cells[index].code == old.code, read.cells[index].attributes == old.attributes,
        LessonEdit.areSame(read.cells[index].saved?.parts ?? [], meant)
      else {
        throw Fault(
          LessonErrors.changed, "cannot place the output after this cell",
          at: Span(Source(name: lesson.name, text: lesson.lines.text(old.lines.lowerBound), firstLine: old.lines.lowerBound), 0, 0),
          hint: "the file is unchanged; the Markdown around the cell absorbs the output")
      }
    }
    guard read.problems.isEmpty, read.cells.count == lesson.cells.count else {
      throw Fault(LessonErrors.changed, "with its outputs, `\(lesson.name)` would no longer be read as the same lesson", hint: "the file is unchanged")
    }
    return self
  }

  /// Compares all but the titles of pictures, in which Markdown may recognise links.
  private static func areSame(_ a: [SavedOutput.Part], _ b: [SavedOutput.Part]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { first, second in
        if case (.picture(let url, _), .picture(let other, _)) = (first, second) { return url == other }
        return first == second
      }
  }
}
