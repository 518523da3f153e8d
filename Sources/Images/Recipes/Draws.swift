import Engine

/// The random numbers of one operation on one image: a pure function of the operation's key and place, and of the image.
package struct Draws {
  private let stream: RandomKey
  private let place: UInt32
  package let sample: SampleID
  private let log: DrawLog?

  init(_ stream: RandomKey, _ place: UInt32, _ sample: SampleID, _ log: DrawLog?) {
    self.stream = stream
    self.place = place
    self.sample = sample
    self.log = log
  }

  /// Two numbers in [0, 1) for each index.
  package func uniforms(_ index: Int) -> (Double, Double) {
    (index == 0 ? stream : RandomKey(stream.bits, UInt64(index))).uniforms(place, sample.id, sample.copy, sample.epoch)
  }

  /// A value for each index; `name` is the parameter's, for the log.
  package func value(_ distribution: Distribution, _ index: Int = 0, named name: String? = nil) -> Double {
    if case .constant(let value) = distribution { return value }
    let (first, second) = uniforms(index)
    let value = distribution.value(first, second)
    if let name { note(name, value) }
    return value
  }

  /// The same; throws if the value is outside of the bounds.
  package func value(_ distribution: Distribution, _ index: Int = 0, named name: String, in bounds: ClosedRange<Double>) throws -> Double {
    let value = value(distribution, index, named: name)
    guard bounds.contains(value) else {
      throw ImageErrors.outside("`\(name)` must be between \(DrawLog.text(bounds.lowerBound)) and \(DrawLog.text(bounds.upperBound)), got \(value)")
    }
    return value
  }

  /// Applies a recipe that this operation contains.
  package func apply(_ recipe: Recipe, to plan: inout ImagePlan) throws { try recipe.apply(to: &plan, sample, log: log) }

  /// Whether something of this probability happens.
  package func happens(_ chance: Double, _ index: Int = 0) -> Bool {
    guard chance > 0, chance < 1 else { return chance > 0 }
    let happens = uniforms(index).0 < chance
    log?.note(happens ? "drawn" : "not drawn")
    return happens
  }

  /// A number in [0, 1) that is the same in every epoch.
  package var ofImage: Double { stream.uniforms(place, sample.id, sample.copy, 0).0 }

  /// An integer in 0..<count.
  package func integer(below count: Int, _ index: Int = 0) -> Int { min(count - 1, Int(uniforms(index).0 * Double(count))) }

  /// A key for as many numbers as needed, such as noise.
  package var key: RandomKey {
    RandomKey(stream.bits, 0x6B6579, UInt64(place) << 32 | UInt64(sample.id), UInt64(sample.copy) << 32 | UInt64(sample.epoch))
  }

  package func note(_ name: String, _ value: Double) { log?.note("\(name)=\(DrawLog.text(value))") }
  package func note(_ text: String) { log?.note(text) }
}

/// Records what was drawn for one image. For one thread.
package final class DrawLog {
  package struct Entry {
    /// The operation as written.
    package let text: String
    /// How many operations contain it.
    package let depth: Int
    package fileprivate(set) var notes: [String] = []
  }

  package private(set) var entries: [Entry] = []
  /// The entry of each operation that contains the present one, and its own.
  private var path: [Int] = []

  package init() {}

  func begin(_ text: String) {
    entries.append(Entry(text: text, depth: path.count))
    path.append(entries.count - 1)
  }

  func end() { path.removeLast() }

  func note(_ text: String) { if let current = path.last { entries[current].notes.append(text) } }

  static func text(_ value: Double) -> String {
    let rounded = (value * 10_000).rounded() / 10_000
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
  }
}
