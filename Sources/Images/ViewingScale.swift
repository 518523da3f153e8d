/// How large images are drawn where people look at them: in lessons, pages, sheets and on terminals with pixel
/// graphics. Each pixel becomes a square of whole pixels, so that edges stay sharp. Image files that a program
/// saves as data are never scaled.
package enum ViewingScale {
  /// The text column of an exported page in CSS pixels (46rem less its padding); GitHub's is a little wider.
  package static let pageWidth = 704
  /// A single small image is at least this high.
  private static let comfortableHeight = 112
  /// Sheets of thousands of images are not enlarged beyond this.
  private static let largestArea = 1 << 24

  /// The scale of a sheet of images that are `imageHeight` pixels high: enough for a comfortable height, at most what
  /// keeps the sheet within `width`.
  package static func fitting(imageHeight: Int, sheetHeight: Int, sheetWidth: Int, within width: Int = pageWidth) -> Int {
    let comfortable = (comfortableHeight + imageHeight - 1) / max(1, imageHeight)
    var scale = max(1, min(comfortable, width / max(1, sheetWidth)))
    while scale > 1, sheetHeight * sheetWidth * scale * scale > largestArea { scale -= 1 }
    return scale
  }
}
