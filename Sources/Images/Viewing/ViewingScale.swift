/// The scale at which images are shown to people: in lessons, pages, sheets and on terminals with pixel graphics.
/// Scales are integers, so that edges stay sharp. Image files saved as data are never scaled.
package enum ViewingScale {
  /// The text column of an exported page in CSS pixels (46rem less its padding); GitHub's is a little wider.
  package static let pageWidth = 704
  /// The minimum height of a single small image.
  private static let comfortableHeight = 112
  /// The maximum area of an enlarged sheet.
  private static let largestArea = 1 << 24

  /// The scale of a sheet of images that are `imageHeight` pixels high: enough for a comfortable height, limited by
  /// `width`.
  package static func fitting(imageHeight: Int, sheetHeight: Int, sheetWidth: Int, within width: Int = pageWidth) -> Int {
    let comfortable = (comfortableHeight + imageHeight - 1) / max(1, imageHeight)
    var scale = max(1, min(comfortable, width / max(1, sheetWidth)))
    while scale > 1, sheetHeight * sheetWidth * scale * scale > largestArea { scale -= 1 }
    return scale
  }
}
