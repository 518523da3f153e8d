import Diagnostics
import Images
import Machine

/// `normal(mean, deviation)`: a distribution to draw from.
package final class NormalDistribution: Foreign {
  package let mean: Double
  package let deviation: Double

  package init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }

  package var typeName: String { "distribution" }
  package var text: String { "normal(\(mean), \(deviation))" }

  package func isEqual(to other: any Foreign, _ machine: Machine) -> Bool {
    guard let other = other as? NormalDistribution else { return false }
    return other.mean == mean && other.deviation == deviation
  }
}

extension Distribution: Literal {
  package var literal: String {
    switch self {
    case .constant(let number): number.literal
    case .uniform(let low, let high): "\(low.literal)..\(high.literal)"
    case .steps(let low, let step, let count): "\(low.literal)..\((low + step * Double(count)).literal) by \(step.literal)"
    case .choice(let numbers): "(\(numbers.map(\.literal).joined(separator: ", ")))"
    case .normal(let mean, let deviation): "normal(\(mean.literal), \(deviation.literal))"
    }
  }
}

extension Kind where Content == Distribution {
  /// Of real numbers: a range without a step is uniform.
  static var distribution: Kind {
    Kind("a finite number, a range such as -15..15, a list of finite numbers, or normal(mean, deviation)") { value, machine in
      Kind<Double>.number.accepts(value, machine) || value.tag == .range || value.tag == .list || value.foreign(as: NormalDistribution.self) != nil
    } read: { value, machine in
      if let normal = value.foreign(as: NormalDistribution.self) {
        return normal.mean.isFinite ? .normal(mean: normal.mean, deviation: normal.deviation) : nil
      }
      if value.tag == .range, !value.rangeHasStep { return try uniform(value, machine) }
      return try discrete(value, machine)
    }
  }

  /// Of integers; a range ends before its upper bound.
  static var countDistribution: Kind {
    Kind("an integer, a range of integers such as 1..5, or a list of integers") { value, machine in
      Kind<Int>.int.accepts(value, machine) || value.tag == .range || value.tag == .list
    } read: { value, machine in
      guard let distribution = try discrete(value, machine) else { return nil }
      let numbers =
        switch distribution {
        case .constant(let number): [number]
        case .choice(let numbers): numbers
        case .steps(let low, let step, _): [low, step]
        case .uniform, .normal: [Double]()
        }
      return numbers.allSatisfy { $0.isFinite && $0 == $0.rounded() } ? distribution : nil
    }
  }

  private static func uniform(_ range: Value, _ machine: Machine) throws -> Distribution? {
    let (low, high, _) = range.rangeBounds
    guard let low = low.number, let high = high.number, low.isFinite, high.isFinite else { return nil }
    guard low <= high else {
      throw Fault(
        MachineErrors.badArgument, "cannot draw from `\(try machine.text(range))`: its lower bound is greater than its upper bound",
        hint: "write the lower bound first")
    }
    return .uniform(low, high)
  }

  /// A number, a list of them, or the elements of a range.
  private static func discrete(_ value: Value, _ machine: Machine) throws -> Distribution? {
    switch value.tag {
    case .range:
      let (low, _, step) = value.rangeBounds
      let count = try machine.rangeCount(value)
      guard count > 0 else { throw Fault(MachineErrors.badArgument, "cannot draw from an empty range") }
      return .steps(low: low.number ?? 0, step: step.number ?? 1, count: count)
    case .list:
      let numbers = value.listItems.compactMap(\.number).filter(\.isFinite)
      return !numbers.isEmpty && numbers.count == value.listCount ? .choice(numbers) : nil
    default:
      guard let number = try machine.scalar(value).number, number.isFinite else { return nil }
      return .constant(number)
    }
  }
}
