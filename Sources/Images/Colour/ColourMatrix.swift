import Glibc

/// Linear maps of colours: rows that give red, green and blue of (red, green, blue, 1).
enum ColourMatrix {
  typealias Rows = (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>)

  /// Between the luma of ITU-R BT.601, for 0, and the colours themselves, for 1.
  static func saturation(_ factor: Double) -> Rows {
    let luma = SIMD3(0.299, 0.587, 0.114)
    func row(_ own: Int) -> SIMD4<Float> {
      var weights = luma * (1 - factor)
      weights[own] += factor
      return SIMD4(Float(weights[0]), Float(weights[1]), Float(weights[2]), 0)
    }
    return (row(0), row(1), row(2))
  }

  /// A rotation about the grey axis that keeps the luminance: W3C, "Filter effects module level 1", feColorMatrix,
  /// hueRotate.
  static func hue(degrees: Double) -> Rows {
    let (s, c) = (sin(fmod(degrees, 360) * .pi / 180), cos(fmod(degrees, 360) * .pi / 180))
    func row(_ a: (Double, Double, Double), _ b: (Double, Double, Double), _ d: (Double, Double, Double)) -> SIMD4<Float> {
      SIMD4(Float(a.0 + c * a.1 + s * a.2), Float(b.0 + c * b.1 + s * b.2), Float(d.0 + c * d.1 + s * d.2), 0)
    }
    return (
      row((0.213, 0.787, -0.213), (0.715, -0.715, -0.715), (0.072, -0.072, 0.928)),
      row((0.213, -0.213, 0.143), (0.715, 0.285, 0.140), (0.072, -0.072, -0.283)),
      row((0.213, -0.213, -0.787), (0.715, -0.715, 0.715), (0.072, 0.928, 0.072))
    )
  }
}
