import Diagnostics

package enum LessonErrors {
  package static let didNotFail = DiagnosticID(
    "L0901", "cell-did-not-fail",
    """
    A lesson marks a cell with the word `fails` where it shows an error on purpose, and this cell ran to its end.
    Either the mark stands there by mistake, or the code no longer shows what the lesson tells.
    Remove the mark, or change the cell so that it fails again.
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
    A cell ends with a line of its own that holds as many backticks as its first line, and this one never does; so all
    that follows would count as code. In a list or a quote the last line lies as far to the right as the first.
    Nothing of such a file is run or rewritten.
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
    The output of a cell stands behind it, between the comments `<!-- loam:out -->` and `<!-- loam:end -->`, and holds
    nothing but texts and pictures. One of the comments is missing, or something else has come between them, which
    writing the output anew would lose. Move it out, or remove what is left of the output: `loam update` makes it again.
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
    The words behind `loam` on the first line of a cell mark it: `id=NAME` names it, `fails` expects an error, `hidden`
    leaves its code out of an exported page, `noverify` leaves its output out of what is verified, and `file=NAME` makes
    it a file for the cells after it. A name belongs to one cell only.
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
    The cell ran longer than `--timeout=SECONDS` allows, so it was stopped, as Ctrl-C would have stopped it. The cells
    after it still run. Give it more time or less to do: fewer epochs, fewer images, a loop that ends.
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
    A lesson may come from anywhere, so it is run within bounds: it reads and writes in the folder it lies in and below,
    no hidden files, and what it writes is data by its name (`.png`, `.csv`, ...). A link or `..` that leads out of the
    folder does not help. `--allow-read=PATH` lets it read a file or a folder elsewhere. A script has no such bounds.
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
    The outputs were made, but with them the file would no longer be read as the same lesson: something around the cell
    takes them for its own, as raw HTML does that has no end. So the file was left as it is. Put an empty line before the
    cell, or close what stands open above it.
    """)

  package static let all = [didNotFail, unclosedCell, brokenOutput, badMark, timedOut, outside, changed]
}
