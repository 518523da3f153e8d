import Diagnostics
import Tables
import Tensors

/// The file format of MNIST and similar data sets: a magic number with type and rank, the sizes, and the elements in
/// row-major order, all big-endian. http://yann.lecun.com/exdb/mnist
package enum IDX {
  /// What the files beside the images of a data set end in: `NAME-labels.idx`, `NAME-masks.idx`.
  package static let labelEnding = "-labels.idx"
  package static let maskEnding = "-masks.idx"

  package static func decode(_ given: [UInt8], name: String) throws -> Tensor {
    let bytes = Gzip.isCompressed(given) ? try Gzip.inflate(given, name: name) : given
    let shape = try header(bytes, name: name)
    let start = 4 + 4 * shape.count
    guard let count = Shapes.checkedCount(shape), bytes.count - start >= count else {
      throw Fault(
        DataErrors.badIDX, "the header of `\(name)` claims \(shape.shapeText) bytes, but only \(bytes.count - start) follow",
        hint: "was the download cut short? Download it again")
    }
    let tensor = try Tensor(uninitialized: TensorType(.u8, shape))
    bytes.withUnsafeBytes { tensor.storage.bytes.copyMemory(from: $0.baseAddress.unsafelyUnwrapped + start, byteCount: count) }
    return tensor
  }

  /// The shape in the header of a file.
  static func shape(_ given: [UInt8], name: String) throws -> [Int] {
    let isCompressed = Gzip.isCompressed(given)
    let shape = try header(isCompressed ? Gzip.inflate(given, name: name, limit: 64) : given, name: name)
    let most = isCompressed ? (given.count + 1) * Deflate.maximumRatio : given.count
    guard let count = Shapes.checkedCount(shape), count <= most else {
      throw Fault(
        DataErrors.badIDX, "the header of `\(name)` claims \(shape.shapeText) bytes, more than the file can contain",
        hint: "was the download cut short? Download it again")
    }
    return shape
  }

  private static func header(_ bytes: [UInt8], name: String) throws -> [Int] {
    guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else {
      throw Fault(
        DataErrors.badIDX, "`\(name)` is not an IDX file: it does not start with two zero bytes",
        hint: "was it downloaded completely, and is it really in this format?"
      )
    }
    guard bytes[2] == 0x08 else {
      throw Fault(DataErrors.badIDX, "`\(name)` contains numbers of type \(bytes[2]), expected bytes (type 8)")
    }
    let rank = Int(bytes[3])
    guard rank >= 1, rank <= Shapes.maximumRank, bytes.count >= 4 + 4 * rank else {
      throw Fault(DataErrors.badIDX, "the header of `\(name)` is truncated")
    }
    let shape = (0..<rank).map { axis in (0..<4).reduce(0) { $0 << 8 | Int(bytes[4 + 4 * axis + $1]) } }
    guard !shape.dropFirst().contains(0) else {
      throw Fault(DataErrors.badIDX, "the header of `\(name)` claims \(shape.shapeText) bytes: its examples are empty", hint: "is it really in this format?")
    }
    return shape
  }

  /// The header of an array of bytes.
  static func header(_ shape: [Int]) -> [UInt8] {
    [0, 0, 8, UInt8(shape.count)] + shape.flatMap { size in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } }
  }

  /// The shape in the header of an array whose elements are not all there yet.
  static func shape(of beginning: [UInt8]) throws -> [Int] { try header(beginning, name: "array") }

  package static func encode(_ tensor: Tensor) -> [UInt8] {
    header(tensor.shape) + (0..<tensor.count).map { UInt8(max(0, min(255, tensor[$0]))) }
  }
}
