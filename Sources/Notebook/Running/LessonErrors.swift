import Diagnostics

package enum LessonErrors {
  package static let didNotFail = DiagnosticID(
    "L0901", "cell-did-not-fail",
    """
    A cell marked `fails` shows an error on purpose, but this cell did not fail, or failed with another error than the mark
    names. Either the mark is wrong, or the code no longer does what the lesson describes. Remove or correct the mark, or
    change the cell so that it fails again.
    """,
    wrong: """
      ```loam fails
      print(7 // 2)
      ```
      """,
    right: """
      ```loam fails
      print(7 // 0)
      ```
      """)

  package static let unclosedCell = DiagnosticID(
    "L0902", "unclosed-cell",
    """
    A cell ends with a line of as many backticks as its first line has. This cell has no such line, so everything after it
    would be read as code. In a list or a quote, indent the last line like the first. A lesson with this error is neither
    run nor rewritten.
    """,
    wrong: """
      ```loam
      x = 1

      The rest of the lesson.
      """,
    right: """
      ```loam
      x = 1
      ```

      The rest of the lesson.
      """)

  package static let brokenOutput = DiagnosticID(
    "L0903", "broken-output",
    """
    The output of a cell follows the cell, between the comments `<!-- loam:out -->` and `<!-- loam:end -->`, and contains
    only text and images. One of the comments is missing, or something else was written between them, which rewriting the
    output would lose. Move it out, or remove the remains of the output: `loam update` writes it again.
    """,
    wrong: """
      ```loam
      print(1)
      ```
      <!-- loam:out -->
      This sentence is not an output.
      <!-- loam:end -->
      """,
    right: """
      ```loam
      print(1)
      ```
      <!-- loam:out -->
      ```text
      1
      ```
      <!-- loam:end -->

      This sentence is not an output.
      """)

  package static let badMark = DiagnosticID(
    "L0904", "bad-mark",
    """
    The words after `loam` on the first line of a cell mark it: `id=NAME` names it, `fails` expects an error, `hidden`
    omits its code from an exported page, `noverify` excludes its output from verification, and `file=NAME` makes it a
    file for the cells after it. Each name can be used only once.
    """,
    wrong: """
      ```loam failing
      7 // 0
      ```
      """,
    right: """
      ```loam fails
      7 // 0
      ```
      """)

  package static let timedOut = DiagnosticID(
    "L0905", "cell-timed-out",
    """
    The cell ran longer than `--timeout=SECONDS` allows and was stopped, as if by Ctrl-C. The cells after it still run.
    Allow it more time, or give it less work: fewer epochs, fewer images, a loop that ends.
    """,
    wrong: """
      ```loam
      while true { x = 1 }
      ```
      """,
    right: """
      ```loam
      while true { break }
      ```
      """)

  package static let outside = DiagnosticID(
    "L0906", "outside-the-lesson",
    """
    A lesson may come from anywhere, so its access to files is restricted: it reads and writes only in its own folder and
    the folders below, no hidden files, and writes only data files, recognised by their extension (`.png`, `.csv`, ...).
    Links and `..` that lead out of the folder do not help. `--allow-read=PATH` lets it read a file or folder elsewhere. A
    script is not restricted.
    """,
    wrong: """
      ```loam
      print(read_text("/etc/passwd"))
      ```
      """,
    right: """
      ```loam
      write_text("few.csv", "1,2")
      print(read_text("few.csv"))
      ```
      """)

  package static let changed = DiagnosticID(
    "L0907", "output-cannot-be-placed",
    """
    The cells ran, but with the new outputs the file would no longer be read as the same lesson: the Markdown around the
    cell absorbs the output, for example an unclosed block of raw HTML. The file was left unchanged. Put an empty line
    before the cell, or close the block above it.
    """)

  package static let all = [didNotFail, unclosedCell, brokenOutput, badMark, timedOut, outside, changed]
}
