import CWebP
import Diagnostics
import Tensors

/// WebP files, through libwebp; the first frame of an animation.
/// https://developers.google.com/speed/webp/docs/riff_container
enum WebP {
  /// After orientation; nil if there is no header, or EXIF data may follow.
  static func header(_ bytes: [UInt8], isWhole: Bool = true) -> PictureHeader? {
    guard let features = features(bytes), isWhole || !hasNotes(bytes) else { return nil }
    let picture = PictureHeader(
      height: Int(features.height), width: Int(features.width), channels: features.has_alpha != 0 ? 4 : 3, hasMore: features.has_animation != 0)
    return hasNotes(bytes) ? picture?.turned(orientation(bytes)) : picture
  }

  /// u8[height, width, channels], with 4 channels if there is opacity, otherwise 3.
  static func decode(_ bytes: [UInt8], name: String) throws -> Tensor {
    guard let features = features(bytes),
      let header = PictureHeader(height: Int(features.height), width: Int(features.width), channels: features.has_alpha != 0 ? 4 : 3)
    else { throw broken(name) }
    let tensor = try header.room()
    let (output, stride) = (tensor.storage.bind(UInt8.self), Int32(header.width * header.channels))
    let isRead =
      if features.has_animation != 0 {
        firstFrame(bytes, header, into: output)
      } else if header.channels == 4 {
        WebPDecodeRGBAInto(bytes, bytes.count, output, tensor.count, stride) != nil
      } else {
        WebPDecodeRGBInto(bytes, bytes.count, output, tensor.count, stride) != nil
      }
    guard isRead else { throw broken(name) }
    return try hasNotes(bytes) ? orientation(bytes).upright(tensor) : tensor
  }

  private static func features(_ bytes: [UInt8]) -> WebPBitstreamFeatures? {
    var features = WebPBitstreamFeatures()
    return WebPGetFeatures(bytes, bytes.count, &features) == VP8_STATUS_OK ? features : nil
  }

  /// The flag in the extended header that EXIF data follows the pixels.
  private static func hasNotes(_ bytes: [UInt8]) -> Bool { bytes.count > 20 && bytes[12..<16].elementsEqual("VP8X".utf8) && bytes[20] & 8 != 0 }

  private static func orientation(_ bytes: [UInt8]) -> Orientation {
    bytes.withUnsafeBufferPointer { buffer in
      var data = WebPData(bytes: buffer.baseAddress, size: buffer.count)
      guard let demuxer = WebPDemux(&data) else { return Orientation(1) }
      defer { WebPDemuxDelete(demuxer) }
      var chunk = WebPChunkIterator()
      guard WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk) != 0 else { return Orientation(1) }
      defer { WebPDemuxReleaseChunkIterator(&chunk) }
      return Orientation(exif: Array(UnsafeBufferPointer(start: chunk.chunk.bytes, count: chunk.chunk.size)))
    }
  }

  private static func firstFrame(_ bytes: [UInt8], _ header: PictureHeader, into output: UnsafeMutablePointer<UInt8>) -> Bool {
    bytes.withUnsafeBufferPointer { buffer in
      var (data, options) = (WebPData(bytes: buffer.baseAddress, size: buffer.count), WebPAnimDecoderOptions())
      guard WebPAnimDecoderOptionsInit(&options) != 0 else { return false }
      options.color_mode = MODE_RGBA
      options.use_threads = 0
      guard let decoder = WebPAnimDecoderNew(&data, &options) else { return false }
      defer { WebPAnimDecoderDelete(decoder) }
      var (canvas, time): (UnsafeMutablePointer<UInt8>?, Int32) = (nil, 0)
      guard WebPAnimDecoderGetNext(decoder, &canvas, &time) != 0, let canvas else { return false }
      for pixel in 0..<header.height * header.width {
        for channel in 0..<header.channels { output[pixel * header.channels + channel] = canvas[4 * pixel + channel] }
      }
      return true
    }
  }

  private static func broken(_ name: String) -> Fault {
    Fault(
      ImageErrors.badPicture, "`\(name)` is not a readable WebP file: it is damaged or truncated",
      hint: "open it in an image viewer; is it complete, and really a WebP?")
  }
}
