import Effects

/// Where a lesson's kept outputs differ from those of a run.
package struct LessonCheck {
  package struct Difference {
    package let cell: Lesson.Cell
    /// Lines that begin with `-` for what was kept, `+` for what came, or a space.
    package let lines: [String]
  }

  package let differences: [Difference]

  /// One output for each cell; nil where there is none to compare. `kept` are the pictures that the
  /// kept links lead to.
  package init(_ lesson: Lesson, _ outputs: [CellOutput?], kept: [String: Picture], tolerance: Int) {
    differences = zip(lesson.cells, outputs).compactMap { cell, output in
      guard let output, cell.marks.isVerified else { return nil }
      let comparison = OutputComparison(cell.kept?.parts ?? [], output.parts, pictures: kept, tolerance: tolerance)
      return comparison.isAgreement ? nil : Difference(cell: cell, lines: comparison.difference)
    }
  }
}
