import Diagnostics

/// One iteration of the fitting of a mixture, before it changes the parameters.
package struct FittingStep: Sendable, Equatable {
  /// The mean log density of a row, in nats: of its numbers as normal scores, of its classes as probabilities.
  package let logLikelihood: Double
  /// The same of rows that were left out; nil if there were none.
  package let heldOut: Double?

  /// The mean over several fittings; one that ended earlier counts with its last value.
  static func joined(_ runs: [[Double]], heldOut: [Double]) -> [FittingStep] {
    let mean = means(runs)
    return mean.indices.map { FittingStep(logLikelihood: mean[$0], heldOut: heldOut.isEmpty ? nil : heldOut[min($0, heldOut.count - 1)]) }
  }

  static func means(_ runs: [[Double]]) -> [Double] {
    let runs = runs.filter { !$0.isEmpty }
    let longest = runs.map(\.count).max() ?? 0
    return (0..<longest).map { iteration -> Double in
      let values = runs.map { $0[min(iteration, $0.count - 1)] }
      return values.reduce(0, +) / Double(values.count)
    }
  }
}

/// What a fitting does at the moment.
package struct FittingProgress: Sendable {
  package enum Stage: Sendable {
    /// A number of components is tried, by cross-validation.
    case trial(components: Int, part: Int, of: Int)
    /// One of the mixtures that are joined is fitted.
    case mixture(Int, of: Int)
  }

  let stage: Stage
  let iteration: Int
  let logLikelihood: Double

  /// Such as `6 components, part 2 of 3, iteration 12, log-likelihood -3.21`.
  package var text: String {
    let what =
      switch stage {
      case .trial(let components, let part, let count): "\(counted(components, "component")), " + (count > 1 ? "part \(part) of \(count), " : "")
      case .mixture(let run, let count): count > 1 ? "mixture \(run) of \(count), " : ""
      }
    return "\(what)iteration \(iteration), log-likelihood \(CellTexts.text(.number(logLikelihood)))"
  }
}
