import CKernels
import Testing

@Suite struct PoolingTests {
  struct Shape: CustomStringConvertible, Sendable {
    let n, h, w, c, kh, kw, strideH, strideW: Int
    var description: String { "\(n)×\(h)×\(w)×\(c), windows \(kh)×\(kw), stride \(strideH) \(strideW)" }
    var oh: Int { (h - kh) / strideH + 1 }
    var ow: Int { (w - kw) / strideW + 1 }

    init(_ n: Int, _ h: Int, _ w: Int, _ c: Int, _ size: (Int, Int), _ stride: (Int, Int)) {
      (self.n, self.h, self.w, self.c) = (n, h, w, c)
      (kh, kw) = size
      (strideH, strideW) = stride
    }
  }

  static let shapes = [
    Shape(1, 1, 1, 1, (1, 1), (1, 1)), Shape(2, 6, 4, 3, (2, 2), (2, 2)), Shape(3, 7, 9, 70, (2, 3), (2, 3)), Shape(2, 7, 8, 33, (3, 3), (2, 2)),
    // Pixels in no window, windows in one direction only, an empty batch.
    Shape(2, 8, 9, 16, (2, 1), (3, 4)), Shape(1, 5, 6, 2, (1, 6), (1, 1)), Shape(0, 4, 4, 2, (2, 2), (2, 2)),
  ]

  private func result<T: BinaryFloatingPoint>(
    _ shape: Shape, _ kind: Int, _ x: [T], _ y: [T], _ g: [T], _ body: (inout LoamPooling) -> Void
  ) -> [T] {
    let isImage = kind == LOAM_POOL_SPREAD || kind == LOAM_POOL_MAX_SPREAD
    var output = [T](repeating: .nan, count: isImage ? x.count : g.count)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        g.withUnsafeBufferPointer { g in
          output.withUnsafeMutableBufferPointer { output in
            var arguments = LoamPooling()
            arguments.type = UInt8(T.self == Float.self ? LOAM_F32 : LOAM_F64)
            arguments.kind = UInt8(kind)
            (arguments.n, arguments.h, arguments.w, arguments.c) = (Int64(shape.n), Int64(shape.h), Int64(shape.w), Int64(shape.c))
            (arguments.oh, arguments.ow, arguments.kh, arguments.kw) = (Int64(shape.oh), Int64(shape.ow), Int64(shape.kh), Int64(shape.kw))
            (arguments.stride_h, arguments.stride_w) = (Int64(shape.strideH), Int64(shape.strideW))
            arguments.x = UnsafeRawPointer(x.baseAddress)
            arguments.y = UnsafeRawPointer(y.baseAddress)
            arguments.g = UnsafeRawPointer(g.baseAddress)
            arguments.output = UnsafeMutableRawPointer(output.baseAddress)
            body(&arguments)
          }
        }
      }
    }
    return output
  }

  private func compare<T: BinaryFloatingPoint>(_ shape: Shape, _ kind: Int, _ x: [T], _ g: [T], within tolerance: Double) {
    let y = result(shape, LOAM_POOL_MAX, x, g, g) { loam_reference_pooling(&$0) }
    let want = result(shape, kind, x, y, g) { loam_reference_pooling(&$0) }
    for table in Table.all {
      let got = result(shape, kind, x, y, g) { table.kernels.pooling(&$0, 0, Int64(shape.n)) }
      let pieces = result(shape, kind, x, y, g) { for image in 0..<$0.n { table.kernels.pooling(&$0, image, image + 1) } }
      let same = zip(got, want).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) || abs(Double($0) - Double($1)) < tolerance }
      #expect(same, "\(table)")
      #expect(zip(got, pieces).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "\(table), in pieces")
    }
  }

  /// With many ties, and a NaN, in floats and doubles.
  @Test(arguments: shapes, [LOAM_POOL_SUM, LOAM_POOL_MAX, LOAM_POOL_SPREAD, LOAM_POOL_MAX_SPREAD])
  func agreesWithTheReference(_ shape: Shape, _ kind: Int) {
    var numbers = Numbers(6)
    let (images, pooled) = (shape.n * shape.h * shape.w * shape.c, shape.n * shape.oh * shape.ow * shape.c)
    var x = numbers.floats(images).map { ($0 * 4).rounded() }
    let g = numbers.floats(pooled)
    compare(shape, kind, x, g, within: 3e-6)
    compare(shape, kind, x.map { Double($0) }, g.map { Double($0) }, within: 1e-14)
    guard images > 1 else { return }
    x[images / 2] = .nan
    compare(shape, kind, x, g, within: 3e-6)
  }
}
