import DataSets
import Effects
import Engine
import Images
import Tensors

/// The checkpoints of one training in a cache: one at the end and, while it runs, at intervals. A training is identified
/// by what it computes, not by the program text: a longer training resumes from a shorter one with the same steps, and
/// results in the same bits.
final class CheckpointStore {
  private let cache: any Cache
  private let clock: any Clock
  private let key: String
  /// Identifies this training, run by this program.
  private let identity: String
  private let start: Double
  /// Whether the training was resumed; its end is then saved, however short the rest is.
  private var isContinued = false
  private var lastSeconds: Double
  /// Time to save the last checkpoint, in seconds.
  private var cost = 0.0
  /// The entry that the next checkpoint replaces.
  private var lastName: String?

  init(_ cache: any Cache, _ clock: any Clock, hash: Hash128) {
    self.cache = cache
    self.clock = clock
    identity = "training \(hash.text) by \(cache.build)"
    key = Hash128.of(identity).text
    start = clock.seconds
    lastSeconds = start
  }

  private func name(_ position: TrainingPosition) -> String { "\(key)-\(position.epoch)-\(position.offset)" }

  /// The latest checkpoint after `position` and not after `lastEpoch`.
  func latest(upTo lastEpoch: Int, beyond position: TrainingPosition) -> Checkpoint? {
    let places = cache.names(beginningWith: key + "-").compactMap { name -> (epoch: Int, offset: Int)? in
      let numbers = name.dropFirst(key.count + 1).split(separator: "-").map { Int($0) }
      guard numbers.count == 2, let epoch = numbers[0], let offset = numbers[1] else { return nil }
      return (epoch, offset)
    }
    for place in places.sorted(by: { $0 > $1 }) {
      guard place <= (lastEpoch, 0), place > (position.epoch, position.offset) else { continue }
      let name = "\(key)-\(place.epoch)-\(place.offset)"
      guard let bytes = cache.read(name), let checkpoint = Checkpoint(bytes, of: identity), checkpoint.position.epoch == place.epoch,
        checkpoint.position.offset == place.offset
      else { continue }
      return checkpoint
    }
    return nil
  }

  /// Call after resuming from a checkpoint.
  func resumed(from position: TrainingPosition) {
    isContinued = true
    // A checkpoint within an epoch is from a training that was killed or interrupted, so it can be replaced.
    if position.offset != 0 { lastName = name(position) }
  }

  /// Whether to save a checkpoint now. Saving takes at most a twentieth of the time.
  var isDue: Bool { clock.seconds - lastSeconds >= max(cache.intervalSeconds, 20 * cost) }
  /// Whether to save a checkpoint at the end; an earlier one is always replaced.
  var shouldSaveFinal: Bool { isContinued || lastName != nil || clock.seconds - start >= cache.minimumSeconds }

  /// Saves a checkpoint, replacing the last one.
  func save(_ checkpoint: Checkpoint, _ paths: [String]) {
    guard checkpoint.tensorBytes <= cache.limit else {
      lastSeconds = clock.seconds
      return
    }
    let (start, name) = (clock.seconds, name(checkpoint.position))
    cache.store(checkpoint.bytes(naming: paths, of: identity), as: name)
    if let lastName, lastName != name { cache.remove(lastName) }
    (lastSeconds, lastName) = (clock.seconds, name)
    // An interval of 0 saves every step, whatever it costs.
    if cache.intervalSeconds > 0 { cost = lastSeconds - start }
  }
}

// Everything that a training depends on. Collections are prefixed with their count.
extension Hash128 {
  mutating func combine(count: Int) { combine(UInt64(count)) }

  /// All settings except the number of epochs, unless the rates depend on it, the patience and the name.
  mutating func combine(_ settings: TrainingSettings) {
    combine(count: settings.batch)
    combine(count: settings.optimizers.count)
    for (part, optimizer) in settings.optimizers.sorted(by: { $0.key < $1.key }) { combine("\(part): \(optimizer)") }
    combine(count: settings.updates.count)
    for (part, count) in settings.updates.sorted(by: { $0.key < $1.key }) { combine("\(part): \(count)") }
    combine(settings.decline.map { "\($0) over \(settings.epochs)" } ?? "")
    combine(settings.patience == nil ? "" : "watching \(settings.watched ?? "")")
    combine(settings.seed)
    combine(settings.key)
  }

  mutating func combine(_ position: TrainingPosition, _ history: LossHistory) {
    var notes = ByteWriter()
    position.put(in: &notes)
    history.put(in: &notes)
    notes.bytes.withUnsafeBytes { combine($0) }
  }

  /// The source of a data set, without augmentation.
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
    // From which images are mixed with others.
    for (step, base) in set.mixed.sorted(by: { $0.key < $1.key }) {
      combine(count: step)
      combine(count: base.entries.count)
      for entry in base.entries { combine(UInt64(bitPattern: Int64(entry.item)) << 32 | UInt64(entry.copy)) }
      combine(base.recipe)
    }
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
  /// `states`: the storage of all states, in order.
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
