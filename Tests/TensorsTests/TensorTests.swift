import Diagnostics
import Tensors
import Testing

@Suite struct TensorTests {
  @Test(
    arguments: [
      (DType.f32, [Double(Float(0.1)), -1e30, .infinity]), (.f64, [0.1, -1e30, .infinity]), (.i32, [0, -2_147_483_648, 2_147_483_647]),
      (.u8, [0, 0, 255]), (.bool, [1, 1, 1]),
    ] as [(DType, [Double])])
  func numbersAreConvertedWithinTheirType(_ type: DType, _ want: [Double]) throws {
    let tensor = try Tensor(dtype: type, shape: [3]) { [0.1, -1e30, .infinity][$0] }
    for index in 0..<3 { #expect(type == .f32 ? Float(tensor[index]) == Float(want[index]) : tensor[index] == want[index]) }
    tensor.set(0, .nan)
    #expect(type.isFloat ? tensor[0].isNaN : tensor[0] == (type == .bool ? 1 : 0))
  }

  @Test func viewsShareTheirNumbers() throws {
    let tensor = try Tensor(dtype: .f32, shape: [3, 2]) { Double($0) }
    let rows = tensor.rows(1..<3)
    #expect(rows.shape == [2, 2] && rows[0] == 2 && rows[3] == 5 && tensor.reshaped([6]).shape == [6])
    rows.set(0, 9)
    #expect(tensor[2] == 9 && tensor.reshaped([2, 3])[2] == 9)
  }

  @Test func whatNoMachineHoldsIsRefused() {
    for shape in [[1 << 40, 1 << 40], [-1], [Int](repeating: 1, count: Shapes.maximumRank + 1), [1 << 50]] {
      #expect(throws: Fault.self) { try Tensor(uninitialized: TensorType(.f32, shape)) }
    }
  }

  @Test(
    arguments: [
      ([2, 3], [3], [2, 3]), ([2, 1], [1, 3], [2, 3]), ([], [4], [4]), ([0, 1], [1, 5], [0, 5]), ([2, 3], [2], nil), ([2], [3], nil), ([], [], []),
    ] as [([Int], [Int], [Int]?)])
  func shapesAreBroadcast(_ a: [Int], _ b: [Int], _ both: [Int]?) {
    #expect(Shapes.broadcast(a, b) == both && Shapes.broadcast(b, a) == both)
  }

  @Test func typesHaveAnOrder() {
    #expect(DType.allCases.sorted() == [.bool, .u8, .i32, .f32, .f64])
    #expect(DType.u8.promoted(with: .f32) == .f32 && DType.bool.arithmetic == .i32 && DType.i32.floating == .f32 && DType.f64.floating == .f64)
    for type in DType.allCases { #expect(DType.named(type.name) == type) }
    #expect(TensorType(.f32, [2, 3]).description == "f32[2, 3]" && TensorType(.u8, []).description == "u8" && [2, 3, 4].denseStrides == [12, 4, 1])
  }
}
