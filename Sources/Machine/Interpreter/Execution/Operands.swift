typealias Raw = UnsafeMutableRawPointer
typealias Register = UnsafeMutablePointer<Value>
typealias Counter = UnsafePointer<UInt64>

// The operands of the instruction before `pc`. Each is loaded separately, in one machine instruction; shifting and masking
// the whole word would take three.

@inline(__always) private func operand<T: BitwiseCopyable>(_ pc: Counter, _ offset: Int, _ type: T.Type) -> T {
  (UnsafeRawPointer(pc) - 8).load(fromByteOffset: offset, as: type)
}
@inline(__always) func registerA(_ base: Raw, _ pc: Counter) -> Register { (base + Int(operand(pc, 2, UInt16.self))).to(Value.self) }
@inline(__always) func registerB(_ base: Raw, _ pc: Counter) -> Register { (base + Int(operand(pc, 4, UInt16.self))).to(Value.self) }
@inline(__always) func registerC(_ base: Raw, _ pc: Counter) -> Register { (base + Int(operand(pc, 6, UInt16.self))).to(Value.self) }
@inline(__always) func rawB(_ pc: Counter) -> Int { Int(operand(pc, 4, UInt16.self)) }
@inline(__always) func rawC(_ pc: Counter) -> Int { Int(operand(pc, 6, UInt16.self)) }
@inline(__always) func rawX(_ pc: Counter) -> Int { Int(operand(pc, 1, UInt8.self)) }
@inline(__always) func wide(_ pc: Counter) -> Int { Int(operand(pc, 4, Int32.self)) }
@inline(__always) func distance(_ pc: Counter) -> Int { Int(operand(pc, 6, Int16.self)) }

/// Copies tag and bits separately, which avoids moving the padding.
@inline(__always) func copy(_ from: Register, _ to: Register) {
  let (tag, bits) = (from.pointee.tag, from.pointee.bits)
  to.pointee.tag = tag
  to.pointee.bits = bits
}
