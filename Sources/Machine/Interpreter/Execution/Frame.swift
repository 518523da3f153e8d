import Diagnostics

/// An activation of a function. The interpreter loop keeps `pc` in a local, and writes it here before it calls a slow path,
/// which finds the instruction through the frame.
struct Frame {
  /// The instruction after the running one.
  var pc: UnsafePointer<UInt64>
  /// Register 0 of the window.
  var base: UnsafeMutableRawPointer
  var constants: UnsafeMutableRawPointer
  var closure: UnsafeMutablePointer<ClosureObject>
}

typealias Activation = UnsafeMutablePointer<Frame>

extension UnsafeMutablePointer where Pointee == Frame {
  /// The running instruction and its operands.
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

  /// The source range of the running instruction.
  var span: Span? { prototype.span(before: pointee.pc) }
}
