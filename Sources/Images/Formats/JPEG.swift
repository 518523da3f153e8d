import CJPEG
import Diagnostics
import Tensors

/// JPEG files, through the TurboJPEG interface of libjpeg-turbo (https://libjpeg-turbo.org), whose functions
/// answer with codes and never jump out of their caller.
package enum JPEG {
  static func isJPEG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xFF, 0xD8, 0xFF]) }

  /// [height, width, channels] from the header alone.
  package static func shape(_ bytes: [UInt8]) -> [Int]? { header(bytes)?.shape }

  /// Upright; nil where there is no header that can be read.
  static func header(_ bytes: [UInt8]) -> PictureHeader? {
    guard let decoder = tjInitDecompress() else { return nil }
    defer { tjDestroy(decoder) }
    return form(bytes, decoder)?.picture?.turned(Orientation(jpeg: bytes))
  }

  /// Pixels as u8[height, width, channels], channels 1 or 3 as the file has them, turned upright as its
  /// camera says.
  package static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    guard let decoder = tjInitDecompress() else { throw broken(name, "there is not enough memory to decode it") }
    defer { tjDestroy(decoder) }
    guard isJPEG(bytes), let form = form(bytes, decoder) else {
      throw broken(name, isJPEG(bytes) ? message(decoder) : "it has no JPEG signature")
    }
    guard let picture = form.picture else { throw broken(name, "its size of \(form.height)×\(form.width) pixels is not supported") }
    let tensor = try picture.room()
    if form.isCMYK {
      let inks = try Tensor(uninitialized: TensorType(.u8, [form.height, form.width, 4]))
      guard decode(bytes, decoder, into: inks, TJPF_CMYK) else { throw broken(name, message(decoder)) }
      // As Adobe's programs write them, and Pillow reads all of them, the inks are inverted: 255 is none.
      CMYK.convert(inks.storage.bind(UInt8.self), isInverted: true, count: form.height * form.width, into: tensor.storage.bind(UInt8.self))
    } else {
      guard decode(bytes, decoder, into: tensor, form.channels == 1 ? TJPF_GRAY : TJPF_RGB) else { throw broken(name, message(decoder)) }
    }
    return try Orientation(jpeg: bytes).upright(tensor)
  }

  /// The picture as it is stored.
  private struct Form {
    let height: Int
    let width: Int
    let channels: Int
    let isCMYK: Bool
    var picture: PictureHeader? { PictureHeader(height: height, width: width, channels: channels) }
  }

  /// The code that the call answers with is no use: it also complains of sub-samplings that it cannot name but
  /// the decoder can read. What it has found out tells.
  private static func form(_ bytes: [UInt8], _ decoder: tjhandle) -> Form? {
    var (width, height, sampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
    _ = tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &sampling, &colours)
    guard width > 0, height > 0, colours >= 0 else { return nil }
    let isCMYK = [TJCS_CMYK.rawValue, TJCS_YCCK.rawValue].contains(UInt32(colours))
    return Form(height: Int(height), width: Int(width), channels: UInt32(colours) == TJCS_GRAY.rawValue ? 1 : 3, isCMYK: isCMYK)
  }

  /// What the library only warns of, it has filled with grey: that is no picture of anything. Stray bytes
  /// before the end alone are harmless, and some cameras write them.
  private static func decode(_ bytes: [UInt8], _ decoder: tjhandle, into tensor: Tensor, _ format: TJPF) -> Bool {
    func run(_ flags: Int32) -> Bool {
      tjDecompress2(
        decoder, bytes, UInt(bytes.count), tensor.storage.bind(UInt8.self), Int32(tensor.shape[1]), 0, Int32(tensor.shape[0]), Int32(format.rawValue),
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
