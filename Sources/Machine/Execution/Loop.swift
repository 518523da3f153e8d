import Diagnostics
import Language

typealias Raw = UnsafeMutableRawPointer
typealias Register = UnsafeMutablePointer<Value>
typealias Counter = UnsafePointer<UInt64>

@inline(__always) func registerA(_ base: Raw, _ word: UInt64) -> Register {
  (base + Int(truncatingIfNeeded: (word >> 16) & 0xFFFF)).to(Value.self)
}
@inline(__always) func registerB(_ base: Raw, _ word: UInt64) -> Register {
  (base + Int(truncatingIfNeeded: (word >> 32) & 0xFFFF)).to(Value.self)
}
@inline(__always) func registerC(_ base: Raw, _ word: UInt64) -> Register {
  (base + Int(truncatingIfNeeded: word >> 48)).to(Value.self)
}
@inline(__always) func rawB(_ word: UInt64) -> Int { Int(truncatingIfNeeded: (word >> 32) & 0xFFFF) }
@inline(__always) func rawC(_ word: UInt64) -> Int { Int(truncatingIfNeeded: word >> 48) }
@inline(__always) func wide(_ word: UInt64) -> Int { Int(Int32(truncatingIfNeeded: word >> 32)) }

/// Copies tag and bits apart, so that no padding is moved.
@inline(__always) private func copy(_ from: Register, _ to: Register) {
  let (tag, bits) = (from.pointee.tag, from.pointee.bits)
  to.pointee.tag = tag
  to.pointee.bits = bits
}

