import CTIFF
import Diagnostics
import Tensors

/// TIFF files, through libtiff: the first image. 8-bit and 16-bit integers and floats are read directly; everything
/// else, such as palettes and fewer bits, through libtiff's conversion to RGBA.
/// https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
enum TIFFFile {
  static func header(_ bytes: [UInt8]) -> PictureHeader? {
    try? reading(bytes, name: "") { file, _ in
      let form = try TIFFForm(file)
      return form.picture.turned(form.orientation)
    }
  }

  /// [height, width, channels]: bytes, or f32 from 0 to 1.
  static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    try reading(bytes, name: name) { file, source in
      let form = try TIFFForm(file)
      let tensor = try form.picture.room()
      let isRead = form.isDirect ? try TIFFSamples(file, form).read(into: tensor) : shown(file, form, tensor)
      guard isRead else { throw TIFFForm.Problem(message(source.pointee)) }
      return try form.orientation.upright(tensor)
    }
  }

  private static func reading<T>(
    _ bytes: [UInt8], name: String, _ body: (OpaquePointer, UnsafeMutablePointer<LoamTIFFSource>) throws -> T
  ) throws -> T {
    try bytes.withUnsafeBufferPointer { buffer in
      var source = LoamTIFFSource()
      (source.bytes, source.count) = (buffer.baseAddress, UInt64(buffer.count))
      return try withUnsafeMutablePointer(to: &source) { source in
        do {
          guard let file = loam_tiff_open(source, 1 << 31) else { throw TIFFForm.Problem(message(source.pointee)) }
          defer { TIFFClose(file) }
          return try body(file, source)
        } catch let problem as TIFFForm.Problem {
          throw Fault(
            ImageErrors.badPicture, "`\(name)` is not a readable TIFF file: \(problem.text)", hint: "open it in an image viewer and save it as PNG")
        }
      }
    }
  }

  /// libtiff's RGBA conversion: four bytes per pixel in one integer, the last row first.
  private static func shown(_ file: OpaquePointer, _ form: TIFFForm, _ tensor: Tensor) -> Bool {
    let (height, width, channels) = (form.picture.height, form.picture.width, form.picture.channels)
    guard let raster = try? Tensor(uninitialized: TensorType(.i32, [height, width])) else { return false }
    let pixels = raster.storage.bind(UInt32.self)
    guard TIFFReadRGBAImageOriented(file, UInt32(width), UInt32(height), pixels, Int32(form.orientation.number), 1) != 0 else { return false }
    let output = tensor.storage.bind(UInt8.self)
    for pixel in 0..<height * width {
      for channel in 0..<channels { output[pixel * channels + channel] = UInt8(truncatingIfNeeded: pixels[pixel] >> (8 * UInt32(channel))) }
    }
    return true
  }

  private static func message(_ source: LoamTIFFSource) -> String {
    let text = withUnsafeBytes(of: source.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return text.isEmpty ? "it is damaged" : text
  }
}

/// The header of the first image of a TIFF file.
struct TIFFForm {
  struct Problem: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  /// As stored, before orientation.
  let picture: PictureHeader
  let orientation: Orientation
  /// Whether the samples are intensities, and not indices into a palette or another colour space.
  let isDirect: Bool
  let bits: Int
  let samples: Int
  let isSeparate: Bool
  let isInverted: Bool
  let isCMYK: Bool
  /// Whether colours are premultiplied with opacity.
  let isPremultiplied: Bool

  init(_ file: OpaquePointer) throws {
    let (height, width) = (Int(loam_tiff_long(file, UInt32(TIFFTAG_IMAGELENGTH))), Int(loam_tiff_long(file, UInt32(TIFFTAG_IMAGEWIDTH))))
    func short(_ tag: Int32, _ otherwise: UInt16) -> Int { Int(loam_tiff_short(file, UInt32(tag), otherwise)) }
    bits = short(TIFFTAG_BITSPERSAMPLE, 1)
    samples = short(TIFFTAG_SAMPLESPERPIXEL, 1)
    isSeparate = short(TIFFTAG_PLANARCONFIG, 1) == PLANARCONFIG_SEPARATE
    orientation = Orientation(short(TIFFTAG_ORIENTATION, 1))
    let (shades, format) = (Int32(short(TIFFTAG_PHOTOMETRIC, 1)), Int32(short(TIFFTAG_SAMPLEFORMAT, 1)))
    let isGrey = shades == PHOTOMETRIC_MINISBLACK || shades == PHOTOMETRIC_MINISWHITE
    let colours = isGrey ? 1 : shades == PHOTOMETRIC_SEPARATED ? 4 : 3
    isInverted = shades == PHOTOMETRIC_MINISWHITE
    isCMYK = shades == PHOTOMETRIC_SEPARATED
    let isPlain = (format == SAMPLEFORMAT_UINT && (bits == 8 || bits == 16)) || (format == SAMPLEFORMAT_IEEEFP && bits == 32)
    isDirect = isPlain && (isGrey || shades == PHOTOMETRIC_RGB || (isCMYK && bits == 8)) && samples >= colours && samples <= 8
    guard isDirect || (bits <= 8 && format == SAMPLEFORMAT_UINT) else { throw Problem("samples of this type with \(bits) bits are not supported") }
    let extra = Int32(loam_tiff_extra(file))
    isPremultiplied = extra == EXTRASAMPLE_ASSOCALPHA
    let hasOpacity = !isCMYK && samples > colours && (isPremultiplied || extra == EXTRASAMPLE_UNASSALPHA)
    let channels = isDirect ? (hasOpacity ? 4 : isGrey ? 1 : 3) : isGrey ? 1 : 3
    guard
      let picture = PictureHeader(
        height: height, width: width, channels: channels, dtype: isDirect && bits > 8 ? .f32 : .u8, hasMore: TIFFLastDirectory(file) == 0)
    else { throw Problem("its size of \(height)×\(width) pixels is not supported") }
    self.picture = picture
  }
}
