import Engine
import Glibc
import Images
import Tensors
import Testing

/// Shorter ways to the same rows: the same bits as without them.
@Suite struct RowTests {
  private static let turn = AffineMap.rotation(degrees: 12, aboutRow: 10, column: 350)
  /// Copies, flips, quarter turns, moves that leave the image, and rotations.
  private static let maps: [AffineMap] = [
    .identity, .flip(vertical: true, horizontal: false, height: 21, width: 701), .flip(vertical: false, horizontal: true, height: 21, width: 701),
    .shift(row: 3, column: -2), .shift(row: 0, column: 900), AffineMap(a: 0, b: 1, c: 0, d: -1, e: 0, f: 20), turn,
  ]
  private static let scale = PointOperation.linear(scale: [1.5, 0.5, 2, 1], offset: [-0.1, 0.2, -0.6, 0])
  private static let normalize = PointOperation.linear(scale: [2, 3, 4, 1], offset: [-1, 1, 0, 0], isBounded: false)
  /// Changes nothing.
  private static let nothing = PointOperation.fill(rows: 0..<0, columns: 0..<0, [0, 0, 0, 0], nil)
  private static let pointLists: [[PointOperation]] = [
    [], [scale], [scale, normalize], [.power(0.5), .order([2, 0, 1, 3])], [.noise(deviation: 0.1, isSpeckle: false, RandomKey(bits: 8))],
    [.fill(rows: 2..<30, columns: 3..<500, [0, 0, 0, 0], RandomKey(bits: 11))], [.matrix([0.3, 0.6, 0.1, 0], [0.2, 1.4, -0.5, 0.1], [1, -1, 0.5, 0.2])],
  ]

  /// The bytes of a result of 21×701, whose rows are long enough to be streamed, and those around it. It begins `offset` bytes after a
  /// boundary of 64.
  private func drawn(
    _ map: AffineMap, _ points: [PointOperation], _ image: Tensor, _ dtype: DType, offset: Int = 0, batchBytes: Int = 0
  ) throws -> [UInt8] {
    let channels = image.shape[2]
    let count = 21 * 701 * channels * dtype.size + offset + 64
    let memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
    defer { memory.deallocate() }
    memset(memory, 7, count)
    let output = Pixels(memory + offset, isBytes: dtype == .u8, height: 21, width: 701, channels: channels, batchBytes: batchBytes)
    var warp = ImageWarp(
      input: Pixels(image), output: output, map: (map.a, map.b, map.c, map.d, map.e, map.f), isExact: map.isExact,
      sampling: Sampling(fill: .constant(0.4)))
    warp.points = points
    CPUBackend(threads: 1).run(warp)
    return Array(UnsafeRawBufferPointer(start: memory, count: count))
  }

  private func picture(_ channels: Int, _ dtype: DType) throws -> Tensor {
    try Tensor(dtype: dtype, shape: [21, 701, channels]) { dtype == .u8 ? Double(($0 * 7919) % 256) : Double(($0 * 7919) % 1009) / 1009 }
  }

  @Test(arguments: pointLists.indices)
  func rowsOfLargeBatchesAreTheSame(_ list: Int) throws {
    for channels in 1...4 {
      for (from, to) in [(DType.u8, DType.u8), (.u8, .f32), (.f32, .f32)] {
        let image = try picture(channels, from)
        for (index, map) in Self.maps.enumerated() {
          let offset = index * 4
          let plain = try drawn(map, Self.pointLists[list], image, to, offset: offset)
          let streamed = try drawn(map, Self.pointLists[list], image, to, offset: offset, batchBytes: 1 << 30)
          #expect(plain == streamed, "\(map), \(channels) channels, \(from) to \(to)")
        }
      }
    }
  }

  @Test func severalScalesInOnePassAreTheSame() throws {
    for channels in 1...4 {
      let image = try picture(channels, .u8)
      for points in [[Self.scale], [Self.normalize], [Self.scale, Self.normalize], [Self.scale, Self.scale, Self.normalize, Self.scale]] {
        for map in [AffineMap.identity, Self.turn] {
          let inOnePass = try drawn(map, points, image, .f32)
          #expect(try inOnePass == drawn(map, points + [Self.nothing], image, .f32), "\(map), \(channels) channels, \(points.count) operations")
        }
      }
    }
  }
}