extension Machine {
  /// Runs a closure whose window lies at `entryBase`, register 0 and the arguments in place, until
  /// it returns into register 0. Integer pairs, then float pairs are done here; all else is slow.
  @inline(never)
  func run(_ entry: UnsafeMutablePointer<ClosureObject>, at entryBase: Raw) throws {
    var closure = entry
    var base = entryBase
    var constants = entry.pointee.prototype.pointee.constants
    var pc = Counter(entry.pointee.prototype.pointee.code)
    let entryFrame = frameTop
    var frame = frameTop
    let interrupt = effects.cancellation.flag

    while true {
      running: while true {
        let word = pc.pointee
        pc += 1
        switch unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Op.self) {
        case .move: copy(registerB(base, word), registerA(base, word))
        case .loadConstant:
          registerA(base, word).pointee = (constants + wide(word) &* 16).to(Value.self).pointee
        case .loadInt: registerA(base, word).pointee = Value(wide(word))
        case .loadNothing: registerA(base, word).pointee = .nothing
        case .loadTruth: registerA(base, word).pointee = Value(rawB(word) != 0)
        case .loadUndefined: registerA(base, word).pointee = .undefined
        case .loadEllipsis: registerA(base, word).pointee = Value(tag: .ellipsis, bits: 0)

        case .getGlobal:
          let module = closure.pointee.prototype.pointee.module
          let id = wide(word)
          if id < module.pointee.count {
            let slot = module.pointee.globals + id
            if slot.pointee.tag != .undefined {
              copy(slot, registerA(base, word))
              continue running
            }
          }
          if !loadLibraryName(registerA(base, word), Symbol(id: Int32(truncatingIfNeeded: id)), closure, base) { break running }
        case .setGlobal:
          let value = registerA(base, word).pointee
          slot(Symbol(id: Int32(truncatingIfNeeded: wide(word))), in: closure.pointee.prototype.pointee.module).pointee = value
        case .getCapture:
          registerA(base, word).pointee = ClosureObject.captures(closure)[rawB(word)].pointee.value
        case .newCell:
          registerA(base, word).pointee = heap.cell(registerB(base, word).pointee)
          collectIfNeeded(windowEnd(base, closure))
        case .getCell: registerA(base, word).pointee = registerB(base, word).pointee.asCell.pointee.value
        case .setCell: registerA(base, word).pointee.asCell.pointee.value = registerB(base, word).pointee
        case .checkAssigned:
          if registerA(base, word).pointee.tag == .undefined {
            failUnassigned(Symbol(id: Int32(truncatingIfNeeded: wide(word))))
            break running
          }

        case .add:
          if !arithmetic(
            .add, registerA(base, word), registerB(base, word), registerC(base, word), pc, closure, base, { $0.addingReportingOverflow($1) }, { $0 + $1 })
          {
            break running
          }
        case .addK:
          if !arithmetic(
            .add, registerA(base, word), registerB(base, word), registerC(constants, word), pc, closure, base, { $0.addingReportingOverflow($1) }, { $0 + $1 })
          {
            break running
          }
        case .subtract:
          if !arithmetic(
            .subtract, registerA(base, word), registerB(base, word), registerC(base, word), pc, closure, base, { $0.subtractingReportingOverflow($1) },
            { $0 - $1 })
          {
            break running
          }
        case .subtractK:
          if !arithmetic(
            .subtract, registerA(base, word), registerB(base, word), registerC(constants, word), pc, closure, base, { $0.subtractingReportingOverflow($1) },
            { $0 - $1 })
          {
            break running
          }
        case .multiply:
          if !arithmetic(
            .multiply, registerA(base, word), registerB(base, word), registerC(base, word), pc, closure, base, { $0.multipliedReportingOverflow(by: $1) },
            { $0 * $1 })
          {
            break running
          }
        case .multiplyK:
          if !arithmetic(
            .multiply, registerA(base, word), registerB(base, word), registerC(constants, word), pc, closure, base, { $0.multipliedReportingOverflow(by: $1) },
            { $0 * $1 })
          {
            break running
          }
        case .divide, .divideK:
          let b = registerB(base, word)
          let c = UInt8(truncatingIfNeeded: word) == Op.divide.rawValue ? registerC(base, word) : registerC(constants, word)
          if b.pointee.tag == .float, c.pointee.tag == .float, c.pointee.double != 0 {
            registerA(base, word).pointee = Value(b.pointee.double / c.pointee.double)
            continue running
          }
          if !slowBinary(.divide, registerA(base, word), b.pointee, c.pointee, pc, closure, base) { break running }
        case .floorDivide, .floorDivideK:
          let b = registerB(base, word)
          let c = UInt8(truncatingIfNeeded: word) == Op.floorDivide.rawValue ? registerC(base, word) : registerC(constants, word)
          if b.pointee.tag == .int, c.pointee.tag == .int, c.pointee.bits > 0 {
            let (quotient, rest) = b.pointee.bits.quotientAndRemainder(dividingBy: c.pointee.bits)
            registerA(base, word).pointee = Value(rest < 0 ? quotient &- 1 : quotient)
            continue running
          }
          if !slowBinary(.floorDivide, registerA(base, word), b.pointee, c.pointee, pc, closure, base) { break running }
        case .remainder, .remainderK:
          let b = registerB(base, word)
          let c = UInt8(truncatingIfNeeded: word) == Op.remainder.rawValue ? registerC(base, word) : registerC(constants, word)
          if b.pointee.tag == .int, c.pointee.tag == .int, c.pointee.bits > 0 {
            let rest = b.pointee.bits % c.pointee.bits
            registerA(base, word).pointee = Value(rest < 0 ? rest &+ c.pointee.bits : rest)
            continue running
          }
          if !slowBinary(.remainder, registerA(base, word), b.pointee, c.pointee, pc, closure, base) { break running }
        case .power:
          if !slowBinary(.power, registerA(base, word), registerB(base, word).pointee, registerC(base, word).pointee, pc, closure, base) { break running }
        case .matrix:
          if !slowBinary(.matrix, registerA(base, word), registerB(base, word).pointee, registerC(base, word).pointee, pc, closure, base) { break running }
        case .negate:
          let b = registerB(base, word)
          if b.pointee.tag == .int, b.pointee.bits != .min {
            registerA(base, word).pointee = Value(0 &- b.pointee.bits)
          } else if b.pointee.tag == .float {
            registerA(base, word).pointee = Value(-b.pointee.double)
          } else if !slowUnary(.negate, registerA(base, word), b.pointee, pc, closure, base) {
            break running
          }
        case .not:
          let b = registerB(base, word)
          if b.pointee.isBoolean {
            registerA(base, word).pointee = Value(b.pointee.tag == .false)
          } else if !slowUnary(.not, registerA(base, word), b.pointee, pc, closure, base) {
            break running
          }

        case .equal:
          if !slowComparison(.equal, registerA(base, word), registerB(base, word).pointee, registerC(base, word).pointee, pc, closure, base) { break running }
        case .notEqual:
          if !slowComparison(.notEqual, registerA(base, word), registerB(base, word).pointee, registerC(base, word).pointee, pc, closure, base) {
            break running
          }
        case .less:
          if !slowComparison(.less, registerA(base, word), registerB(base, word).pointee, registerC(base, word).pointee, pc, closure, base) { break running }
        case .lessEqual:
          if !slowComparison(.lessEqual, registerA(base, word), registerB(base, word).pointee, registerC(base, word).pointee, pc, closure, base) {
            break running
          }

        case .jumpLess:
          if !compareAndJump(.less, registerA(base, word), registerB(base, word), when: true, &pc, word, closure, base, { $0 < $1 }, { $0 < $1 }) {
            break running
          }
        case .jumpNotLess:
          if !compareAndJump(.less, registerA(base, word), registerB(base, word), when: false, &pc, word, closure, base, { $0 < $1 }, { $0 < $1 }) {
            break running
          }
        case .jumpLessEqual:
          if !compareAndJump(.lessEqual, registerA(base, word), registerB(base, word), when: true, &pc, word, closure, base, { $0 <= $1 }, { $0 <= $1 }) {
            break running
          }
        case .jumpNotLessEqual:
          if !compareAndJump(.lessEqual, registerA(base, word), registerB(base, word), when: false, &pc, word, closure, base, { $0 <= $1 }, { $0 <= $1 }) {
            break running
          }
        case .jumpLessK:
          if !compareAndJump(.less, registerA(base, word), registerB(constants, word), when: true, &pc, word, closure, base, { $0 < $1 }, { $0 < $1 }) {
            break running
          }
        case .jumpNotLessK:
          if !compareAndJump(.less, registerA(base, word), registerB(constants, word), when: false, &pc, word, closure, base, { $0 < $1 }, { $0 < $1 }) {
            break running
          }
        case .jumpLessEqualK:
          if !compareAndJump(.lessEqual, registerA(base, word), registerB(constants, word), when: true, &pc, word, closure, base, { $0 <= $1 }, { $0 <= $1 }) {
            break running
          }
        case .jumpNotLessEqualK:
          if !compareAndJump(.lessEqual, registerA(base, word), registerB(constants, word), when: false, &pc, word, closure, base, { $0 <= $1 }, { $0 <= $1 }) {
            break running
          }
        case .jumpGreaterK:
          if !compareAndJump(.less, registerB(constants, word), registerA(base, word), when: true, &pc, word, closure, base, { $0 < $1 }, { $0 < $1 }) {
            break running
          }
        case .jumpNotGreaterK:
          if !compareAndJump(.less, registerB(constants, word), registerA(base, word), when: false, &pc, word, closure, base, { $0 < $1 }, { $0 < $1 }) {
            break running
          }
        case .jumpGreaterEqualK:
          if !compareAndJump(.lessEqual, registerB(constants, word), registerA(base, word), when: true, &pc, word, closure, base, { $0 <= $1 }, { $0 <= $1 }) {
            break running
          }
        case .jumpNotGreaterEqualK:
          if !compareAndJump(.lessEqual, registerB(constants, word), registerA(base, word), when: false, &pc, word, closure, base, { $0 <= $1 }, { $0 <= $1 }) {
            break running
          }
        case .jumpEqual, .jumpNotEqual, .jumpEqualK, .jumpNotEqualK:
          let op = UInt8(truncatingIfNeeded: word)
          let isConstant = op == Op.jumpEqualK.rawValue || op == Op.jumpNotEqualK.rawValue
          let a = registerA(base, word), b = isConstant ? registerB(constants, word) : registerB(base, word)
          var truth: Int
          if a.pointee.tag == .int, b.pointee.tag == .int {
            truth = a.pointee.bits == b.pointee.bits ? 1 : 0
          } else {
            truth = compareSlow(.equal, a.pointee, b.pointee, pc, closure, base)
            if truth < 0 { break running }
          }
          let wanted = op == Op.jumpEqual.rawValue || op == Op.jumpEqualK.rawValue ? 1 : 0
          if truth == wanted { pc += Int(Int64(bitPattern: word) >> 48) }
        case .jumpIf, .jumpUnless:
          let a = registerA(base, word).pointee
          var truth = a.tag == .true ? 1 : 0
          if !a.isBoolean {
            truth = truthSlow(a)
            if truth < 0 { break running }
          }
          if truth == (UInt8(truncatingIfNeeded: word) == Op.jumpIf.rawValue ? 1 : 0) { pc += Int(Int64(bitPattern: word) >> 48) }
        case .jumpIfDefined:
          if registerA(base, word).pointee.tag != .undefined { pc += Int(Int64(bitPattern: word) >> 48) }
        case .jump: pc += wide(word)
        case .loop:
          pc += wide(word)
          if interrupt.pointee != 0 {
            failInterrupted()
            break running
          }
        case .shortAnd, .shortOr:
          let a = registerA(base, word).pointee
          let stops: Tag = UInt8(truncatingIfNeeded: word) == Op.shortAnd.rawValue ? .false : .true
          if a.tag == stops {
            pc += Int(Int64(bitPattern: word) >> 48)
          } else if !a.isBoolean, a.tag != .tensor {
            failOperand(a, UInt8(truncatingIfNeeded: word) == Op.shortAnd.rawValue ? "and" : "or")
            break running
          }
        case .both:
          if !joinTruths(.and, registerA(base, word), registerB(base, word).pointee, registerC(base, word).pointee, pc, closure, base) { break running }
        case .either:
          if !joinTruths(.or, registerA(base, word), registerB(base, word).pointee, registerC(base, word).pointee, pc, closure, base) { break running }

        case .list:
          registerA(base, word).pointee = heap.list(registerB(base, word), count: rawC(word))
          collectIfNeeded(windowEnd(base, closure))
        case .append:
          heap.append(registerB(base, word).pointee, to: registerA(base, word).pointee.asList)
        case .brackets:
          if !makeBrackets(registerA(base, word), registerB(base, word), rawC(word), pc, closure, base) { break running }
        case .record:
          makeRecord(registerA(base, word), registerB(base, word), rawC(word), closure)
          collectIfNeeded(windowEnd(base, closure))
        case .range, .slice:
          let isRange = UInt8(truncatingIfNeeded: word) == Op.range.rawValue
          if !makeRange(registerA(base, word), registerB(base, word), isRange ? .range : .slice, base, closure) { break running }
        case .getIndex:
          let b = registerB(base, word), c = registerC(base, word)
          if b.pointee.tag == .list, c.pointee.tag == .int {
            let list = b.pointee.asList
            if UInt(bitPattern: c.pointee.bits) < UInt(bitPattern: list.pointee.count) {
              copy(list.pointee.items + c.pointee.bits, registerA(base, word))
              continue running
            }
          }
          if !slowIndex(registerA(base, word), b.pointee, c, 1, pc, closure, base) { break running }
        case .getIndexMany:
          let count = Int(truncatingIfNeeded: (word >> 8) & 0xFF)
          if !slowIndex(registerA(base, word), registerB(base, word).pointee, registerC(base, word), count, pc, closure, base) { break running }
        case .setIndex:
          let a = registerA(base, word), b = registerB(base, word)
          if a.pointee.tag == .list, b.pointee.tag == .int {
            let list = a.pointee.asList
            if UInt(bitPattern: b.pointee.bits) < UInt(bitPattern: list.pointee.count) {
              copy(registerC(base, word), list.pointee.items + b.pointee.bits)
              continue running
            }
          }
          if !slowSetIndex(a, b, 1, registerC(base, word).pointee, pc, closure, base) { break running }
        case .setIndexMany:
          let count = rawC(word)
          let operands = registerB(base, word)
          if !slowSetIndex(registerA(base, word), operands, count, operands[count], pc, closure, base) { break running }
        case .getField:
          if !getField(registerA(base, word), registerB(base, word).pointee, Word.symbol(of: word), pc, closure, base) { break running }
        case .setField:
          if !setField(registerA(base, word), Word.symbol(of: word), registerB(base, word).pointee) { break running }
        case .own:
          let a = registerA(base, word)
          if a.pointee.isHeap, a.pointee.header.pointee.isShared { copyShallow(a, base, closure) }
        case .share:
          let a = registerA(base, word).pointee
          if a.isHeap { a.header.pointee.isShared = true }

        case .call:
          let a = registerA(base, word)
          if a.pointee.tag == .closure {
            let callee = a.pointee.asClosure
            let layout = callee.pointee.prototype
            if rawB(word) == layout.pointee.parameterCount, layout.pointee.requiredCount >= 0 {
              frame.pointee.pc = pc
              frame.pointee.base = base
              frame.pointee.closure = closure
              frame += 1
              base = Raw(a)
              closure = callee
              constants = layout.pointee.constants
              pc = Counter(layout.pointee.code)
              if base + layout.pointee.windowBytes > stackEnd || frame >= framesEnd {
                failRecursion()
                break running
              }
              continue running
            }
          }
          fallthrough
        case .callNamed:
          let a = registerA(base, word)
          frameTop = frame
          let names = UInt8(truncatingIfNeeded: word) == Op.callNamed.rawValue ? rawC(word) : nil
          switch slowCall(a, rawB(word), names, pc, closure, base) {
          case .done: break
          case .failed: break running
          case .enter(let callee):
            frame.pointee = Frame(pc: pc, base: base, closure: closure)
            frame += 1
            base = Raw(a)
            closure = callee
            constants = callee.pointee.prototype.pointee.constants
            pc = Counter(callee.pointee.prototype.pointee.code)
            if base + callee.pointee.prototype.pointee.windowBytes > stackEnd || frame >= framesEnd {
              failRecursion()
              break running
            }
          }
        case .returnValue, .returnNothing:
          let result = base.to(Value.self)
          if UInt8(truncatingIfNeeded: word) == Op.returnValue.rawValue {
            copy(registerA(base, word), result)
          } else {
            result.pointee = .nothing
          }
          if frame == entryFrame {
            frameTop = entryFrame
            return
          }
          frame -= 1
          pc = frame.pointee.pc
          base = frame.pointee.base
          closure = frame.pointee.closure
          constants = closure.pointee.prototype.pointee.constants

        case .closure:
          makeClosure(registerA(base, word), rawB(word), base, closure)
          collectIfNeeded(windowEnd(base, closure))
        case .blueprint:
          makeBlueprint(registerA(base, word), registerB(base, word), rawC(word))
          collectIfNeeded(windowEnd(base, closure))
        case .forPrepare:
          if !forPrepare(registerA(base, word)) { break running }
        case .forNext:
          // [0] the counter or position, [1] the last or the sequence, [2] the step, [3] the element.
          let a = registerA(base, word)
          if a[2].tag == .int {
            let (next, overflow) = a[0].bits.addingReportingOverflow(a[2].bits)
            if !overflow, a[2].bits > 0 ? next < a[1].bits : next > a[1].bits {
              a[0].bits = next
              a[3] = Value(next)
              pc += wide(word)
              if interrupt.pointee != 0 {
                failInterrupted()
                break running
              }
            }
          } else {
            let more = forNextSlow(a, pc, closure, base)
            if more < 0 { break running }
            if more == 1 {
              pc += wide(word)
              if interrupt.pointee != 0 {
                failInterrupted()
                break running
              }
            }
          }
        case .unpack:
          if !unpack(registerA(base, word), registerB(base, word).pointee, rawC(word), pc, closure, base) { break running }
        case .interpolate:
          if !interpolate(registerA(base, word), registerB(base, word), rawC(word), base, closure) { break running }
        case .format:
          if !format(registerA(base, word), registerB(base, word).pointee, (constants + rawC(word) &* 16).to(Value.self).pointee, base, closure) {
            break running
          }
        case .expect:
          if !checkExpectation(registerA(base, word).pointee, registerB(base, word).pointee, registerC(base, word).pointee, pc, closure) { break running }
        case .caught:
          registerA(base, word).pointee = takeCaught()
          collectIfNeeded(windowEnd(base, closure))
        case .importFile:
          if !runImport(registerA(base, word), (constants + wide(word) &* 16).to(Value.self).pointee, pc, closure, base) { break running }
        case .fieldScope: enterField(base.to(Value.self).pointee, Symbol(id: Int32(truncatingIfNeeded: wide(word))))
        case .setState:
          if !setState(registerA(base, word).pointee, Word.symbol(of: word), registerB(base, word).pointee) { break running }
        }
      }

      // A fault: to the nearest handler within this run, or out of it.
      // (Passing the locals by reference would keep them in memory, and the loop half as fast.)
      guard let handler = unwind(frame, Frame(pc: pc, base: base, closure: closure), entryFrame) else {
        frameTop = entryFrame
        throw takeFault()
      }
      frame = handler.top
      pc = handler.frame.pc
      base = handler.frame.base
      closure = handler.frame.closure
      constants = closure.pointee.prototype.pointee.constants
    }
  }

  /// Integer pairs without overflow and float pairs here, all else out of line.
  @inline(__always)
  private func arithmetic(
    _ operation: BinaryOperator, _ result: Register, _ a: Register, _ b: Register, _ pc: Counter,
    _ closure: UnsafeMutablePointer<ClosureObject>, _ base: Raw, _ integers: (Int, Int) -> (partialValue: Int, overflow: Bool),
    _ floats: (Double, Double) -> Double
  ) -> Bool {
    if a.pointee.tag == .int, b.pointee.tag == .int {
      let (value, overflow) = integers(a.pointee.bits, b.pointee.bits)
      if !overflow {
        result.pointee = Value(value)
        return true
      }
    } else if a.pointee.tag == .float, b.pointee.tag == .float {
      result.pointee = Value(floats(a.pointee.double, b.pointee.double))
      return true
    }
    return slowBinary(operation, result, a.pointee, b.pointee, pc, closure, base)
  }

  /// Jumps where the comparison comes out as `truth`; false for a fault.
  @inline(__always)
  private func compareAndJump(
    _ comparison: ComparisonOperator, _ a: Register, _ b: Register, when truth: Bool, _ pc: inout Counter, _ word: UInt64,
    _ closure: UnsafeMutablePointer<ClosureObject>, _ base: Raw, _ integers: (Int, Int) -> Bool, _ floats: (Double, Double) -> Bool
  ) -> Bool {
    let result: Bool
    if a.pointee.tag == .int, b.pointee.tag == .int {
      result = integers(a.pointee.bits, b.pointee.bits)
    } else if a.pointee.tag == .float, b.pointee.tag == .float {
      result = floats(a.pointee.double, b.pointee.double)
    } else {
      let answer = compareSlow(comparison, a.pointee, b.pointee, pc, closure, base)
      if answer < 0 { return false }
      result = answer == 1
    }
    if result == truth { pc += Int(Int64(bitPattern: word) >> 48) }
    return true
  }

  @inline(__always)
  func windowEnd(_ base: Raw, _ closure: UnsafeMutablePointer<ClosureObject>) -> Raw {
    base + closure.pointee.prototype.pointee.windowBytes
  }
}
