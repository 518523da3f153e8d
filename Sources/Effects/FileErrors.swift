import Diagnostics

package enum FileErrors {
  package static let missing = DiagnosticID(
    "L0401", "missing-file",
    """
    There is no file or folder of that name. A path that does not begin with `/` is relative to the folder where loam was
    started, which is not always the folder of the program; in a lesson, to the lesson's own folder; in an import, to the
    folder of the importing file. Check the spelling, the extension, and that folder.
    """,
    wrong: """
      few = images("shirts/")
      """,
    right: """
      save(digits()[:5], "shirts/")
      few = images("shirts/")
      """)

  package static let unreadable = DiagnosticID(
    "L0402", "unreadable-file",
    """
    The path exists but cannot be read: it is a folder where a file is needed, or you do not have permission to read
    it. Give the path of a file inside the folder, or use a function that reads whole folders, such as `images`.
    """,
    wrong: """
      save(digits()[:5], "few/")
      print(read_text("few/"))
      """,
    right: """
      save(digits()[:5], "few/")
      print(read_text("few/labels.csv"))
      """)

  package static let unwritable = DiagnosticID(
    "L0403", "unwritable-file",
    """
    Nothing can be written to the path: it names a folder, you do not have permission, or the disk is full. The previous
    contents are unchanged. Choose another name or another folder.
    """,
    wrong: """
      save(digits()[:5], "few/")
      write_text("few", "five digits")
      """,
    right: """
      save(digits()[:5], "few/")
      write_text("few/about.txt", "five digits")
      """)

  package static let all = [
    missing, unreadable, unwritable,
  ]
}
