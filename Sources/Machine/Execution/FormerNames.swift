// Former names that the built-ins' interface still uses.
extension Machine {
  package func truth(_ value: Value) throws -> Bool { try boolean(value) }

  var statementDeeds: StatementEffects {
    get { recordedEffects }
    set { recordedEffects = newValue }
  }
}

extension Machine.StatementEffects {
  static var acted: Self { sideEffect }
}
