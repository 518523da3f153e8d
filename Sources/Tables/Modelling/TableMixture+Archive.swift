import Tensors

extension TableMixture {
  package func write(to writer: inout ByteWriter) {
    coding.write(to: &writer)
    writer.put(mixture.count)
    for numbers in [mixture.weights, mixture.means, mixture.covariances] + mixture.classLogs { writer.put(numbers) { $0.put($1) } }
    writer.put(tried) { writer, trial in
      writer.put(trial.components)
      writer.put(trial.logLikelihood)
    }
    writer.put(steps) { writer, step in
      writer.put(step.logLikelihood)
      // No density is infinite, so this is one that was not measured.
      writer.put(step.heldOut ?? .infinity)
    }
  }

  /// Reads what `write` wrote. The bytes are untrusted: every size and index is checked.
  package init(from reader: inout ByteReader) throws {
    let coding = try TableCoding(from: &reader)
    let mixture = try Mixture(from: &reader, width: coding.scoreColumns.count, classCounts: coding.classCounts)
    let tried = try reader.items { try Trial(components: $0.int(), logLikelihood: $0.double()) }
    let steps = try reader.items { reader in
      let (logLikelihood, heldOut) = (try reader.double(), try reader.double())
      return FittingStep(logLikelihood: logLikelihood, heldOut: heldOut == .infinity ? nil : heldOut)
    }
    self.init(coding: coding, mixture: mixture, tried: tried, steps: steps)
  }
}

extension Mixture {
  fileprivate init(from reader: inout ByteReader, width: Int, classCounts: [Int]) throws {
    let count = try reader.int()
    guard (1...1 << 16).contains(count) else { throw ByteReader.Malformed() }
    func numbers(_ expected: Int) throws -> [Double] {
      let numbers = try reader.items { try $0.double() }
      guard numbers.count == expected, numbers.allSatisfy(\.isFinite) else { throw ByteReader.Malformed() }
      return numbers
    }
    let weights = try numbers(count)
    guard weights.allSatisfy({ $0 >= 0 }), weights.contains(where: { $0 > 0 }) else { throw ByteReader.Malformed() }
    self.init(
      count: count, width: width, classCounts: classCounts, weights: weights, means: try numbers(count * width),
      covariances: try numbers(count * width * width), classLogs: try classCounts.map { try numbers($0 * count) })
  }
}
