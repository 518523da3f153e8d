import Diagnostics
import Effects
import Images
import Tensors

/// Pictures of outputs as PNG or, for charts, SVG files: named by a hash of their content, so that the same picture has
/// the same file and a changed one a new one.
package enum PictureFile {
  /// The largest difference between two channel values, in steps of 1/255, at which pictures count as equal: a
  /// processor without fused multiply-add rounds differently.
  package static let tolerance = 2

  package static func name(_ picture: Picture) -> String {
    var hash = Hash64()
    let ending: String
    switch picture {
    case .pixels(let pixels):
      for size in [pixels.height, pixels.width, pixels.channels] { hash.combine(UInt64(size)) }
      for byte in pixels.bytes { hash.combine(UInt64(byte)) }
      ending = ".png"
    case .drawing(let svg):
      hash.combine(svg)
      ending = ".svg"
    }
    let digits = String(hash.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits + ending
  }

  /// Whether `name` generated this file name.
  package static func isGenerated(_ name: String) -> Bool {
    name.utf8.count == 20 && (name.hasSuffix(".png") || name.hasSuffix(".svg"))
      && name.utf8.prefix(16).allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
  }

  package static func encode(_ picture: Picture) throws -> [UInt8] {
    switch picture {
    case .pixels(let pixels): try PNG.encode(pixels.bytes, height: pixels.height, width: pixels.width, channels: pixels.channels)
    case .drawing(let svg): Array(svg.utf8)
    }
  }

  package static func decode(_ bytes: [UInt8], name: String) throws -> Picture {
    if name.hasSuffix(".svg") { return .drawing(svg: String(decoding: bytes, as: UTF8.self)) }
    let tensor = try PNG.decode(bytes, name: name)
    return .pixels(
      Pixels(height: tensor.shape[0], width: tensor.shape[1], channels: tensor.shape[2], bytes: (0..<tensor.count).map { UInt8(tensor[$0]) }))
  }

  /// Describes the difference between two pictures; nil if there is none.
  package static func difference(_ saved: Picture, _ new: Picture, tolerance: Int) -> String? {
    switch (saved, new) {
    case (.pixels(let saved), .pixels(let new)): difference(saved, new, tolerance: tolerance)
    case (.drawing(let saved), .drawing(let new)): saved == new ? nil : "a different drawing"
    default: "\(new.size) instead of \(saved.size)"
    }
  }

  private static func difference(_ saved: Pixels, _ new: Pixels, tolerance: Int) -> String? {
    guard (saved.height, saved.width, saved.channels) == (new.height, new.width, new.channels) else {
      return "\(Picture.pixels(new).size) instead of \(Picture.pixels(saved).size)"
    }
    let distances = zip(saved.bytes, new.bytes).map { abs(Int($0) - Int($1)) }
    let far = distances.count { $0 > tolerance }
    guard far > 0, let most = distances.max() else { return nil }
    return "\(far) of \(distances.count) values differ by more than \(tolerance) of 255, at most by \(most)"
  }
}

extension Picture {
  /// `height×width×channels`, as in descriptions of data sets.
  var size: String {
    switch self {
    case .pixels(let pixels): "\(pixels.height)×\(pixels.width)×\(pixels.channels)"
    case .drawing: "a drawing"
    }
  }
}

/// Links to files beside a lesson, in Markdown.
package enum LinkPath {
  /// Percent-encodes all bytes except letters, digits and safe punctuation.
  package static func link(to path: String) -> String {
    path.utf8.map { byte in
      let isPlain = (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || "-._/".utf8.contains(byte)
      if isPlain { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }

  package static func path(of link: String) -> String {
    let bytes = Array(link.utf8)
    var path: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
        let byte = UInt8(String(decoding: bytes[position + 1...position + 2], as: UTF8.self), radix: 16)
      {
        path.append(byte)
        position += 3
      } else {
        path.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: path, as: UTF8.self)
  }
}
