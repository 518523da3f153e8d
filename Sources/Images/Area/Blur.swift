import Engine
import Glibc

/// A blur of one image, or its reverse.
package enum Blur: AreaOperation {
  case gaussian(sigma: Double)
  case box(radius: Int)
  /// The mean along a line through the pixel.
  case motion(length: Double, degrees: Double)
  /// Unsharp masking: what a Gaussian takes away is added.
  case sharpen(amount: Double, sigma: Double)

  package func run(_ input: Pixels, into output: Pixels, _ backend: any Backend) throws {
    switch self {
    case .gaussian(let sigma):
      guard sigma > 0 else { return input.copy(to: output) }
      let (rows, columns) = (gaussian(sigma, input.width), gaussian(sigma, input.height))
      try backend.run(.blur(rows: rows, columns: columns), input, into: output)
    case .box(let radius):
      guard radius > 0 else { return input.copy(to: output) }
      if radius < min(input.height, input.width) { return try backend.run(.box(radius: radius), input, into: output) }
      let (rows, columns) = (SymmetricFilter.box(radius: radius, length: input.width), SymmetricFilter.box(radius: radius, length: input.height))
      try backend.run(.blur(rows: rows.floats, columns: columns.floats), input, into: output)
    case .motion(let length, let degrees):
      let taps = Blur.line(length: length, degrees: degrees)
      guard taps.count > 1 else { return input.copy(to: output) }
      try backend.run(.taps(taps), input, into: output)
    case .sharpen(let amount, let sigma):
      guard amount != 0, sigma > 0 else { return input.copy(to: output) }
      let (rows, columns) = (gaussian(sigma, input.width), gaussian(sigma, input.height))
      try backend.run(.blur(rows: rows, columns: columns, sharpening: Float(amount)), input, into: output)
      input.keepOpacity(in: output)
    }
  }

  private func gaussian(_ sigma: Double, _ length: Int) -> [Float] { SymmetricFilter.gaussian(sigma: sigma, length: length).floats }

  /// Points along a line, about a pixel apart, each of them shared by the four pixels around it.
  package static func line(length: Double, degrees: Double) -> [AreaKernel.Tap] {
    let count = Int(length.rounded(.up))
    guard count > 1 else { return [AreaKernel.Tap(row: 0, column: 0, weight: 1)] }
    let angle = degrees.remainder(dividingBy: 180) * .pi / 180
    // Multiples of 90 degrees stay on the grid.
    let (down, right) = (abs(sin(angle)) < 1e-12 ? 0 : -sin(angle), abs(cos(angle)) < 1e-12 ? 0 : cos(angle))
    var weights: [[Int]: Double] = [:]
    for point in 0..<count {
      let along = (Double(point) / Double(count - 1) - 0.5) * (length - 1)
      let (row, column) = (along * down, along * right)
      let (top, left) = (row.rounded(.down), column.rounded(.down))
      for (y, share) in [(top, 1 - (row - top)), (top + 1, row - top)] {
        for (x, part) in [(left, 1 - (column - left)), (left + 1, column - left)] where share * part > 1e-9 {
          weights[[Int(y), Int(x)], default: 0] += share * part / Double(count)
        }
      }
    }
    return weights.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      AreaKernel.Tap(row: $0.key[0], column: $0.key[1], weight: Float($0.value))
    }
  }
}
