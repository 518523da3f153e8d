import DataSets
import Effects
import Engine
import Images
import Tensors

/// What was learnt by one training, in a cache: a checkpoint for each number of epochs that it was run for.
/// A training is known by what it computes, not by the words of a program: a longer one finds the shorter one, which
/// went the same way, and goes on from there to the same bits.
final class KeptTraining {
  private let cache: any Cache
  private let clock: any Clock
  private let key: String
  private let start: Double
  /// What goes on from a kept training is worth keeping, however short the rest is.
  private var isContinued = false
  /// When a checkpoint was kept last in this training, and of which epoch.
  private var last: (seconds: Double, epoch: Int?)

  /// So much is lost at most when the machine is switched off.
  private static let interval = 30.0

  init(_ cache: any Cache, _ clock: any Clock, hash: UInt64) {
    self.cache = cache
    self.clock = clock
    let digits = String(hash, radix: 16)
    key = String(repeating: "0", count: 16 - digits.count) + digits
    start = clock.seconds
    last = (start, nil)
  }

  private func name(_ epoch: Int) -> String { "\(key)-\(epoch)" }

  /// The furthest that is known up to an epoch, and beyond another.
  func latest(upTo last: Int, beyond first: Int) -> Checkpoint? {
    let epochs = cache.names(beginningWith: key + "-").compactMap { Int($0.dropFirst(key.count + 1)) }
    for epoch in epochs.sorted(by: >) where epoch <= last && epoch > first {
      if let bytes = cache.read(name(epoch)), let checkpoint = Checkpoint(bytes), checkpoint.position.epoch == epoch {
        isContinued = true
        return checkpoint
      }
    }
    return nil
  }

  /// Keeps where the training stands at its end, and from time to time before.
  func epochEnded(_ epoch: Int, isLast: Bool, _ paths: [String], _ checkpoint: () -> Checkpoint) {
    let now = clock.seconds
    guard isLast ? isContinued || now - start >= cache.leastSeconds : now - last.seconds >= KeptTraining.interval else { return }
    cache.keep(checkpoint().bytes(naming: paths), as: name(epoch))
    if let earlier = last.epoch { cache.forget(name(earlier)) }
    last = (now, epoch)
  }
}

// What a training depends on. Of everything that may be there more or less often, the number comes first.
extension Hash64 {
  mutating func combine(count: Int) { combine(UInt64(count)) }

  /// All but how long it goes on, and what it is called.
  mutating func combine(_ settings: TrainingSettings) {
    combine(count: settings.batch)
    combine(count: settings.optimizers.count)
    for (part, optimizer) in settings.optimizers.sorted(by: { $0.key < $1.key }) { combine("\(part): \(optimizer)") }
    combine(count: settings.updates.count)
    for (part, count) in settings.updates.sorted(by: { $0.key < $1.key }) { combine("\(part): \(count)") }
    combine(settings.seed)
    combine(settings.key)
  }

  mutating func combine(_ position: TrainingPosition) {
    var notes = ByteWriter()
    position.put(in: &notes)
    notes.bytes.withUnsafeBytes { combine($0) }
  }

  /// What a data set draws its pixels from: the same numbers come of it in every epoch.
  mutating func combine(_ set: DataSet, _ engine: Engine) throws {
    switch set.source {
    case .dense(let tensor): combine(tensor)
    case .ragged(let pictures):
      combine(count: pictures.count)
      for picture in pictures { combine(picture) }
    case .files:
      combine(count: set.source.count)
      for start in stride(from: 0, to: set.source.count, by: 256) {
        for picture in try set.source.items(Array(start..<min(set.source.count, start + 256)), engine) { combine(picture) }
      }
    case .rows(let rows): combine(rows.numbers)
    }
    combine(count: set.entries.count)
    for entry in set.entries {
      combine(UInt64(bitPattern: Int64(entry.item)) << 33 | UInt64(entry.copy) << 1 | (entry.isOriginal ? 1 : 0))
    }
    combine(set.recipe)
  }

  mutating func combine(_ recipe: Recipe) {
    combine(count: recipe.steps.count)
    for step in recipe.steps { combine("\(step)") }
  }

  mutating func combine(_ buffer: ParameterBuffer) {
    combine(count: buffer.slots.count)
    for slot in buffer.slots { combine("\(slot.path) \(slot.part) \(slot.type)") }
    for storage in [buffer.values, buffer.first, buffer.second] {
      combine(UnsafeRawBufferPointer(start: storage.bytes, count: buffer.count * 4))
    }
  }
}

extension GraphHash {
  /// `states`: the memory of all states, in their order.
  mutating func combine(_ step: TracedStep, states: [Storage]) {
    combine(step.losses.count)
    for loss in step.losses {
      combine(loss.part.map { "part \($0)" } ?? "the loss")
      combine(loss.value)
      combine(loss.gradients.count)
      for gradient in loss.gradients {
        combine(gradient.slot)
        combine(gradient.node)
      }
    }
    combine(step.states.count)
    for state in step.states {
      combine(states.firstIndex { $0 === state.storage } ?? -1)
      combine(state.afterUpdates ? "after the updates" : "before the updates")
      combine(state.value)
    }
  }
}
