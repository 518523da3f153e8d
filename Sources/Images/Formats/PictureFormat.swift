import Diagnostics
import Tensors

/// Image file formats, recognised by their first bytes; the extension is used only to find images in a folder.
package enum PictureFormat: String, Sendable, CaseIterable {
  case png, jpeg, bmp, gif, tiff, webp, netpbm

  /// Extensions of image files.
  package static let extensions = [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pbm", ".pgm", ".ppm", ".pnm"]

  /// The maximum number of pixels; a file of a few bytes can claim any size.
  static let maximumPixels = 1 << 28

  package static func hasImageExtension(_ path: String) -> Bool {
    let name = path.lowercased()
    return extensions.contains { name.hasSuffix($0) }
  }

  /// From the first bytes; nil if they match no format.
  package init?(_ bytes: [UInt8]) {
    func begins(_ signature: [UInt8], at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: signature) }
    if begins([0x89] + "PNG\r\n\u{1A}\n".utf8) {
      self = .png
    } else if JPEG.isJPEG(bytes) {
      self = .jpeg
    } else if begins(Array("GIF87a".utf8)) || begins(Array("GIF89a".utf8)) {
      self = .gif
    } else if begins(Array("RIFF".utf8)), begins(Array("WEBP".utf8), at: 8) {
      self = .webp
    } else if begins([0x49, 0x49, 42, 0]) || begins([0x4D, 0x4D, 0, 42]) || begins([0x49, 0x49, 43, 0]) || begins([0x4D, 0x4D, 0, 43]) {
      self = .tiff
    } else if begins(Array("BM".utf8)) {
      self = .bmp
    } else if Netpbm.begins(bytes) {
      self = .netpbm
    } else {
      return nil
    }
  }

  private init?(named path: String) {
    let name = path.lowercased()
    guard let ending = PictureFormat.extensions.first(where: { name.hasSuffix($0) }) else { return nil }
    switch ending {
    case ".jpg", ".jpeg": self = .jpeg
    case ".tif", ".tiff": self = .tiff
    case ".pbm", ".pgm", ".ppm", ".pnm": self = .netpbm
    default: self.init(rawValue: String(ending.dropFirst()))
    }
  }

  /// [height, width, channels]: u8, or f32 from 0 to 1 if the file has more than 8 bits per channel.
  package static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    switch PictureFormat(bytes) ?? PictureFormat(named: name) {
    case .png?: return try PNG.decode(bytes, name: name)
    case .jpeg?: return try JPEG.decode(bytes, name: name)
    case .bmp?: return try BMP.decode(bytes, name: name)
    case .gif?: return try GIF.decode(bytes, name: name)
    case .tiff?: return try TIFFFile.decode(bytes, name: name)
    case .webp?: return try WebP.decode(bytes, name: name)
    case .netpbm?: return try Netpbm.decode(bytes, name: name)
    case nil:
      throw Fault(
        ImageErrors.badPicture, "`\(name)` is not an image in a supported format",
        hint: "PNG, JPEG, BMP, GIF, TIFF, WebP and Netpbm are supported")
    }
  }

  /// From the first bytes of a file, or from all of them if `isWhole`; nil if they do not suffice.
  package static func header(_ bytes: [UInt8], isWhole: Bool = true) -> PictureHeader? {
    switch PictureFormat(bytes) {
    case .png?: PNG.header(bytes)
    case .jpeg?: JPEG.header(bytes)
    case .bmp?: BMP.header(bytes)
    case .gif?: isWhole ? GIF.header(bytes) : nil
    case .tiff?: isWhole ? TIFFFile.header(bytes) : nil
    case .webp?: WebP.header(bytes, isWhole: isWhole)
    case .netpbm?: Netpbm.header(bytes)
    case nil: nil
    }
  }
}

/// The properties of an image that its file declares before the pixels.
package struct PictureHeader: Equatable, Sendable {
  /// After orientation.
  package var height: Int
  package var width: Int
  package var channels: Int
  /// u8, or f32 if there are more than 8 bits per channel.
  package var dtype = DType.u8
  /// Whether the file contains more than one image; only the first is read.
  package var hasMore = false

  package var shape: [Int] { [height, width, channels] }

  func turned(_ orientation: Orientation) -> PictureHeader {
    var result = self
    if orientation.swapsSides { (result.height, result.width) = (width, height) }
    return result
  }

  /// Nil if a size is not positive or exceeds the limit.
  package init?(height: Int, width: Int, channels: Int, dtype: DType = .u8, hasMore: Bool = false) {
    guard height > 0, width > 0, height <= PictureFormat.maximumPixels / width else { return nil }
    self.height = height
    self.width = width
    self.channels = channels
    self.dtype = dtype
    self.hasMore = hasMore
  }

  /// A buffer for the pixels.
  func room() throws -> Tensor { try Tensor(uninitialized: TensorType(dtype, shape)) }
}
