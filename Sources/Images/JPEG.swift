import CJPEG
import Diagnostics
import Tensors

/// JPEG files, through the TurboJPEG interface of libjpeg-turbo (https://libjpeg-turbo.org), whose functions
/// answer with codes and never jump out of their caller.
package enum JPEG {
  static func isJPEG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xFF, 0xD8, 0xFF]) }

  /// [height, width, channels] from the header alone, upright; nil where there is none that can be read.
  package static func shape(_ bytes: [UInt8]) -> [Int]? {
    guard let decoder = tjInitDecompress() else { return nil }
    defer { tjDestroy(decoder) }
    guard let header = header(bytes, decoder), let channels = header.channels else { return nil }
    return Orientation(jpeg: bytes).swapsSides ? [header.width, header.height, channels] : [header.height, header.width, channels]
  }

  /// Pixels as u8[height, width, channels], channels 1 or 3 as the file has them, turned upright as its
  /// camera says.
  package static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    guard let decoder = tjInitDecompress() else { throw broken(name, "no memory is left to decode it") }
    defer { tjDestroy(decoder) }
    guard isJPEG(bytes), let header = header(bytes, decoder) else {
      throw broken(name, isJPEG(bytes) ? message(decoder) : "it does not begin as one")
    }
    guard let channels = header.channels else {
      throw Fault(
        ImageErrors.badJPEG, "`\(name)` is in CMYK, the four colours of printing; Loam reads grey and RGB",
        hint: "open it in an image editor, and save it in RGB")
    }
    let (height, width) = (header.height, header.width)
    guard height * width <= 1 << 28 else {
      throw Fault(ImageErrors.badJPEG, "`\(name)` claims to be \(height)×\(width) pixels, more than can be read")
    }
    let tensor = try Tensor(uninitialized: TensorType(.u8, [height, width, channels]))
    guard decode(bytes, decoder, into: tensor) else { throw broken(name, message(decoder)) }
    return try Orientation(jpeg: bytes).upright(tensor)
  }

  private struct Header {
    let height: Int
    let width: Int
    /// Nil for CMYK.
    let channels: Int?
  }

  /// The code that the call answers with is no use: it also complains of sub-samplings that it cannot name but
  /// the decoder can read. What it has found out tells.
  private static func header(_ bytes: [UInt8], _ decoder: tjhandle) -> Header? {
    var (width, height, sampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
    _ = tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &sampling, &colours)
    guard width > 0, height > 0, colours >= 0 else { return nil }
    let channels: Int? =
      switch UInt32(colours) {
      case TJCS_GRAY.rawValue: 1
      case TJCS_CMYK.rawValue, TJCS_YCCK.rawValue: nil
      default: 3
      }
    return Header(height: Int(height), width: Int(width), channels: channels)
  }

  /// What the library only warns of, it has filled with grey: that is no picture of anything. Stray bytes
  /// before the end alone are harmless, and some cameras write them.
  private static func decode(_ bytes: [UInt8], _ decoder: tjhandle, into tensor: Tensor) -> Bool {
    let format = Int32((tensor.shape[2] == 1 ? TJPF_GRAY : TJPF_RGB).rawValue)
    func run(_ flags: Int32) -> Bool {
      tjDecompress2(
        decoder, bytes, UInt(bytes.count), tensor.storage.bind(UInt8.self), Int32(tensor.shape[1]), 0, Int32(tensor.shape[0]), format,
        flags | TJFLAG_LIMITSCANS) == 0
    }
    if run(TJFLAG_STOPONWARNING) { return true }
    guard message(decoder).hasSuffix("extraneous bytes before marker 0xd9") else { return false }
    return run(0) || tjGetErrorCode(decoder) == TJERR_WARNING.rawValue
  }

  private static func message(_ decoder: tjhandle) -> String { tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "it is damaged" }

  private static func broken(_ name: String, _ message: String) -> Fault {
    Fault(
      ImageErrors.badJPEG, "`\(name)` is not a readable JPEG file: \(message)",
      hint: "open it in an image viewer; is it complete, and really a JPEG?")
  }
}
