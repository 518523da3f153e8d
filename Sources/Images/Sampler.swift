import Engine
import Glibc
import Tensors

/// Samples one image through a map: pixels are copied if the map only moves them, filtered if it scales, and
/// interpolated bilinearly if it rotates.
package struct Sampler {
  private let backend: any Backend

  package init(_ backend: any Backend) { self.backend = backend }

  /// `source` is [height, width, channels]; `output` has the size of the frame.
  package func draw(
    _ source: UnsafePointer<Float>, height: Int, width: Int, channels: Int, _ framed: Recipe.Framed,
    into output: UnsafeMutablePointer<Float>
  ) {
    if !framed.map.isExact, framed.map.isAxisAligned, framed.sampling.interpolation == .bilinear, framed.isInside(height: height, width: width) {
      filter(source, height: height, width: width, channels: channels, framed, into: output)
      return
    }
    let exact = framed.map.isExact
    let map = exact ? framed.map.rounded : framed.map
    backend.run(
      ImageWarp(
        input: source, output: output, height: height, width: width, channels: channels, outHeight: framed.height, outWidth: framed.width,
        map: (map.a, map.b, map.c, map.d, map.e, map.f), isExact: exact, sampling: framed.sampling))
  }

  /// Rows, then columns, each with a triangle filter as wide as one pixel of the coarser grid, so that reducing an
  /// image averages.
  private func filter(
    _ source: UnsafePointer<Float>, height: Int, width: Int, channels: Int, _ framed: Recipe.Framed,
    into output: UnsafeMutablePointer<Float>
  ) {
    let rows = Taps(scale: framed.map.a, offset: framed.map.c, from: height, to: framed.height)
    let columns = Taps(scale: framed.map.e, offset: framed.map.f, from: width, to: framed.width)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, framed.height * width * channels)) { middle in
      guard let between = middle.baseAddress else { return }
      rows.run(backend, source, between, outer: 1, inner: width * channels)
      columns.run(backend, UnsafePointer(between), output, outer: framed.height, inner: channels)
    }
  }

  private struct Taps {
    let from: Int
    let to: Int
    var count = 1
    var start: [Int32] = []
    var weights: [Float] = []

    init(scale: Double, offset: Double, from: Int, to: Int) {
      self.from = from
      self.to = to
      let reach = max(1, abs(scale))
      count = min(from, Int((2 * reach).rounded(.up)) + 1)
      for position in 0..<to {
        let center = scale * Double(position) + offset
        let first = min(max(Int((center - reach).rounded(.up)), 0), from - count)
        start.append(Int32(first))
        // Pixels outside have the value of the edge pixel.
        var own = [Double](repeating: 0, count: count)
        let low = Int((center - reach).rounded(.down)), high = Int((center + reach).rounded(.up))
        for tap in low...high {
          let weight = max(0, 1 - abs(Double(tap) - center) / reach)
          own[min(max(tap, first, 0), min(first + count, from) - 1) - first] += weight
        }
        let total = own.reduce(0, +)
        weights += own.map { Float(total > 0 ? $0 / total : 0) }
      }
    }

    func run(
      _ backend: any Backend, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, outer: Int, inner: Int
    ) {
      start.withUnsafeBufferPointer { start in
        weights.withUnsafeBufferPointer { weights in
          guard let first = start.baseAddress, let weights = weights.baseAddress else { return }
          backend.run(
            ImageFilter(
              input: input, output: output, outer: outer, inCount: from, outCount: to, inner: inner, taps: count, start: first, weights: weights))
        }
      }
    }
  }
}
