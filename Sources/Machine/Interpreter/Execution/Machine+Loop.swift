import Diagnostics
import Language

extension Machine {
  /// Runs a closure whose window is at `entryBase`, with register 0 and the arguments set, until it returns its result in
  /// register 0. Pairs of integers and pairs of floats have fast paths here; all else is in slow paths.
  ///
  /// The four locals stay in machine registers. Everything that is not needed for each instruction is in the frame, from
  /// which the slow paths decode the instruction again.
  @inline(never)
  func run(_ entry: UnsafeMutablePointer<ClosureObject>, at entryBase: Raw) throws {
    let entryFrame = frameTop + 1
    var frame = entryFrame
    var base = entryBase
    var constants = entry.pointee.prototype.pointee.constants
    var pc = Counter(entry.pointee.prototype.pointee.code)
    frame.pointee = Frame(pc: pc, base: base, constants: constants, closure: entry)

    while true {
      running: while true {
        let op = UnsafeRawPointer(pc).load(as: UInt8.self)
        pc += 1
        switch unsafeBitCast(op, to: Op.self) {
        case .move: copy(registerB(base, pc), registerA(base, pc))
        case .moveShared:
          let a = registerA(base, pc)
          copy(registerB(base, pc), a)
          if a.pointee.isHeap { a.pointee.header.pointee.isShared = true }
        case .loadConstant: copy((constants + wide(pc) &* 16).to(Value.self), registerA(base, pc))
        case .loadInt: registerA(base, pc).pointee = Value(wide(pc))
        case .loadNothing: registerA(base, pc).pointee = .nothing
        case .loadBoolean: registerA(base, pc).pointee = Value(rawB(pc) != 0)
        case .loadUndefined: registerA(base, pc).pointee = .undefined
        case .loadEllipsis: registerA(base, pc).pointee = Value(tag: .ellipsis, bits: 0)
        case .loadSpilled: copy((base + wide(pc) &* 16).to(Value.self), registerA(base, pc))
        case .storeSpilled: copy(registerA(base, pc), (base + wide(pc) &* 16).to(Value.self))

        case .getGlobal:
          let slot = Module.globals(constants) + wide(pc)
          if slot.pointee.tag != .undefined {
            copy(slot, registerA(base, pc))
            continue running
          }
          let known = library.globals + wide(pc)
          if known.pointee.tag != .undefined {
            copy(known, registerA(base, pc))
            continue running
          }
          frame.pointee.pc = pc
          if !loadLibraryName(frame) { break running }
        case .setGlobal: copy(registerA(base, pc), Module.globals(constants) + wide(pc))
        case .getCapture:
          registerA(base, pc).pointee = ClosureObject.captures(frame.pointee.closure)[rawB(pc)].pointee.value
        case .newCell:
          registerA(base, pc).pointee = heap.cell(registerB(base, pc).pointee)
          collectIfNeeded(frame)
        case .getCell: registerA(base, pc).pointee = registerB(base, pc).pointee.asCell.pointee.value
        case .setCell: registerA(base, pc).pointee.asCell.pointee.value = registerB(base, pc).pointee
        case .checkAssigned:
          if registerA(base, pc).pointee.tag == .undefined {
            failUnassigned(Symbol(id: Int32(truncatingIfNeeded: wide(pc))))
            break running
          }
        case .add:
          if !arithmetic(registerA(base, pc), registerB(base, pc), registerC(base, pc), { $0.addingReportingOverflow($1) }, { $0 + $1 }) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .addK:
          if !arithmetic(registerA(base, pc), registerB(base, pc), registerC(constants, pc), { $0.addingReportingOverflow($1) }, { $0 + $1 }) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .subtract:
          if !arithmetic(registerA(base, pc), registerB(base, pc), registerC(base, pc), { $0.subtractingReportingOverflow($1) }, { $0 - $1 }) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .subtractK:
          if !arithmetic(registerA(base, pc), registerB(base, pc), registerC(constants, pc), { $0.subtractingReportingOverflow($1) }, { $0 - $1 }) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .multiply:
          if !arithmetic(registerA(base, pc), registerB(base, pc), registerC(base, pc), { $0.multipliedReportingOverflow(by: $1) }, { $0 * $1 }) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .multiplyK:
          if !arithmetic(registerA(base, pc), registerB(base, pc), registerC(constants, pc), { $0.multipliedReportingOverflow(by: $1) }, { $0 * $1 }) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .divide:
          if !divide(registerA(base, pc), registerB(base, pc), registerC(base, pc)) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .divideK:
          if !divide(registerA(base, pc), registerB(base, pc), registerC(constants, pc)) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .floorDivide:
          if !floorDivide(registerA(base, pc), registerB(base, pc), registerC(base, pc)) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .floorDivideK:
          if !floorDivide(registerA(base, pc), registerB(base, pc), registerC(constants, pc)) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .remainder:
          if !remainder(registerA(base, pc), registerB(base, pc), registerC(base, pc)) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .remainderK:
          if !remainder(registerA(base, pc), registerB(base, pc), registerC(constants, pc)) {
            frame.pointee.pc = pc
            if !slowBinary(frame) { break running }
          }
        case .power, .matrix:
          frame.pointee.pc = pc
          if !slowBinary(frame) { break running }
        case .negate:
          let b = registerB(base, pc)
          if b.pointee.tag == .int, b.pointee.bits != .min {
            registerA(base, pc).pointee = Value(0 &- b.pointee.bits)
          } else if b.pointee.tag == .float {
            registerA(base, pc).pointee = Value(-b.pointee.double)
          } else {
            frame.pointee.pc = pc
            if !slowUnary(frame) { break running }
          }
        case .not:
          let b = registerB(base, pc)
          if b.pointee.isBoolean {
            registerA(base, pc).pointee = Value(b.pointee.tag == .false)
          } else {
            frame.pointee.pc = pc
            if !slowUnary(frame) { break running }
          }

        case .less:
          let outcome = less(registerB(base, pc), registerC(base, pc))
          if outcome >= 0 {
            registerA(base, pc).pointee = Value(outcome == 1)
            continue running
          }
          frame.pointee.pc = pc
          if !slowComparison(frame) { break running }
        case .equal, .notEqual, .lessEqual:
          frame.pointee.pc = pc
          if !slowComparison(frame) { break running }
        case .jumpLess: if !jump(if: 1, less(registerA(base, pc), registerB(base, pc)), frame, &pc) { break running }
        case .jumpNotLess: if !jump(if: 0, less(registerA(base, pc), registerB(base, pc)), frame, &pc) { break running }
        case .jumpLessEqual: if !jump(if: 1, lessEqual(registerA(base, pc), registerB(base, pc)), frame, &pc) { break running }
        case .jumpNotLessEqual: if !jump(if: 0, lessEqual(registerA(base, pc), registerB(base, pc)), frame, &pc) { break running }
        case .jumpLessK: if !jump(if: 1, less(registerA(base, pc), registerB(constants, pc)), frame, &pc) { break running }
        case .jumpNotLessK: if !jump(if: 0, less(registerA(base, pc), registerB(constants, pc)), frame, &pc) { break running }
        case .jumpLessEqualK: if !jump(if: 1, lessEqual(registerA(base, pc), registerB(constants, pc)), frame, &pc) { break running }
        case .jumpNotLessEqualK: if !jump(if: 0, lessEqual(registerA(base, pc), registerB(constants, pc)), frame, &pc) { break running }
        case .jumpGreaterK: if !jump(if: 1, less(registerB(constants, pc), registerA(base, pc)), frame, &pc) { break running }
        case .jumpNotGreaterK: if !jump(if: 0, less(registerB(constants, pc), registerA(base, pc)), frame, &pc) { break running }
        case .jumpGreaterEqualK: if !jump(if: 1, lessEqual(registerB(constants, pc), registerA(base, pc)), frame, &pc) { break running }
        case .jumpNotGreaterEqualK: if !jump(if: 0, lessEqual(registerB(constants, pc), registerA(base, pc)), frame, &pc) { break running }
        case .jumpEqual: if !jump(if: 1, equal(registerA(base, pc), registerB(base, pc)), frame, &pc) { break running }
        case .jumpNotEqual: if !jump(if: 0, equal(registerA(base, pc), registerB(base, pc)), frame, &pc) { break running }
        case .jumpEqualK: if !jump(if: 1, equal(registerA(base, pc), registerB(constants, pc)), frame, &pc) { break running }
        case .jumpNotEqualK: if !jump(if: 0, equal(registerA(base, pc), registerB(constants, pc)), frame, &pc) { break running }
        case .jumpIf: if !jump(if: 1, registerA(base, pc), frame, &pc) { break running }
        case .jumpUnless: if !jump(if: 0, registerA(base, pc), frame, &pc) { break running }
        case .jumpIfDefined:
          if registerA(base, pc).pointee.tag != .undefined { pc += distance(pc) }
        case .jump: pc += wide(pc)
        case .loop:
          if interrupt.pointee != 0, shouldStop() { break running }
          pc += wide(pc)
        case .shortAnd, .shortOr:
          let a = registerA(base, pc).pointee
          let stops: Tag = op == Op.shortAnd.rawValue ? .false : .true
          if a.tag == stops {
            pc += distance(pc)
          } else if !a.isBoolean, a.tag != .tensor, a.tag != .unknown, a.tag != .foreign {
            failOperand(a, op == Op.shortAnd.rawValue ? "and" : "or")
            break running
          }
        case .both, .either:
          frame.pointee.pc = pc
          if !combineBooleans(frame) { break running }

        case .list:
          registerA(base, pc).pointee = heap.list(registerB(base, pc), count: rawC(pc))
          collectIfNeeded(frame)
        case .push:
          // If `append` is the built-in and the list is not shared, skips the call that follows.
          let a = registerA(base, pc), b = registerB(base, pc)
          if b.pointee.tag == .builtin, b.pointee.bits == appendNumber, a.pointee.tag == .list {
            let list = a.pointee.asList
            let count = list.pointee.count
            if count < list.pointee.capacity {
              if b[2].isHeap { b[2].header.pointee.isShared = true }
              if !list.pointee.header.isShared {
                copy(b + 2, list.pointee.items + count)
                list.pointee.count = count &+ 1
                pc += 3
              }
            }
          }
        case .append:
          heap.append(registerB(base, pc).pointee, to: registerA(base, pc).pointee.asList)
        case .brackets:
          frame.pointee.pc = pc
          if !makeBrackets(frame) { break running }
        case .record:
          frame.pointee.pc = pc
          makeRecord(frame)
        case .range, .slice:
          frame.pointee.pc = pc
          if !makeRange(frame) { break running }
        case .getIndex:
          let b = registerB(base, pc), c = registerC(base, pc)
          if b.pointee.tag == .list, c.pointee.tag == .int {
            let list = b.pointee.asList
            if UInt(bitPattern: c.pointee.bits) < UInt(bitPattern: list.pointee.count) {
              copy(list.pointee.items + c.pointee.bits, registerA(base, pc))
              continue running
            }
          }
          frame.pointee.pc = pc
          if !slowIndex(frame) { break running }
        case .getIndexMany:
          frame.pointee.pc = pc
          if !slowIndex(frame) { break running }
        case .setIndex:
          let a = registerA(base, pc), b = registerB(base, pc)
          if a.pointee.tag == .list, b.pointee.tag == .int {
            let list = a.pointee.asList
            if UInt(bitPattern: b.pointee.bits) < UInt(bitPattern: list.pointee.count), !list.pointee.header.isShared {
              copy(registerC(base, pc), list.pointee.items + b.pointee.bits)
              continue running
            }
          }
          frame.pointee.pc = pc
          if !slowSetIndex(frame) { break running }
        case .setIndexMany:
          frame.pointee.pc = pc
          if !slowSetIndex(frame) { break running }
        case .getField:
          frame.pointee.pc = pc
          if !getField(frame) { break running }
        case .setField:
          frame.pointee.pc = pc
          if !setField(frame) { break running }
        case .ensureUnique:
          let a = registerA(base, pc)
          if a.pointee.isHeap, a.pointee.header.pointee.isShared {
            frame.pointee.pc = pc
            if !copyShared(frame) { break running }
          }
        case .markShared:
          let a = registerA(base, pc)
          if a.pointee.isHeap { a.pointee.header.pointee.isShared = true }

        case .call, .callNamed:
          let a = registerA(base, pc)
          var callee: UnsafeMutablePointer<ClosureObject>
          frame.pointee.pc = pc
          // Recursion without a loop is interrupted here.
          if interrupt.pointee != 0, shouldStop() { break running }
          if a.pointee.tag == .closure, a.pointee.asClosure.pointee.prototype.pointee.parameterCount == rawB(pc) {
            callee = a.pointee.asClosure
          } else {
            switch slowCall(frame) {
            case .done: continue running
            case .failed: break running
            case .enter(let closure): callee = closure
            }
          }
          let layout = callee.pointee.prototype
          base = Raw(a)
          if base + layout.pointee.windowBytes > stackEnd, !extendStack(to: base + layout.pointee.windowBytes) {
            failRecursion()
            break running
          }
          frame += 1
          constants = layout.pointee.constants
          pc = Counter(layout.pointee.code)
          frame.pointee.base = base
          frame.pointee.constants = constants
          frame.pointee.closure = callee
        case .returnValue, .returnNothing:
          if op == Op.returnValue.rawValue {
            copy(registerA(base, pc), base.to(Value.self))
          } else {
            base.to(Value.self).pointee = .nothing
          }
          if frame == entryFrame {
            frameTop = entryFrame - 1
            return
          }
          frame -= 1
          pc = frame.pointee.pc
          base = frame.pointee.base
          constants = frame.pointee.constants

        case .closure:
          makeClosure(registerA(base, pc), rawB(pc), frame)
          collectIfNeeded(frame)
        case .blueprint:
          models.makeBlueprint(in: registerA(base, pc), from: registerB(base, pc), methodCount: rawC(pc))
          collectIfNeeded(frame)
        case .forPrepare:
          frame.pointee.pc = pc
          if !forPrepare(frame) { break running }
        case .forNext:
          // [0] counter or index, [1] remaining iterations or sequence, [2] step.
          let a = registerA(base, pc)
          if interrupt.pointee != 0, shouldStop() { break running }
          if a[2].tag == .int {
            if a[1].bits != 0 {
              a[1].bits &-= 1
              let next = a[0].bits &+ a[2].bits
              a[0].bits = next
              registerB(base, pc).pointee = Value(next)
              pc += distance(pc)
            }
          } else {
            frame.pointee.pc = pc
            let more = forNextSlow(frame)
            if more < 0 { break running }
            if more == 1 { pc += distance(pc) }
          }
        case .unpack:
          frame.pointee.pc = pc
          if !unpack(frame) { break running }
        case .interpolate:
          frame.pointee.pc = pc
          if !interpolate(frame) { break running }
        case .format:
          frame.pointee.pc = pc
          if !format(frame) { break running }
        case .expect:
          frame.pointee.pc = pc
          if !checkExpectation(frame) { break running }
        case .caught:
          registerA(base, pc).pointee = consumeCaught()
          collectIfNeeded(frame)
        case .importFile:
          frame.pointee.pc = pc
          if !runImport(frame) { break running }
        case .fieldScope: models.enterField(Symbol(id: Int32(truncatingIfNeeded: wide(pc))), of: base.to(Value.self).pointee)
        case .checkLoopTest, .checkForNext, .checkJoin, .checkGlobal:
          frame.pointee.pc = pc
          let outcome = checkInstruction(frame)
          if outcome < 0 { break running }
          if outcome == 0 { pc += distance(pc) }
        case .setState:
          frame.pointee.pc = pc
          if !models.setState(Word.symbol(of: pc[-1]), of: registerA(base, pc).pointee, to: registerB(base, pc).pointee) { break running }
        }
      }

      // A fault: continue at the nearest handler within this run, or throw.
      frame.pointee.pc = pc
      guard let handler = unwind(frame, entryFrame) else {
        frameTop = entryFrame - 1
        throw consumeFault()
      }
      frame = handler
      pc = frame.pointee.pc
      base = frame.pointee.base
      constants = frame.pointee.constants
    }
  }
}
