import Diagnostics

package enum ImageErrors {
  package static let notImages = DiagnosticID("L0410", "not-images")
  package static let badPNG = DiagnosticID("L0411", "broken-png")
  package static let cropTooLarge = DiagnosticID("L0412", "crop-larger-than-image")
  package static let badSize = DiagnosticID("L0413", "impossible-image-size")
  package static let mixedSizes = DiagnosticID("L0414", "images-of-different-sizes")

  package static let all = [
    notImages, badPNG, cropTooLarge, badSize, mixedSizes,
  ]
}
