import Tensors

/// The losses of a training: the mean of each over every whole epoch, and over what has been done of the epoch that has
/// begun.
package struct LossHistory {
  package typealias Losses = [(name: String, value: Double)]

  package struct Epoch {
    /// From 1.
    package let number: Int
    package let losses: Losses
  }

  package private(set) var epochs: [Epoch] = []
  /// Of the epoch that has begun: the sum of each loss over its examples, and how many there were.
  private var sums: Losses = []
  private var examples = 0

  package init() {}

  /// Where only the losses of the last epoch are known.
  package init(only losses: Losses, epoch: Int) {
    if !losses.isEmpty { epochs = [Epoch(number: epoch, losses: losses)] }
  }

  mutating func add(_ losses: Losses, examples count: Int) {
    if sums.count != losses.count || examples == 0 { sums = losses.map { ($0.name, 0) } }
    for (index, loss) in losses.enumerated() { sums[index].value += loss.value * Double(count) }
    examples += count
  }

  mutating func endEpoch(_ number: Int) {
    epochs.append(Epoch(number: number, losses: means))
    discardPartialEpoch()
  }

  /// Forgets what was done of an epoch that is not completed.
  mutating func discardPartialEpoch() { (sums, examples) = ([], 0) }

  /// Over what has been done of this epoch.
  var means: Losses { sums.map { ($0.name, $0.value / Double(max(examples, 1))) } }

  /// The latest that is known: of the epoch that has begun, else of the last whole one.
  package var latest: Losses { examples > 0 ? means : epochs.last?.losses ?? [] }
}

// In files.
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
