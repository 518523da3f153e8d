/// The instructions of the register machine.
///
/// An instruction has 64 bits: operation 8, `x` 8, `a` 16, `b` 16, `c` 16. Registers and constants in `a`, `b`, `c` are
/// byte offsets (16 bytes each), so that no scaling is needed at run time. A wide operand takes `b` and `c` together (32
/// bits); a symbol takes `x` and `c` (24 bits). A jump's distance is relative to the next instruction, and in `c` for
/// conditional jumps.
enum Op: UInt8 {
  case move, loadConstant, loadInt, loadNothing, loadBoolean, loadUndefined, loadEllipsis
  case loadFar, storeFar
  case getGlobal, setGlobal, getCapture, newCell, getCell, setCell, checkAssigned
  case add, subtract, multiply, divide, floorDivide, remainder, power, matrix
  case addK, subtractK, multiplyK, divideK, floorDivideK, remainderK
  case negate, not
  case equal, notEqual, less, lessEqual
  case jumpLess, jumpNotLess, jumpLessEqual, jumpNotLessEqual, jumpEqual, jumpNotEqual
  case jumpLessK, jumpNotLessK, jumpLessEqualK, jumpNotLessEqualK
  case jumpGreaterK, jumpNotGreaterK, jumpGreaterEqualK, jumpNotGreaterEqualK
  case jumpEqualK, jumpNotEqualK
  case jumpIf, jumpUnless, jumpIfDefined, jump, loop
  case shortAnd, shortOr, both, either
  case list, push, append, brackets, record, range, slice
  case getIndex, getIndexMany, setIndex, setIndexMany, getField, setField
  case own, share
  case call, callNamed, returnValue, returnNothing
  case closure, blueprint
  case forPrepare, forNext, unpack
  case interpolate, format
  case expect, caught, importFile, fieldScope, setState
  /// Only in checked programs.
  case checkLoopTest, checkForNext, checkJoin, checkGlobal
}

/// Encodes and decodes instruction words.
enum Word {
  /// Flag in the argument count of a `callNamed`, so that the count never equals a number of parameters.
  static let named = 0x8000

  static func make(_ op: Op, a: Int = 0, b: Int = 0, c: Int = 0, x: Int = 0) -> UInt64 {
    UInt64(op.rawValue) | UInt64(UInt8(truncatingIfNeeded: x)) << 8 | UInt64(UInt16(truncatingIfNeeded: a)) << 16
      | UInt64(UInt16(truncatingIfNeeded: b)) << 32 | UInt64(UInt16(truncatingIfNeeded: c)) << 48
  }

  static func wide(_ op: Op, a: Int = 0, _ value: Int) -> UInt64 {
    make(op, a: a) | UInt64(UInt32(truncatingIfNeeded: value)) << 32
  }

  static func symbol(_ op: Op, a: Int, b: Int = 0, _ symbol: Symbol) -> UInt64 {
    make(op, a: a, b: b, c: Int(symbol.id) & 0xFFFF, x: Int(symbol.id) >> 16)
  }

  @inline(__always) static func symbol(of word: UInt64) -> Symbol {
    Symbol(id: Int32(truncatingIfNeeded: (word >> 48) | ((word >> 8) & 0xFF) << 16))
  }
}
