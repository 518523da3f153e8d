import CKernels
import Diagnostics
import Tensors

/// A function of one to three arguments, applied elementwise. Inputs are broadcast as in NumPy.
package struct Elementwise: Operation {
  package let function: ElementwiseFunction

  package init(_ function: ElementwiseFunction) { self.function = function }

  package var name: String { function.name }

  package func infer(_ inputs: [TensorType]) throws(Fault) -> TensorType {
    var shape = inputs[0].shape
    for input in inputs.dropFirst() {
      guard let joined = Shapes.broadcast(shape, input.shape) else {
        throw Fault(
          TensorErrors.shapes,
          "incompatible shapes for `\(name)`: \(inputs[0].description) and \(input.description)",
          hint: Elementwise.hint(inputs[0].shape, input.shape))
      }
      shape = joined
    }
    return TensorType(function.result(inputs.map(\.dtype)), shape)
  }

  /// Names the dimensions that differ, starting from the last, as broadcasting does.
  private static func hint(_ a: [Int], _ b: [Int]) -> String {
    for offset in 1...max(1, min(a.count, b.count)) where offset <= min(a.count, b.count) {
      let (x, y) = (a[a.count - offset], b[b.count - offset])
      if x != y, x != 1, y != 1 {
        return "shapes are compared from the last dimension: \(x) and \(y) differ, and neither is 1"
      }
    }
    return "shapes are compared from the last dimension"
  }

  /// The type in which the kernel computes.
  package func computeType(_ inputs: [DType]) -> DType {
    if case .cast(let to) = function.kind { return max(to.arithmetic, inputs[0].arithmetic) }
    let promoted = function.operands(inputs).reduce(DType.bool) { $0.promoted(with: $1) }
    return function.needsFloat ? promoted.floating : promoted.arithmetic
  }

  package func operationCount(_ inputs: [TensorType], _ output: TensorType) -> Int {
    Int(function.opcode) == LOAM_OP_COPY ? 0 : output.count
  }

  package func gradient(_ rule: GradientRule) throws -> [Term?] {
    guard rule.output.dtype.isFloat else { return rule.inputs.map { _ in nil } }
    return try function.gradient(rule)
  }

  /// Unfused, an elementwise operation is a chain of length one.
  package func lower(_ context: LoweringContext) -> [Step] {
    var chain = FusedChain(compute: computeType(context.inputs.map(\.type.dtype)), shape: context.type.shape)
    guard let inputs = chain.load(context.inputs), let result = chain.emit(function, inputs) else { return [] }
    return [chain.step(name, result, to: context)]
  }
}

/// An elementwise function: name, kernel opcode, result type and gradient. Functions of the same name and kind are equal.
package struct ElementwiseFunction: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case ordinary
    case cast(DType)
  }

  enum Result: Sendable {
    /// The promoted type, with u8 and bool as i32.
    case arithmetic
    /// f64 if an input is f64, otherwise f32.
    case floating
    case boolean
    /// The promoted type of the last two inputs, unchanged.
    case branches
    /// The promoted type of all inputs, unchanged.
    case same
  }

  package let name: String
  let opcode: UInt8
  let resultRule: Result
  let kind: Kind
  let gradient: @Sendable (GradientRule) throws -> [Term?]

  init(
    _ name: String, _ opcode: Int, _ result: Result = .arithmetic, kind: Kind = .ordinary,
    gradient: @escaping @Sendable (GradientRule) throws -> [Term?] = { $0.inputs.map { _ in nil } }
  ) {
    self.name = name
    self.opcode = UInt8(opcode)
    resultRule = result
    self.kind = kind
    self.gradient = gradient
  }

  package static func == (a: ElementwiseFunction, b: ElementwiseFunction) -> Bool {
    a.name == b.name && a.kind == b.kind
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(kind)
  }

  var needsFloat: Bool { resultRule == .floating }

  /// Takes one or two instructions per vector.
  var isCheap: Bool {
    switch Int(opcode) {
    case LOAM_OP_COPY, LOAM_OP_ADD, LOAM_OP_SUBTRACT, LOAM_OP_MULTIPLY, LOAM_OP_MINIMUM, LOAM_OP_MAXIMUM, LOAM_OP_EQUAL, LOAM_OP_NOT_EQUAL,
      LOAM_OP_LESS, LOAM_OP_LESS_EQUAL, LOAM_OP_AND, LOAM_OP_OR, LOAM_OP_SELECT, LOAM_OP_NEGATE, LOAM_OP_ABSOLUTE, LOAM_OP_NOT, LOAM_OP_SQUARE,
      LOAM_OP_RELU, LOAM_OP_MASKED_MULTIPLY:
      true
    default: false
    }
  }

  /// The inputs whose types determine the compute type; a mask does not.
  func operands(_ inputs: [DType]) -> [DType] { resultRule == .branches ? Array(inputs.dropFirst()) : inputs }

  func result(_ inputs: [DType]) -> DType {
    if case .cast(let to) = kind { return to }
    let promoted = operands(inputs).reduce(DType.bool) { $0.promoted(with: $1) }
    switch resultRule {
    case .arithmetic: return promoted.arithmetic
    case .floating: return promoted.floating
    case .boolean: return .bool
    case .branches, .same: return promoted
    }
  }
}
