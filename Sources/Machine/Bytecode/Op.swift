/// The instructions of the register machine.
///
/// An instruction has 64 bits: operation 8, `x` 8, `a` 16, `b` 16, `c` 16. Registers and constants in `a`, `b`, `c` are
/// byte offsets (16 bytes each), so that no scaling is needed at run time. A wide operand takes `b` and `c` together (32
/// bits); a symbol takes `x` and `c` (24 bits). A jump's distance is relative to the next instruction, and in `c` for
/// conditional jumps.
///
/// In the effects below, A, B and C are the registers that the operands address; K(C) is a constant; W is the wide operand;
/// S is the symbol; `a`, `b`, `c`, `x` are operands that are numbers.
enum Op: UInt8 {
  // Loads and names                        Effect
  case move  // A B                         A = B
  case moveShared  // A B                   A = B, marked as shared
  case loadConstant  // A W                 A = K(W)
  case loadInt  // A W                      A = the integer W
  case loadNothing  // A                    A = nothing
  case loadBoolean  // A b                  A = (b != 0)
  case loadUndefined  // A                  A = undefined: an argument that is left out
  case loadEllipsis  // A                   A = the subscript `...`
  case loadSpilled  // A W                  A = window[W]: a register beyond the 4,095 that operands reach
  case storeSpilled  // A W                 window[W] = A
  case getGlobal  // A W                    A = the module's or the library's variable of symbol W
  case setGlobal  // A W                    the module's variable of symbol W = A
  case getCapture  // A b                   A = the value in the closure's cell b
  case newCell  // A B                      A = a new cell that holds B
  case getCell  // A B                      A = the value in cell B
  case setCell  // A B                      the value in cell A = B
  case checkAssigned  // A W                fault if A is undefined; W is the symbol of the name

  // Arithmetic
  case add, subtract, multiply, divide, floorDivide, remainder, power, matrix  // A B C    A = B op C
  case addK, subtractK, multiplyK, divideK, floorDivideK, remainderK  // A B C x           A = B op K(C); K(C) op B if x is 1
  case negate, not  // A B                  A = op B
  case equal, notEqual, less, lessEqual  // A B C                                          A = B op C

  // Jumps, by c unless noted; backward ones check for an interrupt
  case jumpLess, jumpNotLess, jumpLessEqual, jumpNotLessEqual, jumpEqual, jumpNotEqual  // A B c   if A op B: pc += c
  case jumpLessK, jumpNotLessK, jumpLessEqualK, jumpNotLessEqualK  // A B c                        if A op K(B): pc += c
  case jumpGreaterK, jumpNotGreaterK, jumpGreaterEqualK, jumpNotGreaterEqualK  // A B c            if A op K(B): pc += c
  case jumpEqualK, jumpNotEqualK  // A B c  if A op K(B): pc += c
  case jumpIf  // A c                       if A: pc += c
  case jumpUnless  // A c                   if not A: pc += c
  case jumpIfDefined  // A c                if A is not undefined: pc += c
  case jump  // W                           pc += W
  case loop  // W                           pc += W, backward
  case shortAnd  // A c                     if A is false: pc += c; fault unless A is a boolean or a tensor
  case shortOr  // A c                      if A is true: pc += c; fault unless A is a boolean or a tensor
  case both, either  // A B C               A = B and C, A = B or C, elementwise

  // Values with parts
  case list  // A B c                       A = the list of c values from B on
  case push  // A B                         if B is `append` and A a list that is not shared: append B[2] to A, pc += 3
  case append  // A B                       append B to the new list A
  case brackets  // A B c                   A = the tensor or list of c values from B on; of the list B if c is 0xFFFF
  case record  // A B c                     A = the record of shape c with the values from B on
  case range  // A B                        A = the range of B, B[1], B[2]
  case slice  // A B                        A = the slice of B, B[1], B[2]
  case getIndex  // A B C                   A = B[C]
  case getIndexMany  // A B C x             A = B[the x subscripts from C on]
  case setIndex  // A B C                   A[B] = C; A is copied if it is shared
  case setIndexMany  // A B c               A[the c subscripts from B on] = the register after them
  case getField  // A B S                   A = B.S
  case setField  // A B S                   A.S = B
  case ensureUnique  // A                   A = a copy of A if A is shared
  case markShared  // A                     marks A as shared

  // Calls
  case call  // A b c                       A = A(b arguments after A); c is 1 if the result replaces the first one
  case callNamed  // A b c                  the same with arguments by name, of call shape c
  case returnValue  // A                    return A
  case returnNothing  //                    return nothing
  case closure  // A b                      A = a closure of the function's inner function b
  case blueprint  // A B c                  A = a model's blueprint: its body B and the c functions after it

  // Loops and the rest
  case forPrepare  // A                     prepares A, A[1], A[2] for iterating over the sequence A
  case forNext  // A B c                    if there is a next element: B = it, pc += c
  case unpack  // A B c                     A, A[1], ... = the c elements of B
  case interpolate  // A B c                A = the string of c parts from B on
  case format  // A B C                     A = B as the format code C asks
  case expect  // A B C                     fault if A is false; B, C: the sides of a comparison, or undefined
  case caught  // A                         A = the error that was caught, as a record
  case importFile  // A W                   A = the module of the file K(W)
  case fieldScope  // W                     the fields that follow belong to symbol W
  case setState  // B S                     the model's state S = B

  // Only in checked programs
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
