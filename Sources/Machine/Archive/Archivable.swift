import Tensors

/// A foreign value that can stand in a file.
package protocol Archivable: Foreign {
  /// What the file calls its kind.
  static var archiveName: String { get }
  func write(to archive: inout ArchivedParts) throws
  init(from archive: inout ArchivedPartsReader) throws
}

/// What a foreign value puts in a file: numbers and texts, and tensors, which lie with the others.
package struct ArchivedParts {
  package var writer = ByteWriter()
  package private(set) var tensors: [(name: String, tensor: Tensor)] = []

  package mutating func put(_ tensor: Tensor, named name: String) { tensors.append((name, tensor)) }
}

/// Gives back what was put in, in the same order.
package struct ArchivedPartsReader {
  package var reader: ByteReader
  private var tensors: ArraySlice<Tensor>

  init(_ reader: ByteReader, _ tensors: ArraySlice<Tensor>) {
    self.reader = reader
    self.tensors = tensors
  }

  package mutating func tensor() throws -> Tensor {
    guard let tensor = tensors.popFirst() else { throw ByteReader.Malformed() }
    return tensor
  }
}
