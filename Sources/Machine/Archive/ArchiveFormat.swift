import Diagnostics
import Language
import Tensors

// How values stand in a file. The file's tensors hold the weights under their paths. Its notes hold, in this order:
// the modules that functions look names up in, the statements that functions were written in, the values on the heap,
// and which of these is the whole. Functions are kept as text, so that a person can read them and any later Loam
// compile them; reading a file runs none of it.

/// A function as a file knows it: a statement's text, and which of the functions written in it.
struct ArchivedFunction: Hashable {
  /// Of the statement, in the file's list.
  let statement: Int
  let name: String
  /// In bytes from the statement's beginning.
  let start: Int
  let end: Int

  init(statement: Int, name: String, start: Int, end: Int) {
    self.statement = statement
    self.name = name
    self.start = start
    self.end = end
  }

  init(_ reader: inout ByteReader) throws {
    self.init(statement: try reader.int(), name: try reader.text(), start: try reader.int(), end: try reader.int())
  }

  func put(in writer: inout ByteWriter) {
    writer.put(statement)
    writer.put(name)
    writer.put(start)
    writer.put(end)
  }
}

/// A statement that functions were written in.
struct ArchivedStatement: Hashable {
  /// The module that its functions look names up in.
  let module: Int
  let text: String
  /// As reports name it.
  let sourceName: String
  let line: Int
  let isLibrary: Bool
}

enum ArchiveFormat {
  static let version = 1
  /// Lists, records and models within each other; more are taken for an attack.
  static let deepest = 400
  /// Files that functions come from: the program, the library, and what is imported.
  static let mostModules = 200
}

package enum ArchiveErrors {
  package static let notKept = DiagnosticID(
    "L0228", "cannot-be-saved",
    """
    A `.model` file can hold models, and anything else made of numbers, strings, tensors, lists, records and functions.
    Data sets have their own file formats, and some values exist only while the program runs. A model that refers to
    such a value, as a field or by name, cannot be saved either: pass the value as an argument instead.
    """,
    wrong: """
      few = digits()[:5]
      fn first() { few[0].image }
      save(first, "first.model")
      """,
    right: """
      fn first(few) { few[0].image }
      save(first, "first.model")
      """)

  package static let broken = DiagnosticID(
    "L0229", "broken-model",
    """
    The file was not saved by Loam, or it is incomplete: the checksum at its end does not match its contents. Usually a
    copy was interrupted, or a file of another kind has this name. Copy it again from its source, or train the model
    again.
    """,
    wrong: """
      write_text("few.model", "page not found")
      m = load("few.model")
      """,
    right: """
      save(dense(3, shape=(2,)), "few.model")
      m = load("few.model")
      """)

  package static let all = [notKept, broken]
}
