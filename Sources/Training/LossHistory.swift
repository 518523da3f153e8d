import Tensors

/// The losses of a training: the mean of each over every complete epoch, and over the current partial epoch.
package struct LossHistory {
  package typealias Losses = [(name: String, value: Double)]

  package struct Epoch {
    /// Counted from 1.
    package let number: Int
    package let losses: Losses
  }

  package private(set) var epochs: [Epoch] = []
  /// Sums of the losses over the examples of the current epoch, and the number of examples.
  private var sums: Losses = []
  private var examples = 0

  package init() {}

  /// A history that starts with the losses of the last epoch.
  package init(only losses: Losses, epoch: Int) {
    if !losses.isEmpty { epochs = [Epoch(number: epoch, losses: losses)] }
  }

  mutating func add(_ losses: Losses, examples count: Int) {
    if sums.count != losses.count || examples == 0 { sums = losses.map { ($0.name, 0) } }
    for (index, loss) in losses.enumerated() { sums[index].value += loss.value * Double(count) }
    examples += count
  }

  /// `measured`: what was measured at its end, on other examples.
  mutating func endEpoch(_ number: Int, _ measured: Losses = []) {
    epochs.append(Epoch(number: number, losses: means + measured))
    discardPartialEpoch()
  }

  /// Discards the losses of the current partial epoch.
  mutating func discardPartialEpoch() { (sums, examples) = ([], 0) }

  /// Mean losses of the current partial epoch.
  var means: Losses { sums.map { ($0.name, $0.value / Double(max(examples, 1))) } }

  /// Mean losses of the current partial epoch, or else of the last complete one.
  package var latest: Losses { examples > 0 ? means : epochs.last?.losses ?? [] }
}

// Serialisation.
extension LossHistory {
  package func put(in writer: inout ByteWriter) {
    writer.put(epochs) { writer, epoch in
      writer.put(epoch.number)
      writer.put(losses: epoch.losses)
    }
    writer.put(losses: sums)
    writer.put(examples)
  }

  package init(_ reader: inout ByteReader) throws {
    epochs = try reader.items { Epoch(number: try $0.count(), losses: try $0.losses()) }
    sums = try reader.losses()
    examples = try reader.count()
  }
}

extension ByteWriter {
  package mutating func put(losses: LossHistory.Losses) {
    put(losses) { notes, loss in
      notes.put(loss.name)
      notes.put(loss.value)
    }
  }
}

extension ByteReader {
  package mutating func losses() throws -> LossHistory.Losses { try items { (name: try $0.text(), value: try $0.double()) } }
}
