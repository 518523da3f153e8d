/// The colours of lines, in order; they repeat with another dash pattern.
enum ChartColours {
  struct Colour {
    /// On a light, a dark and an unknown background.
    let light, dark, middle: (red: Int, green: Int, blue: Int)
  }

  static let all = [
    Colour(light: (32, 101, 209), dark: (108, 182, 255), middle: (66, 133, 244)),
    Colour(light: (194, 87, 12), dark: (246, 157, 80), middle: (230, 120, 20)),
    Colour(light: (26, 127, 55), dark: (87, 208, 124), middle: (52, 168, 83)),
    Colour(light: (191, 57, 137), dark: (247, 120, 186), middle: (214, 68, 145)),
    Colour(light: (111, 66, 193), dark: (179, 146, 240), middle: (150, 110, 220)),
    Colour(light: (15, 123, 138), dark: (86, 212, 221), middle: (20, 160, 170)),
    Colour(light: (138, 109, 0), dark: (227, 179, 65), middle: (176, 137, 0)),
    Colour(light: (89, 99, 110), dark: (145, 152, 161), middle: (128, 128, 128)),
  ]

  static func index(ofSeries series: Int) -> Int { series % all.count }
  static func round(ofSeries series: Int) -> Int { series / all.count }
}
