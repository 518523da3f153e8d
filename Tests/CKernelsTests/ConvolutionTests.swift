import CKernels
import Testing

@Suite struct ConvolutionTests {
  struct Shape: CustomStringConvertible, Sendable {
    let n, h, w, c, oc, kh, kw, strideH, strideW, top, left, bottom, right, groups: Int
    var description: String {
      "\(n)×\(h)×\(w)×\(c) by \(kh)×\(kw) to \(oc), stride \(strideH) \(strideW), zeros \(top) \(left) \(bottom) \(right), \(groups) groups"
    }

    init(
      _ n: Int, _ h: Int, _ w: Int, _ c: Int, _ oc: Int, kernel: (Int, Int), stride: (Int, Int) = (1, 1), zeros: (Int, Int, Int, Int) = (0, 0, 0, 0),
      groups: Int = 1
    ) {
      (self.n, self.h, self.w, self.c, self.oc) = (n, h, w, c, oc)
      (kh, kw) = kernel
      (strideH, strideW) = stride
      (top, left, bottom, right) = zeros
      self.groups = groups
    }

    var oh: Int { (h + top + bottom - kh) / strideH + 1 }
    var ow: Int { (w + left + right - kw) / strideW + 1 }
    var counts: (x: Int, y: Int, w: Int) { (n * h * w * c, n * oh * ow * oc, kh * kw * c / groups * oc) }
  }

  static let shapes: [Shape] = [
    Shape(1, 1, 1, 1, 1, kernel: (1, 1)), Shape(2, 5, 5, 9, 17, kernel: (1, 1)), Shape(3, 7, 9, 5, 10, kernel: (3, 3), stride: (2, 2)),
    Shape(2, 8, 6, 3, 20, kernel: (5, 4), stride: (3, 2), zeros: (2, 1, 2, 1)), Shape(9, 28, 28, 1, 64, kernel: (4, 4), stride: (2, 2), zeros: (1, 1, 1, 1)),
    Shape(7, 14, 14, 16, 48, kernel: (4, 4), stride: (2, 2), zeros: (1, 1, 1, 1)),
    // Strides beyond the kernel, a kernel as large as the image, uneven zeros, many channels, an empty batch.
    Shape(1, 6, 6, 11, 3, kernel: (2, 2), stride: (3, 3)), Shape(2, 4, 5, 8, 8, kernel: (4, 5)),
    Shape(2, 6, 7, 12, 33, kernel: (3, 2), stride: (2, 1), zeros: (0, 1, 3, 2)),
    Shape(1, 3, 3, 130, 100, kernel: (3, 3), zeros: (1, 1, 1, 1)), Shape(0, 4, 4, 2, 3, kernel: (2, 2)),
    // Groups: few and many channels in each, and one channel each.
    Shape(3, 7, 9, 6, 4, kernel: (3, 3), stride: (2, 2), zeros: (1, 1, 1, 1), groups: 2),
    Shape(2, 6, 7, 40, 60, kernel: (3, 2), zeros: (1, 0, 1, 1), groups: 2),
    Shape(2, 5, 5, 3, 6, kernel: (3, 3), groups: 3), Shape(3, 9, 8, 21, 21, kernel: (3, 5), stride: (2, 3), zeros: (1, 2, 1, 2), groups: 21),
    Shape(9, 14, 14, 32, 64, kernel: (3, 3), zeros: (1, 1, 1, 1), groups: 4), Shape(0, 4, 4, 4, 4, kernel: (2, 2), groups: 4),
  ]

  private func result(_ shape: Shape, _ kind: Int, _ a: [Float], _ b: [Float], _ count: Int, _ body: (inout LoamConvolution) -> Void) -> [Float] {
    var y = [Float](repeating: .nan, count: count)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        y.withUnsafeMutableBufferPointer { y in
          var arguments = LoamConvolution(
            type: UInt8(LOAM_F32), kind: UInt8(kind), n: Int64(shape.n), h: Int64(shape.h), w: Int64(shape.w), c: Int64(shape.c), oh: Int64(shape.oh),
            ow: Int64(shape.ow), oc: Int64(shape.oc), kh: Int64(shape.kh), kw: Int64(shape.kw), stride_h: Int64(shape.strideH),
            stride_w: Int64(shape.strideW), top: Int64(shape.top), left: Int64(shape.left), groups: Int64(shape.groups), a: a.baseAddress, b: b.baseAddress,
            y: y.baseAddress)
          body(&arguments)
        }
      }
    }
    return y
  }

  private func computed(_ table: Table, _ arguments: inout LoamConvolution, inPieces: Bool) {
    let units = table.kernels.convolution_units(&arguments)
    let scratch = Scratch(table.kernels.convolution_scratch(&arguments))
    guard inPieces else { return table.kernels.convolution(&arguments, 0, units, scratch.bytes) }
    for unit in 0..<units { table.kernels.convolution(&arguments, unit, unit + 1, scratch.bytes) }
  }

  /// Forward, with respect to the image, and to the kernel.
  @Test(arguments: shapes, [LOAM_CONVOLUTION_FORWARD, LOAM_CONVOLUTION_INPUT, LOAM_CONVOLUTION_WEIGHT])
  func agreesWithTheReference(_ shape: Shape, _ kind: Int) {
    var numbers = Numbers(3)
    let (x, y, w) = (numbers.floats(shape.counts.x), numbers.floats(shape.counts.y), numbers.floats(shape.counts.w))
    let (a, b, count) = kind == LOAM_CONVOLUTION_FORWARD ? (x, w, y.count) : kind == LOAM_CONVOLUTION_INPUT ? (y, w, x.count) : (x, y, w.count)
    let reference = result(shape, kind, a, b, count) { loam_reference_convolution(&$0) }
    var bits: [[UInt32]] = []
    for table in Table.all {
      let got = result(shape, kind, a, b, count) { computed(table, &$0, inPieces: false) }
      let pieces = result(shape, kind, a, b, count) { computed(table, &$0, inPieces: true) }
      #expect(error(got, reference) < 3e-6, "\(table)")
      #expect(!got.contains { !$0.isFinite }, "\(table): a place was left out")
      #expect(pieces.map(\.bitPattern) == got.map(\.bitPattern), "\(table), in pieces")
      if table.isFused { bits.append(got.map(\.bitPattern)) }
    }
    for other in bits.dropFirst() { #expect(other == bits[0]) }
  }
}
