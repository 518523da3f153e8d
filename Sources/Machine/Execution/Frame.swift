import Diagnostics

/// One activation of a function, from its call to its return. What the loop keeps in locals is
/// written here when it calls out; the slow paths know an instruction by its frame alone.
struct Frame {
  /// Behind the instruction that runs.
  var pc: UnsafePointer<UInt64>
  /// Register 0 of the window.
  var base: UnsafeMutableRawPointer
  var constants: UnsafeMutableRawPointer
  var closure: UnsafeMutablePointer<ClosureObject>
}

typealias Activation = UnsafeMutablePointer<Frame>

extension UnsafeMutablePointer where Pointee == Frame {
  /// The instruction that runs, and its operands.
  var word: UInt64 { (pointee.pc - 1).pointee }
  var op: Op { unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Op.self) }
  var a: Register { registerA(pointee.base, pointee.pc) }
  var b: Register { registerB(pointee.base, pointee.pc) }
  var c: Register { registerC(pointee.base, pointee.pc) }
  var constantB: Register { registerB(pointee.constants, pointee.pc) }
  var constantC: Register { registerC(pointee.constants, pointee.pc) }
  var wideConstant: Register { (pointee.constants + wide(pointee.pc) &* 16).to(Value.self) }

  var prototype: Prototype { pointee.closure.pointee.prototype.pointee.owner._withUnsafeGuaranteedRef { $0 } }

  /// The first byte above the window.
  var end: UnsafeMutableRawPointer { pointee.base + pointee.closure.pointee.prototype.pointee.windowBytes }

  /// Where the running instruction stands in its source.
  var span: Span? { prototype.span(before: pointee.pc) }
}
