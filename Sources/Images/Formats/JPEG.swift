import CJPEG
import Diagnostics
import Tensors

/// JPEG files, through the TurboJPEG interface of libjpeg-turbo (https://libjpeg-turbo.org), which returns error codes
/// and does not use longjmp across its caller.
package enum JPEG {
  static func isJPEG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xFF, 0xD8, 0xFF]) }

  /// [height, width, channels] from the header alone.
  package static func shape(_ bytes: [UInt8]) -> [Int]? { header(bytes)?.shape }

  /// After orientation; nil if there is no readable header.
  static func header(_ bytes: [UInt8]) -> PictureHeader? {
    guard let decoder = tjInitDecompress() else { return nil }
    defer { tjDestroy(decoder) }
    return form(bytes, decoder)?.picture?.turned(Orientation(jpeg: bytes))
  }

  /// Pixels as u8[height, width, channels], with 1 or 3 channels as in the file, rotated upright according to EXIF.
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
      // CMYK is inverted, as Adobe's programs write it and Pillow reads it: 255 is no ink.
      CMYK.convert(inks.storage.bind(UInt8.self), isInverted: true, count: form.height * form.width, into: tensor.storage.bind(UInt8.self))
    } else {
      guard decode(bytes, decoder, into: tensor, form.channels == 1 ? TJPF_GRAY : TJPF_RGB) else { throw broken(name, message(decoder)) }
    }
    return try Orientation(jpeg: bytes).upright(tensor)
  }

  /// The image as stored, before orientation.
  private struct Form {
    let height: Int
    let width: Int
    let channels: Int
    let isCMYK: Bool
    var picture: PictureHeader? { PictureHeader(height: height, width: width, channels: channels) }
  }

  /// The return code is ignored: it also reports subsamplings that have no name but that the decoder supports. The
  /// decoded header decides.
  private static func form(_ bytes: [UInt8], _ decoder: tjhandle) -> Form? {
    var (width, height, sampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, -1, -1)
    _ = tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &sampling, &colours)
    guard width > 0, height > 0, colours >= 0 else { return nil }
    let isCMYK = [TJCS_CMYK.rawValue, TJCS_YCCK.rawValue].contains(UInt32(colours))
    return Form(height: Int(height), width: Int(width), channels: UInt32(colours) == TJCS_GRAY.rawValue ? 1 : 3, isCMYK: isCMYK)
  }

  /// The library reports missing data only as a warning and fills it with grey; this is treated as an error. Stray
  /// bytes before the end marker are harmless, and some cameras write them.
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
