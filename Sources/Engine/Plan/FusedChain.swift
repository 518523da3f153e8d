import CKernels
import Tensors

/// Builds the program of one elementwise kernel: inputs are loaded into registers, instructions are emitted, one register
/// is stored. The caller releases registers after their last use.
struct FusedChain {
  private var program = LoamElementwise()
  private let shape: [Int]
  private var inputCount = 0
  private var codeCount = 0
  private var keptCount = 0
  private var free: [UInt8]

  init(compute: DType, shape: [Int]) {
    self.shape = shape
    free = (0..<UInt8(LOAM_MAX_REGISTERS)).reversed()
    program.compute = compute.rawValue
    program.rank = Int32(shape.count)
    withUnsafeMutableBytes(of: &program.dims) {
      let dims = $0.assumingMemoryBound(to: Int64.self)
      for (index, size) in shape.enumerated() { dims[index] = Int64(size) }
    }
  }

  /// Inputs take the first registers, so load all before emitting instructions. Nil if there are too many.
  mutating func load(_ inputs: [(type: TensorType, address: UnsafeRawPointer)]) -> [UInt8]? {
    guard inputs.count <= Int(LOAM_MAX_INPUTS) else { return nil }
    var registers: [UInt8] = []
    for input in inputs {
      var operand = LoamOperand()
      operand.data = input.address
      operand.type = input.type.dtype.rawValue
      let strides = FusedChain.strides(of: input.type.shape, in: shape)
      if input.type.shape == shape || (strides == shape.denseStrides && input.type.count == shape.elementCount) {
        operand.layout = 0
      } else {
        operand.layout = input.type.count == 1 ? 1 : 2
      }
      withUnsafeMutableBytes(of: &operand.strides) {
        let to = $0.assumingMemoryBound(to: Int64.self)
        for (index, stride) in strides.enumerated() { to[index] = Int64(stride) }
      }
      withUnsafeMutableBytes(of: &program.inputs) {
        $0.assumingMemoryBound(to: LoamOperand.self)[inputCount] = operand
      }
      registers.append(UInt8(inputCount))
      free.removeAll { $0 == UInt8(inputCount) }
      inputCount += 1
    }
    program.input_count = Int32(inputCount)
    return registers
  }

  /// Strides of a tensor broadcast to `shape`: 0 for repeated dimensions.
  static func strides(of input: [Int], in shape: [Int]) -> [Int] {
    let dense = input.denseStrides
    let extra = shape.count - input.count
    return shape.indices.map { $0 < extra || input[$0 - extra] == 1 ? 0 : dense[$0 - extra] }
  }

  /// `kept` is the buffer for a result that other kernels read too.
  mutating func emit(_ function: ElementwiseFunction, _ operands: [UInt8], kept: (type: DType, address: UnsafeMutableRawPointer)? = nil) -> UInt8? {
    if let kept {
      guard keptCount < Int(LOAM_MAX_KEPT) else { return nil }
      withUnsafeMutableBytes(of: &program.kept) {
        $0.assumingMemoryBound(to: LoamKept.self)[keptCount] = LoamKept(data: kept.address, type: kept.type.rawValue)
      }
      keptCount += 1
    }
    return emit(
      LoamInstruction(
        op: function.opcode, d: 0, a: operands.first ?? 0, b: operands.count > 1 ? operands[1] : 0,
        c: operands.count > 2 ? operands[2] : 0, keep: kept == nil ? 0 : UInt8(keptCount), value: 0))
  }

  mutating func constant(_ value: Double) -> UInt8? {
    emit(LoamInstruction(op: UInt8(LOAM_OP_CONSTANT), d: 0, a: 0, b: 0, c: 0, keep: 0, value: value))
  }

  private mutating func emit(_ instruction: LoamInstruction) -> UInt8? {
    guard codeCount < Int(LOAM_MAX_CODE), let register = free.popLast() else { return nil }
    var instruction = instruction
    instruction.d = register
    withUnsafeMutableBytes(of: &program.code) {
      $0.assumingMemoryBound(to: LoamInstruction.self)[codeCount] = instruction
    }
    codeCount += 1
    program.code_count = Int32(codeCount)
    return register
  }

  /// Frees a register. Input registers are read-only and stay allocated.
  mutating func release(_ register: UInt8) {
    if register >= UInt8(inputCount), !free.contains(register) { free.append(register) }
  }

  /// The program for a kernel that consumes its result.
  func program(_ result: UInt8) -> LoamElementwise {
    var program = program
    program.result = result
    return program
  }

  func step(_ name: String, _ result: UInt8, to context: LoweringContext) -> Step {
    var program = program(result)
    program.output = context.address
    program.output_type = context.type.dtype.rawValue
    let kernel = context.kernels.elementwise
    let step = Step(name, program, units: context.type.count, grain: 16_384) { arguments, begin, end in
      kernel?(arguments, Int64(begin), Int64(end))
    }
    step.tile = (1, 1)
    return step
  }
}
