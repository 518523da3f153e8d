import Diagnostics
import Engine
import Language
import Tensors

/// How a machine treats what may be unknown. In a run, which this class is, everything is known; `CheckPolicy` evaluates
/// shapes alone. The interpreter, the compiler and the built-ins ask these questions, and never which policy it is.
package class RunPolicy {
  package init() {}

  // MARK: Interpreter

  /// The direction of a branch on an unknown value; nil if the operands are known.
  func direction(_ frame: Activation, _ operands: Value...) -> Bool? { nil }
  /// The direction of a branch whose condition turned out to be unknown.
  func directionOfUnknown(_ frame: Activation) -> Bool { false }
  /// Executes an instruction on unknown operands. False if they are known.
  func executesUnknown(_ frame: Activation, _ machine: Machine) -> Bool { false }
  /// Whether a call takes place; otherwise its result is unknown.
  func allowsCall(of callee: Value, _ span: @autoclosure () -> Span?) -> Bool { true }
  /// Whether a model that is not built is called with something of unknown shape.
  func isUnknownCall(of model: Value, with argument: Value, _ machine: Machine) -> Bool { false }
  func enters(_ function: Prototype.Identity) {}
  /// The result of a built-in that is not run; nil if its body is.
  func result(of call: Call) throws -> Value? { nil }

  // MARK: Compiler

  /// Whether loops are compiled so that they can be cut short, and calls so that each can be refused.
  var boundsLoops: Bool { false }

  // MARK: Data

  /// Whether data can be read beyond headers and types.
  package var readsData: Bool { true }
  /// A tensor of data: read or computed by `make`, or known by its type alone.
  package func data(_ type: TensorType, _ engine: Engine, _ make: () throws -> Tensor) throws -> Node { engine.leaf(try make()) }
  /// Something that is only known in a run.
  package func note(_ text: String, at span: Span?) {}
}
