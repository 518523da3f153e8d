import DataSets
import Effects
import Engine
import Images
import Tensors

/// What one training has learned, in a cache: checkpoints at its ends and, while it runs, from time to time.
/// A training is identified by what it computes, not by the words of a program: a longer one finds the shorter one, which
/// went the same way, and goes on from there to the same bits.
final class KeptTraining {
  private let cache: any Cache
  private let clock: any Clock
  private let key: String
  /// Of this training, run by this program.
  private let identity: String
  private let start: Double
  /// What goes on from a kept training is worth keeping, however short the rest is.
  private var isContinued = false
  private var lastSeconds: Double
  /// What the last checkpoint took.
  private var cost = 0.0
  /// The entry that the next one replaces.
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

  /// The furthest checkpoint up to the end of an epoch, and beyond a position.
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

  /// A training that goes on from a checkpoint.
  func resumed(from position: TrainingPosition) {
    isContinued = true
    // Within an epoch no training ends: the entry is that of one that was killed or interrupted.
    if position.offset != 0 { lastName = name(position) }
  }

  /// Checkpoints of large models take their time: at most a twentieth of the training's.
  var isDue: Bool { clock.seconds - lastSeconds >= max(cache.intervalSeconds, 20 * cost) }
  /// At the end of the training; an earlier checkpoint is replaced in any case.
  var isWorthKeeping: Bool { isContinued || lastName != nil || clock.seconds - start >= cache.minimumSeconds }

  /// Keeps a checkpoint in the place of the last one.
  func keep(_ checkpoint: Checkpoint, _ paths: [String]) {
    guard checkpoint.tensorBytes <= cache.limit else {
      lastSeconds = clock.seconds
      return
    }
    let (start, name) = (clock.seconds, name(checkpoint.position))
    cache.store(checkpoint.bytes(naming: paths, of: identity), as: name)
    if let lastName, lastName != name { cache.remove(lastName) }
    (lastSeconds, lastName) = (clock.seconds, name)
    // Where every step is to be kept, every step is.
    if cache.intervalSeconds > 0 { cost = lastSeconds - start }
  }
}

// What a training depends on. Of everything that may be there more or less often, the number comes first.
extension Hash128 {
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

  mutating func combine(_ position: TrainingPosition, _ history: LossHistory) {
    var notes = ByteWriter()
    position.put(in: &notes)
    history.put(in: &notes)
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
