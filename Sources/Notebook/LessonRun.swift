import Diagnostics
import Session

/// Runs the cells of a lesson in one session, each in its turn. A cell's error is told at its line,
/// and the cells behind it still run; a cell marked `fails` is expected to fail.
package struct LessonRun {
  package let session: Session

  package enum Ending: Equatable {
    case done
    case failed
    case interrupted
  }

  package init(_ session: Session) { self.session = session }

  package func run(_ lesson: Lesson, named name: String, report: (Diagnostic) -> Void) -> Ending {
    var ending = Ending.done
    for cell in lesson.cells {
      // Empty lines put the code where it stands in the file, so that reports name the file's lines.
      let text = String(repeating: "\n", count: cell.line - 1) + cell.code
      let isMeantToFail = cell.attributes.contains("fails")
      switch session.run(text, named: name) {
      case .done, .value:
        guard isMeantToFail else { continue }
        report(Diagnostic(LessonErrors.didNotFail, "the cell on line \(cell.line) of `\(name)` is marked `fails`, but it ran", hint: "remove the mark"))
        ending = .failed
      case .failed(let diagnostics):
        for diagnostic in diagnostics { report(diagnostic) }
        if !isMeantToFail { ending = .failed }
      case .interrupted(let diagnostic):
        report(diagnostic)
        return .interrupted
      }
    }
    return ending
  }
}

package enum LessonErrors {
  package static let didNotFail = DiagnosticID(
    "L0901", "cell-did-not-fail",
    """
    A lesson marks a cell with the word `fails` where it shows an error on purpose, and this cell ran to its end.
    Either the mark stands there by mistake, or the code no longer shows what the lesson tells.
    Remove the mark, or change the cell so that it fails again.
    """)

  package static let all = [didNotFail]
}
