import Diagnostics
import Foundation
import Images
import Tensors
import Testing

/// Every format against the pixels that Pillow reads: formats.txt by Tests/Reference/formats.py.
@Suite struct FormatTests {
  struct Picture: CustomStringConvertible, Sendable {
    let name: String
    let file: [UInt8]
    let shape: [Int]
    let isWide: Bool
    let pixels: [UInt8]
    let hasMore: Bool
    var description: String { name }

    /// As Loam is to read it.
    func value(_ index: Int) -> Double {
      isWide ? Double(Float(UInt16(pixels[2 * index]) | UInt16(pixels[2 * index + 1]) << 8) / 65535) : Double(pixels[index])
    }
  }

  static let pictures: [Picture] = {
    ReferenceText.lines("formats.txt").map { parts in
      return Picture(
        name: String(parts[0]), file: ReferenceText.bytes(parts[1]), shape: ReferenceText.numbers(parts[2]), isWide: parts[3] == "u16",
        pixels: ReferenceText.bytes(parts[4]), hasMore: parts[5] == "1")
    }
  }()

  @Test func thereArePictures() { #expect(Self.pictures.count == 85) }

  @Test(arguments: pictures)
  func readsWhatPillowReads(_ item: Picture) throws {
    // The name says nothing: the content does.
    let read = try PictureFormat.decode(item.file, name: "picture.dat")
    var shape = item.shape
    // A palette of greys is grey here.
    if read.shape[2] == 1, shape[2] == 3, item.name.hasPrefix("bmp") { shape[2] = 1 }
    #expect(read.shape == shape && read.dtype == (item.isWide ? .f32 : .u8))
    let header = try #require(PictureFormat.header(item.file))
    #expect(header.shape == read.shape && header.dtype == read.dtype && header.hasMore == item.hasMore)
    let spread = item.shape[2] / shape[2]
    // Pillow divides by opacity by another rounding.
    let tolerance = item.name == "tiff-hand-premultiplied" ? 1.0 : 0
    let worst = (0..<read.count).map { abs(read[$0] - item.value($0 * spread)) }.max() ?? 1
    #expect(worst <= tolerance, "by \(worst)")
  }

  /// Pixels of the size that was announced, or a fault that names the file.
  private func check(_ bytes: [UInt8]) {
    let header = PictureFormat.header(bytes)
    _ = PictureFormat.header(bytes, isWhole: false)
    do {
      let read = try PictureFormat.decode(bytes, name: "damaged.dat")
      #expect(header?.shape == read.shape && header?.dtype == read.dtype)
    } catch let fault as Fault {
      #expect(fault.diagnostic.message.contains("damaged.dat") || fault.diagnostic.id == TensorErrors.tooLarge)
    } catch {
      Issue.record("\(error)")
    }
  }

  /// Sizes that are allowed take their time.
  private func isLarge(_ bytes: [UInt8]) -> Bool { (PictureFormat.header(bytes)?.shape.reduce(1, *) ?? 0) > 1 << 20 }

  @Test(arguments: pictures)
  func damagedFilesNeverTrap(_ item: Picture) {
    for length in stride(from: 0, to: item.file.count, by: max(1, item.file.count / 500)) { check(Array(item.file.prefix(length))) }
    for position in stride(from: 0, to: item.file.count, by: max(1, item.file.count / 500)) {
      for change in [0x01, 0x80, 0xFF] as [UInt8] {
        var changed = item.file
        changed[position] ^= change
        if !isLarge(changed) { check(changed) }
      }
    }
  }

  /// Several changes at once, at random places; `LOAM_FUZZ_ROUNDS` sets how many rounds.
  @Test func randomDamageNeverTraps() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<(ProcessInfo.processInfo.environment["LOAM_FUZZ_ROUNDS"].flatMap(Int.init) ?? 20) {
      for item in Self.pictures {
        var changed = item.file
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          let place = Int.random(in: 0..<changed.count, using: &generator)
          switch Int.random(in: 0..<4, using: &generator) {
          case 0: changed[place] = .random(in: 0...255, using: &generator)
          case 1: changed[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
          case 2: changed.removeSubrange(place..<min(changed.count, place + Int.random(in: 1...8, using: &generator)))
          default: changed.insert(contentsOf: changed[place..<min(changed.count, place + Int.random(in: 1...8, using: &generator))], at: place)
          }
          if changed.isEmpty { changed = [0] }
        }
        if !isLarge(changed) { check(changed) }
      }
    }
  }

  /// A few bytes that claim more pixels than there can be are refused before there is room for them.
  @Test func hostileSizesAreRefused() throws {
    func little(_ numbers: Int...) -> [UInt8] { numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } } }
    let bmp = Array("BM".utf8) + little(100, 0, 54, 40, 1 << 20, 1 << 20) + [1, 0, 24, 0] + little(0, 0, 0, 0, 0, 0)
    let gif = Array("GIF89a".utf8) + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0, 0, 0x3B]
    func entry(_ tag: Int, _ value: Int) -> [UInt8] { [UInt8(tag & 255), UInt8(tag >> 8), 4, 0] + little(1, value) }
    let tiff =
      Array("II*\0".utf8) + little(8) + [5, 0] + entry(256, 1 << 24) + entry(257, 1 << 24) + entry(262, 1) + entry(273, 8) + entry(279, 100) + little(0)
    for (name, bytes) in [("a.bmp", bmp), ("a.gif", gif), ("a.tif", tiff)] {
      #expect(PictureFormat(bytes) != nil, "\(name)")
      let fault = try #require(throws: Fault.self) { try PictureFormat.decode(bytes, name: name) }
      #expect(fault.diagnostic.id == ImageErrors.badPicture && fault.diagnostic.message.contains(name))
    }
  }

  @Test func whatIsNoPictureIsToldByItsName() throws {
    for (name, id) in [("a.png", ImageErrors.badPNG), ("a.JPG", ImageErrors.badJPEG), ("a.webp", ImageErrors.badPicture), ("a", ImageErrors.badPicture)] {
      for content in [[], Array("not a picture".utf8)] {
        let fault = try #require(throws: Fault.self) { try PictureFormat.decode(content, name: name) }
        #expect(fault.diagnostic.id == id && fault.diagnostic.message.contains("`\(name)`"))
      }
    }
  }

  @Test func fastFilesHoldTheSamePixels() throws {
    for shape in [[1, 1, 1], [17, 9, 3], [8, 8, 4], [128, 128, 3]] {
      let image = try Tensor(dtype: .f32, shape: shape) { Double(($0 * 7919) % 256) / 255 }
      let read = try PNG.decode(PNG.encodeFast(image), name: "fast.png")
      #expect(read.shape == shape && (0..<read.count).allSatisfy { read[$0] == Double(($0 * 7919) % 256) })
    }
    #expect(throws: Fault.self) { try PNG.encodeFast(Tensor(uninitialized: TensorType(.f32, [1, 1_200_000, 1]))) }
  }
}
