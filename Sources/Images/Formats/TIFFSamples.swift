import CTIFF
import Tensors

/// The samples of a TIFF file, stored in strips or tiles, interleaved or in one plane per channel.
struct TIFFSamples {
  private let file: OpaquePointer
  private let form: TIFFForm
  /// Bytes per sample.
  private let size: Int
  /// Interleaved samples per pixel.
  private let together: Int
  private let (blockHeight, blockWidth): (Int, Int)
  private let isTiled: Bool

  init(_ file: OpaquePointer, _ form: TIFFForm) throws {
    self.file = file
    self.form = form
    size = form.bits / 8
    together = form.isSeparate ? 1 : form.samples
    isTiled = TIFFIsTiled(file) != 0
    let (height, width) = (form.picture.height, form.picture.width)
    if isTiled {
      (blockHeight, blockWidth) = (Int(loam_tiff_long(file, UInt32(TIFFTAG_TILELENGTH))), Int(loam_tiff_long(file, UInt32(TIFFTAG_TILEWIDTH))))
    } else {
      let rows = Int(loam_tiff_long(file, UInt32(TIFFTAG_ROWSPERSTRIP)))
      (blockHeight, blockWidth) = (rows == 0 ? height : min(rows, height), width)
    }
    guard blockHeight > 0, blockWidth > 0, blockHeight <= PictureFormat.maximumPixels / blockWidth else { throw TIFFForm.Problem("its tiles are empty") }
  }

  /// False if libtiff cannot read a block.
  func read(into tensor: Tensor) throws -> Bool {
    let (height, width) = (form.picture.height, form.picture.width)
    let block = try Tensor(uninitialized: TensorType(.u8, [blockHeight, blockWidth, together * size]))
    let wanted = isTiled ? TIFFTileSize(file) : TIFFStripSize(file)
    guard wanted > 0, wanted <= block.count else { throw TIFFForm.Problem("its tiles contradict its size") }
    // CMYK samples are collected first and converted at the end.
    let inks = form.isCMYK ? try Tensor(uninitialized: TensorType(.u8, [height, width, 4])) : nil
    for plane in 0..<(form.isSeparate ? form.samples : 1) {
      for top in stride(from: 0, to: height, by: blockHeight) {
        for left in stride(from: 0, to: width, by: blockWidth) {
          guard fill(block, top: top, left: left, plane: plane) else { return false }
          try copy(block, top: top, left: left, plane: plane, into: inks ?? tensor)
        }
      }
    }
    if let inks {
      CMYK.convert(inks.storage.bind(UInt8.self), isInverted: false, count: height * width, into: tensor.storage.bind(UInt8.self))
    } else if form.isPremultiplied, form.picture.channels == 4 {
      divideByOpacity(tensor)
    }
    return true
  }

  private func fill(_ block: Tensor, top: Int, left: Int, plane: Int) -> Bool {
    let rows = min(blockHeight, form.picture.height - top)
    if isTiled {
      let tile = TIFFComputeTile(file, UInt32(left), UInt32(top), 0, UInt16(plane))
      return TIFFReadEncodedTile(file, tile, block.storage.bytes, Int64(block.count)) == TIFFTileSize(file)
    }
    let strip = TIFFComputeStrip(file, UInt32(top), UInt16(plane))
    return TIFFReadEncodedStrip(file, strip, block.storage.bytes, Int64(block.count)) >= rows * blockWidth * together * size
  }

  private func copy(_ block: Tensor, top: Int, left: Int, plane: Int, into tensor: Tensor) throws {
    let (height, width, channels) = (form.picture.height, form.picture.width, tensor.shape[2])
    let colours = form.isCMYK ? 4 : form.picture.channels == 1 || (form.picture.channels == 4 && form.samples < 4) ? 1 : 3
    for row in 0..<min(blockHeight, height - top) {
      for column in 0..<min(blockWidth, width - left) {
        let from = (row * blockWidth + column) * together
        let to = ((top + row) * width + left + column) * channels
        for place in 0..<together {
          let sample = plane + place
          if sample < colours {
            try put(block, from + place, tensor, to + sample)
            // Grey with opacity is expanded to three colour channels.
            if colours == 1, channels == 4 { for other in 1..<3 { try put(block, from + place, tensor, to + other) } }
          } else if sample == colours, channels == 4, !form.isCMYK {
            try put(block, from + place, tensor, to + 3, isOpacity: true)
          }
        }
      }
    }
  }

  private func put(_ block: Tensor, _ from: Int, _ tensor: Tensor, _ to: Int, isOpacity: Bool = false) throws {
    let isInverted = form.isInverted && !isOpacity
    switch size {
    case 1:
      let value = block.storage.bind(UInt8.self)[from]
      tensor.storage.bind(UInt8.self)[to] = isInverted ? 255 - value : value
    case 2:
      let value = block.storage.bytes.loadUnaligned(fromByteOffset: 2 * from, as: UInt16.self)
      tensor.floats()[to] = Float(isInverted ? 65535 - value : value) / 65535
    default:
      let value = block.storage.bytes.loadUnaligned(fromByteOffset: 4 * from, as: Float.self)
      guard value >= 0, value <= 1 else { throw TIFFForm.Problem("it contains floats outside 0 to 1, such as \(value)") }
      tensor.floats()[to] = isInverted ? 1 - value : value
    }
  }

  private func divideByOpacity(_ tensor: Tensor) {
    for pixel in 0..<tensor.count / 4 {
      let opacity = tensor[4 * pixel + 3]
      let most = tensor.dtype == .u8 ? 255.0 : 1.0
      for channel in 0..<3 where opacity > 0 {
        let value = min(most, tensor[4 * pixel + channel] * most / opacity)
        tensor.set(4 * pixel + channel, tensor.dtype == .u8 ? value.rounded() : value)
      }
    }
  }
}
