import CDeflate
import Tensors

/// Reads the most common PNG files quickly: 8 bits per channel without palette, transparent colour, interlacing or colour
/// profile. For anything else, and for damaged files, it returns nil, and libpng decides.
enum PNGReader {
  /// Chunks that change no pixel.
  private static let harmless: Set<String> = ["sRGB", "tEXt", "zTXt", "iTXt", "pHYs", "tIME", "eXIf"]
  private static let channelsByKind: [UInt8: Int] = [0: 1, 2: 3, 6: 4]

  /// u8[height, width, channels], before orientation.
  static func decode(_ bytes: [UInt8]) throws -> Tensor? {
    guard bytes.starts(with: PNGWriter.signature), bytes.count >= 57 else { return nil }
    return try bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return nil }
      func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(base[at + $1]) } }
      var place = 8
      var header: PictureHeader?
      var data: [UInt8] = []
      var part: UnsafeBufferPointer<UInt8>?
      while place + 12 <= buffer.count {
        let length = number(place)
        guard length <= buffer.count - place - 12, number(place + 8 + length) == Int(libdeflate_crc32(0, base + place + 4, length + 4)) else { return nil }
        let (name, content) = (String(decoding: buffer[place + 4..<place + 8], as: UTF8.self), base + place + 8)
        switch name {
        case "IHDR":
          guard header == nil, length == 13, content[8] == 8, let channels = channelsByKind[content[9]], content[10] == 0, content[11] == 0, content[12] == 0
          else {
            return nil
          }
          header = PictureHeader(height: number(place + 12), width: number(place + 8), channels: channels)
          if header == nil { return nil }
        case "IDAT":
          // Most files have several; they are one stream.
          if part == nil, data.isEmpty {
            part = UnsafeBufferPointer(start: content, count: length)
          } else {
            if let first = part { data.append(contentsOf: first) }
            part = nil
            data.append(contentsOf: UnsafeBufferPointer(start: content, count: length))
          }
        case "IEND":
          guard let header else { return nil }
          return try part.map { try pixels($0, header) } ?? data.withUnsafeBufferPointer { try pixels($0, header) }
        default: guard header != nil, harmless.contains(name) else { return nil }
        }
        place += length + 12
      }
      return nil
    }
  }

  private static func pixels(_ packed: UnsafeBufferPointer<UInt8>, _ header: PictureHeader) throws -> Tensor? {
    let rowBytes = header.width * header.channels
    let size = header.height * (rowBytes + 1)
    // A larger claim is invalid: deflate compresses to 1/1032 at best.
    guard size / 1032 <= packed.count + 1, let decompressor = libdeflate_alloc_decompressor() else { return nil }
    defer { libdeflate_free_decompressor(decompressor) }
    let picture = try header.room()
    let rows = try Tensor(uninitialized: TensorType(.u8, [size]))
    var written = 0
    let status = libdeflate_zlib_decompress(decompressor, packed.baseAddress, packed.count, rows.storage.bytes, size, &written)
    guard status == LIBDEFLATE_SUCCESS, written == size else { return nil }
    let (input, output) = (rows.storage.bind(UInt8.self), picture.storage.bind(UInt8.self))
    for row in 0..<header.height {
      let filtered = UnsafePointer(input + row * (rowBytes + 1))
      let own = output + row * rowBytes
      guard RowFilter.undo(filtered[0], filtered + 1, own, row == 0 ? nil : UnsafePointer(own - rowBytes), rowBytes, header.channels) else { return nil }
    }
    return picture
  }
}
