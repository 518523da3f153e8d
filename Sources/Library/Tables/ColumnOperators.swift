import Diagnostics
import Engine
import Language
import Machine
import Tables

// Operators between columns, and between a column and a value.
extension ColumnValue {
  package func applying(_ operation: ForeignOperator, _ operands: [Value], _ machine: Machine) throws -> Value? {
    // A comparison with `nothing` asks for gaps.
    if case .comparison(let comparison) = operation, comparison == .equal || comparison == .notEqual, operands.contains(where: { $0.tag == .nothing }) {
      guard isKnown else { throw UnknownValue() }
      let gaps = column.isGap
      return machine.make(foreign: ColumnValue(comparison == .equal ? gaps : try gaps.not()))
    }
    let operands = try operands.map { value -> Operand in
      if let other = value.foreign(as: ColumnValue.self) {
        guard other.isKnown else { throw UnknownValue() }
        return .column(other.column)
      }
      if value.tag == .tensor, value.node.type.rank == 1 { return .column(try machine.column("", value, count: nil)) }
      guard let cell = try machine.cell(value) else {
        throw Fault(MachineErrors.badOperand, "`\(operation.text)` cannot be applied to a column and \(machine.describe(value))")
      }
      return .cell(cell)
    }
    let result: Column?
    switch operation {
    case .binary(let binary): result = try ColumnArithmetic(rawValue: binary.rawValue).map { try Column.arithmetic($0, operands[0], operands[1]) }
    case .comparison(let comparison): result = try ColumnComparison(rawValue: comparison.rawValue).map { try Column.compare($0, operands[0], operands[1]) }
    case .and: result = try Column.and(operands[0], operands[1])
    case .or: result = try Column.or(operands[0], operands[1])
    case .not: result = try column.not()
    case .negate: result = try column.negated()
    }
    return result.map { machine.make(foreign: ColumnValue($0)) }
  }
}
