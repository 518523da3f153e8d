import Diagnostics
import Language
import Tensors

// The format of `.model` files. The file's tensors are the weights, named by their paths. Its notes hold, in this order:
// the statements in which functions are defined, the heap objects, the globals of each module that functions refer to,
// and the saved value. Functions are stored as source text, so that people can read them and later versions of Loam can
// compile them; loading a file runs none of it.

/// A function in a file: the statement that defines it, and the function's position in it.
struct ArchivedFunction: Hashable {
  /// The index of the statement in the file.
  let statement: Int
  let name: String
  /// Byte offset from the start of the statement.
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

/// A statement in which functions are defined.
struct ArchivedStatement: Hashable {
  /// The number of the module whose globals its functions use.
  let module: Int
  let text: String
  /// The name of the source in reports.
  let sourceName: String
  let line: Int
  let isLibrary: Bool
}

enum ArchiveFormat {
  static let version = 1
  /// The maximum nesting depth of lists, records and models.
  static let maximumDepth = 400
  /// The maximum number of modules: the program, the library, and imported files.
  static let maximumModules = 200
}

package enum ArchiveErrors {
  package static let notSavable = DiagnosticID(
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

  package static let all = [notSavable, broken]
}
