/// Conversion from CMYK to RGB.
enum CMYK {
  /// Pillow's formula: each channel is its complement multiplied with that of black, rounded as (a b + 128) / 255.
  static func convert(_ inks: UnsafePointer<UInt8>, isInverted: Bool, count: Int, into colours: UnsafeMutablePointer<UInt8>) {
    for pixel in 0..<count {
      func ink(_ place: Int) -> Int { Int(isInverted ? 255 - inks[4 * pixel + place] : inks[4 * pixel + place]) }
      let light = 255 - ink(3)
      for place in 0..<3 {
        let product = ink(place) * light + 128
        colours[3 * pixel + place] = UInt8(clamping: light - ((product >> 8) + product) >> 8)
      }
    }
  }
}
