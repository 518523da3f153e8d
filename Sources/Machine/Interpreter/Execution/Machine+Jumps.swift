extension Machine {
  /// Executes a short jump. A backward jump checks for an interrupt; returns false if there is one.
  @inline(__always)
  func jump(_ pc: inout Counter) -> Bool {
    let distance = distance(pc)
    if distance < 0, interrupt.pointee != 0, shouldStop() { return false }
    pc += distance
    return true
  }

  /// Jumps if a comparison has this outcome. Where its fast path failed (-1), the values are compared out of line. Returns
  /// false where that fails.
  @inline(__always)
  func jump(if wanted: Int, _ outcome: Int, _ frame: Activation, _ pc: inout Counter) -> Bool {
    var outcome = outcome
    if outcome < 0 {
      frame.pointee.pc = pc
      outcome = compareSlow(frame)
      if outcome < 0 { return false }
    }
    return outcome != wanted || jump(&pc)
  }

  /// Jumps if a condition has this outcome.
  @inline(__always)
  func jump(if wanted: Int, _ condition: Register, _ frame: Activation, _ pc: inout Counter) -> Bool {
    let tag = condition.pointee.tag
    var outcome = tag == .true ? 1 : 0
    if tag != .true, tag != .false {
      frame.pointee.pc = pc
      outcome = conditionSlow(frame)
      if outcome < 0 { return false }
    }
    return outcome != wanted || jump(&pc)
  }
}
