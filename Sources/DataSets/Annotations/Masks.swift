import Diagnostics
import Engine
import Glibc
import Images
import Tensors

/// A class for each pixel of each picture: u8 or i32, [height, width] each.
package struct Masks: @unchecked Sendable {
  package enum Source {
    case dense(Tensor)
    case ragged([Tensor])
    case files(PictureFiles)
    case objects(ObjectMasks)
  }

  package let source: Source

  package init(_ source: Source) { self.source = source }

  /// Masks are drawn by the kernels for pictures, which hold integers up to this one exactly.
  static let largestClass = 1 << 24

  /// From [count, height, width], or one tensor [height, width] per picture, of integers from 0. Floating-point tensors
  /// that hold integers are converted.
  package init(tensors: [Tensor], isDense: Bool) throws {
    let converted = try tensors.enumerated().map { try Masks.integers($1, isDense ? nil : $0) }
    source = isDense && converted.count == 1 ? .dense(converted[0]) : .ragged(converted)
  }

  private static func integers(_ tensor: Tensor, _ picture: Int?) throws -> Tensor {
    var highest = 0.0
    for index in 0..<tensor.count {
      let value = tensor[index]
      guard value >= 0, value <= Double(largestClass), value == value.rounded() else {
        let (area, name) = (tensor.shape.suffix(2).reduce(1, *), picture ?? index / max(1, tensor.shape.suffix(2).reduce(1, *)))
        let width = tensor.shape[tensor.type.rank - 1]
        throw Fault(
          AnnotationErrors.badMask,
          "mask \(name), row \(index % area / width), column \(index % width) is \(value.brief), expected an integer from 0 to \(largestClass)",
          hint: "a mask holds the number of a class for each pixel")
      }
      highest = max(highest, value)
    }
    if tensor.dtype == .u8 || tensor.dtype == .i32 { return tensor }
    return try Tensor(dtype: highest < 256 ? .u8 : .i32, shape: tensor.shape) { tensor[$0] }
  }

  package var count: Int {
    switch source {
    case .dense(let tensor): tensor.shape[0]
    case .ragged(let masks): masks.count
    case .files(let files): files.count
    case .objects(let masks): masks.objects.count
    }
  }

  /// [height, width]
  func shape(_ index: Int) -> [Int] {
    switch source {
    case .dense(let tensor): Array(tensor.shape.dropFirst())
    case .ragged(let masks): masks[index].shape
    case .files(let files): Array(files.shape(index).prefix(2))
    case .objects(let masks): masks.shapes[index]
    }
  }

  /// i32 if any is; 8-bit files hold u8.
  package var dtype: DType {
    switch source {
    case .dense(let tensor): tensor.dtype
    case .ragged(let masks): masks.contains { $0.dtype == .i32 } ? .i32 : .u8
    case .files: .u8
    case .objects(let masks): masks.dtype
    }
  }

  /// Memory outside of `storages`.
  var byteCount: Int {
    switch source {
    case .dense, .ragged: 0
    case .files(let files): files.cachedBytes
    case .objects(let masks): masks.byteCount
    }
  }

  var storages: [Storage] {
    switch source {
    case .dense(let tensor): [tensor.storage]
    case .ragged(let masks): masks.map(\.storage)
    case .files, .objects: []
    }
  }

  package func items(_ indices: [Int], _ engine: Engine, isInterruptible: Bool = false) throws -> [Tensor] {
    switch source {
    case .dense(let tensor): indices.map { tensor.rows($0..<$0 + 1).reshaped(Array(tensor.shape.dropFirst())) }
    case .ragged(let masks): indices.map { masks[$0] }
    case .files(let files):
      try files.pictures(indices, engine, isInterruptible: isInterruptible).map { $0.reshaped(Array($0.shape.prefix(2))) }
    case .objects(let masks): try Workers(engine).map(indices.count) { try masks.mask(indices[$0]) }
    }
  }

  /// Whether a mask equals one of another data set, of u8 or i32.
  func isSame(_ index: Int, as other: Masks, _ otherIndex: Int, _ engine: Engine) throws -> Bool {
    let (a, b) = (try items([index], engine)[0], try other.items([otherIndex], engine)[0])
    guard a.shape == b.shape else { return false }
    if a.dtype == b.dtype { return a.storage === b.storage || memcmp(a.storage.bytes, b.storage.bytes, a.type.byteCount) == 0 }
    return (0..<a.count).allSatisfy { a[$0] == b[$0] }
  }
}
