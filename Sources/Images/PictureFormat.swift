import Diagnostics
import Tensors

/// The files that hold one picture, told apart by how their names end.
package enum PictureFormat: Sendable {
  case png, jpeg

  /// As a program writes them, and as people read them.
  package static let endings = [".png", ".jpg", ".jpeg"]

  package init?(named path: String) {
    let name = path.lowercased()
    if name.hasSuffix(".png") {
      self = .png
    } else if name.hasSuffix(".jpg") || name.hasSuffix(".jpeg") {
      self = .jpeg
    } else {
      return nil
    }
  }

  /// u8[height, width, channels].
  package func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    switch self {
    case .png: try PNG.decode(bytes, name: name)
    case .jpeg: try JPEG.decode(bytes, name: name)
    }
  }

  /// [height, width, channels] from the header alone; nil where there is none.
  package func shape(_ bytes: [UInt8]) -> [Int]? {
    switch self {
    case .png: PNG.shape(bytes)
    case .jpeg: JPEG.shape(bytes)
    }
  }
}
