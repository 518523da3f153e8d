import CJPEG
import Diagnostics
import Images
import Tensors
import Testing

/// Against the pixels that Pillow reads: pictures.txt by Tests/Reference/pictures.py.
@Suite struct JPEGTests {
  struct Picture: CustomStringConvertible, Sendable {
    let name: String
    let file: [UInt8]
    let shape: [Int]
    let pixels: [UInt8]
    var description: String { name }
  }

  static let pictures: [Picture] = {
    ReferenceText.lines("pictures.txt").map { parts in
      return Picture(name: String(parts[0]), file: ReferenceText.bytes(parts[1]), shape: ReferenceText.numbers(parts[2]), pixels: ReferenceText.bytes(parts[3]))
    }
  }()

  private func picture(_ name: String) throws -> Picture { try #require(Self.pictures.first { $0.name == name }) }

  /// From a JPEG file that libjpeg-turbo writes.
  private func encoded(_ height: Int, _ width: Int) throws -> [UInt8] {
    let pixels = (0..<height * width).map { UInt8(truncatingIfNeeded: $0 * 37) }
    let encoder = try #require(tjInitCompress())
    defer { tjDestroy(encoder) }
    var (bytes, size): (UnsafeMutablePointer<UInt8>?, UInt) = (nil, 0)
    defer { tjFree(bytes) }
    let code = tjCompress2(
      encoder, pixels, Int32(width), 0, Int32(height), Int32(TJPF_GRAY.rawValue), &bytes, &size, Int32(TJSAMP_GRAY.rawValue), 80, 0)
    try #require(code == 0)
    return Array(UnsafeBufferPointer(start: bytes, count: Int(size)))
  }

  @Test func thereArePictures() { #expect(Self.pictures.count == 13) }

  @Test(arguments: pictures.filter { $0.name != "cmyk" })
  func readsWhatPillowReads(_ item: Picture) throws {
    let read = try JPEG.decode(item.file, name: item.name)
    #expect(read.shape == item.shape && read.dtype == .u8 && JPEG.shape(item.file) == item.shape)
    #expect(read.count == item.pixels.count)
    // libjpeg-turbo gives the same bits in every version, but not for every way to spread halved colours.
    let worst = item.pixels.indices.map { abs(Int(read[$0]) - Int(item.pixels[$0])) }.max() ?? 0
    #expect(worst <= (item.name == "halved" || item.name == "progressive" ? 2 : 0))
  }

  /// Pillow's pixels are the four inks; what becomes of them, FormatTests say.
  @Test func printedColoursBecomeLight() throws {
    let item = try picture("cmyk")
    let read = try JPEG.decode(item.file, name: "print.jpg")
    #expect(read.shape == [13, 17, 3] && JPEG.shape(item.file) == read.shape)
    for pixel in 0..<13 * 17 where item.pixels[4 * pixel + 3] == 0 {
      for channel in 0..<3 { #expect(Int(read[3 * pixel + channel]) == 255 - Int(item.pixels[4 * pixel + channel])) }
    }
  }

  /// Cut anywhere but within its last two bytes, which only say that the file ends: a fault, never grey pixels.
  @Test(arguments: ["grey", "colour", "halved", "progressive", "turned-6"])
  func tornFilesAreFaults(_ name: String) throws {
    let file = try picture(name).file
    for length in 0..<file.count - 2 {
      let fault = try #require(throws: Fault.self) { try JPEG.decode(Array(file.prefix(length)), name: "cut.jpg") }
      #expect(fault.diagnostic.id == ImageErrors.badJPEG && fault.diagnostic.message.contains("cut.jpg"))
    }
  }

  /// Changed anywhere: an image or a fault, never a crash.
  @Test(arguments: ["grey", "halved", "progressive", "turned-8", "cmyk"])
  func changedFilesNeverTrap(_ name: String) throws {
    let file = try picture(name).file
    for position in file.indices {
      for change: UInt8 in [0x01, 0x5A, 0xFF] {
        var changed = file
        changed[position] ^= change
        _ = try? JPEG.decode(changed, name: "changed.jpg")
        _ = JPEG.shape(changed)
      }
    }
  }

  @Test func whatIsNoJPEGSaysSo() throws {
    for content in [[], [0xFF], [0xFF, 0xD8], Array("a picture of a shirt".utf8), [0x89, 0x50, 0x4E, 0x47]] as [[UInt8]] {
      let fault = try #require(throws: Fault.self) { try JPEG.decode(content, name: "x.jpg") }
      #expect(fault.diagnostic.id == ImageErrors.badJPEG && fault.diagnostic.message.contains("x.jpg"))
    }
  }

  /// The sizes stand behind the marker of the frame: FF C0, two bytes of length, one of precision.
  @Test func giantSizesAreFaults() throws {
    var file = try encoded(8, 8)
    let frame = try #require(file.indices.dropLast().first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
    for (index, byte) in [0xFD, 0xE8, 0xFD, 0xE8].enumerated() { file[frame + 5 + index] = UInt8(byte) }
    let fault = try #require(throws: Fault.self) { try JPEG.decode(file, name: "giant.jpg") }
    #expect(fault.diagnostic.message.contains("65000×65000"))
    // Within what can be read, but with pixels for almost none of it.
    for (index, byte) in [0x20, 0x00, 0x20, 0x00].enumerated() { file[frame + 5 + index] = UInt8(byte) }
    #expect(throws: Fault.self) { try JPEG.decode(file, name: "giant.jpg") }
  }

  /// Some cameras leave a byte between the pixels and the end.
  @Test func strayBytesBeforeTheEndAreHarmless() throws {
    let file = try encoded(8, 16)
    let stray = file.dropLast(2) + [0x00, 0x00] + file.suffix(2)
    let (whole, read) = (try JPEG.decode(file, name: "a.jpg"), try JPEG.decode(Array(stray), name: "b.jpg"))
    #expect((0..<whole.count).allSatisfy { whole[$0] == read[$0] })
  }
}
