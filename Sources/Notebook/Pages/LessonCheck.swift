import Effects

/// The differences between saved outputs and those of a run.
package struct LessonCheck {
  package struct Difference {
    package let cell: Lesson.Cell
    /// Lines that begin with `-` for the saved output, `+` for the new one, or a space.
    package let lines: [String]
  }

  package let differences: [Difference]

  /// One output for each cell; nil if there is none to compare. `saved` are the pictures that the saved outputs link to.
  package init(_ lesson: Lesson, _ outputs: [CellOutput?], saved: [String: Picture], tolerance: Int) {
    differences = zip(lesson.cells, outputs).compactMap { cell, output in
      guard let output, cell.marks.isVerified else { return nil }
      let comparison = OutputComparison(cell.saved?.parts ?? [], output.parts, pictures: saved, tolerance: tolerance)
      return comparison.isAgreement ? nil : Difference(cell: cell, lines: comparison.difference)
    }
  }
}
