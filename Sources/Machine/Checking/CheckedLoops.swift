import Diagnostics
import Engine

// Loops are followed iteration by iteration while the budget lasts. If the number of iterations is unknown, the body is
// followed once, and the results of zero iterations and of one are joined.
extension Machine {
  /// Flag of a loop that was cut short by the budget; the flag is `true` if the number of iterations is unknown.
  static let cut = 1

  /// Executes the instructions that only checked programs have. Returns 1 to continue, 0 to leave a loop, -1 on a fault.
  @inline(never)
  func checkInstruction(_ frame: Activation) -> Int {
    if interrupt.pointee != 0, shouldStop() { return -1 }
    switch frame.op {
    case .checkLoopTest: return checkLoopTest(frame)
    case .checkForNext: return checkForNext(frame)
    case .checkJoin: checkJoin(frame)
    default: frame.a.pointee = Module.globals(frame.pointee.constants)[wide(frame.pointee.pc)]
    }
    return 1
  }

  /// Joins a variable's values from before and after a loop that was not followed to its end.
  private func checkJoin(_ frame: Activation) {
    let (before, end) = (frame.b.pointee, frame.c.pointee)
    if end.tag == .true {
      frame.a.pointee = join(before, frame.a.pointee)
    } else if end.tag == .int {
      frame.a.pointee = joinAfterCut(before, frame.a.pointee)
    }
  }

  /// The test of a `while`. Returns 1 to continue, 0 to leave, -1 on a fault. Register b is the loop's flag.
  private func checkLoopTest(_ frame: Activation) -> Int {
    guard let checking = policy as? CheckPolicy else { return 0 }
    let condition = frame.a.pointee
    guard checking.spend(frame.span) else {
      frame.b.pointee = Value(Machine.cut)
      return 0
    }
    do {
      frameTop = frame
      if condition.tag != .unknown { return try boolean(condition) ? 1 : 0 }
    } catch is UnknownValue {
    } catch {
      fail(error)
      return -1
    }
    if frame.b.pointee.tag == .true { return 0 }
    frame.b.pointee = Value(true)
    return 1
  }

  /// The next iteration of a `for`. Returns 1 with the element in register b, 0 to leave, -1 on a fault. The fifth register
  /// of the loop's state is its flag.
  private func checkForNext(_ frame: Activation) -> Int {
    guard let checking = policy as? CheckPolicy else { return 0 }
    let a = frame.a
    guard checking.spend(frame.span) else {
      a[4] = Value(Machine.cut)
      return 0
    }
    if a[1].tag == .unknown {
      if a[4].tag == .true { return 0 }
      a[4] = Value(true)
      frame.b.pointee = .unknown
      return 1
    }
    guard a[2].tag == .int else { return forNextSlow(frame) }
    guard a[1].bits > 0 else { return 0 }
    a[1].bits -= 1
    a[0].bits &+= a[2].bits
    frame.b.pointee = a[0]
    return 1
  }
}
