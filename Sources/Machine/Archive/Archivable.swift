import Tensors

/// A foreign value that can be saved in a `.model` file.
package protocol Archivable: Foreign {
  /// The type's name in the file.
  static var archiveName: String { get }
  func write(to archive: inout ArchivedParts) throws
  init(from archive: inout ArchivedPartsReader) throws
}

/// The serialized parts of a foreign value: bytes, and tensors, which are stored with those of the file.
package struct ArchivedParts {
  package var writer = ByteWriter()
  package private(set) var tensors: [(name: String, tensor: Tensor)] = []

  package mutating func put(_ tensor: Tensor, named name: String) { tensors.append((name, tensor)) }
}

/// Reads the parts in the order in which they were written.
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
