import Effects

extension Terminal {
  /// The escape code that colours the text after it; the parts are 0 to 255.
  func code(_ colour: (red: Int, green: Int, blue: Int), foreground: Bool) -> String {
    let layer = foreground ? 38 : 48
    guard !trueColour else { return "\u{1B}[\(layer);2;\(colour.red);\(colour.green);\(colour.blue)m" }
    // The 6×6×6 cube of 256 colours.
    let index = 16 + 36 * (colour.red * 5 / 255) + 6 * (colour.green * 5 / 255) + colour.blue * 5 / 255
    return "\u{1B}[\(layer);5;\(index)m"
  }
}
