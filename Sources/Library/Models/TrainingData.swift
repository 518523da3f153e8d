import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors
import Training

/// The examples of a training, and those that it is validated on.
struct TrainingData {
  let examples: Examples
  /// Nil if the training is not validated.
  let validation: Examples?
  let classNames: [String]

  init(_ call: Call, _ key: RandomKey) throws {
    let augment = try TrainingData.augmentation(call)
    let data = try call[TrainParameters.data]
    let set = data.foreign(as: DataSetValue.self)?.set
    classNames = Library.classNames(of: data)
    guard let (share, other) = try TrainingData.validation(call) else {
      examples = try TrainingData.examples(call, data, augment)
      validation = nil
      return
    }
    if let other {
      examples = try TrainingData.examples(call, data, augment)
      validation = try TrainingData.examples(call, other, Recipe())
      try TrainingData.check(call, examples, other, classNames)
    } else if let set {
      guard set.mixed.isEmpty else {
        throw call.refuse(
          "`train` cannot leave out a share of examples that are mixed with others: what is left out may be part of the rest",
          hint: "split the data first: `(part, rest) = split(data, 0.9)`, grow `part`, and pass `validate=rest`")
      }
      let (part, rest) = try TrainingData.split(set, share, key)
      examples = try Examples(set.selecting(part), augment: augment, call.engine)
      validation = try Examples(set.selecting(rest), augment: Recipe(), call.engine)
    } else {
      let tensor = try call.engine.value(data.node)
      let order = key.permutation(tensor.shape.first ?? 0).map(Int.init)
      let count = try TrainingData.count(share, of: order.count)
      func rows(_ positions: some Sequence<Int>) throws -> Tensor {
        let places = call.engine.leaf(try Tensor(positions.sorted().map(Int32.init), shape: [positions.reduce(0) { count, _ in count + 1 }]))
        return try call.engine.value(call.engine.apply(Gather(), [call.engine.leaf(tensor), places], at: call.span))
      }
      examples = try TrainingData.examples(call, call.machine.make(tensor: rows(order.dropFirst(count))), augment)
      validation = try TrainingData.examples(call, call.machine.make(tensor: rows(order.prefix(count))), Recipe())
    }
  }

  static func augmentation(_ call: Call) throws -> Recipe {
    guard let recipe = try call[TrainParameters.augment] else { return Recipe() }
    guard recipe.copies == 1 else { throw call.refuse("the recipe of `augment` cannot have `copies`") }
    guard recipe.recipe.isEmpty || recipe.recipe.isRandom else {
      throw call.refuse(
        "`augment`: `\(recipe.recipe.text)` changes every image in the same way, so the model would never see one as it is",
        hint: "give it a chance or a range, as in `flip(chance=0.5)` and `rotate(-15..15)`, or change the data itself: `data |> \(recipe.recipe.text)`")
    }
    return recipe.recipe
  }

  /// The argument `validate`: a share of the data, or other data.
  static func validation(_ call: Call) throws -> (share: Double, data: Value?)? {
    guard let value = try call[TrainParameters.validate] else { return nil }
    if value.foreign(as: DataSetValue.self) != nil || (value.tag == .tensor && value.node.type.rank > 0) { return (0, value) }
    guard let share = value.number, share > 0, share < 1 else {
      throw call.wrong(TrainParameters.validate, expected: "a data set, a tensor of examples, or a share between 0 and 1 such as 0.1")
    }
    return (share, nil)
  }

  private static func examples(_ call: Call, _ data: Value, _ augment: Recipe) throws -> Examples {
    if let data = data.foreign(as: DataSetValue.self) { return try Examples(data.set, augment: augment, call.engine) }
    guard data.tag == .tensor else { throw call.wrong(TrainParameters.data) }
    let tensor = try call.engine.value(data.node)
    guard augment.isEmpty else { return try Examples(DataSet(.dense(ImageBatch(tensor).tensor)), augment: augment, call.engine) }
    return try Examples(tensor, call.engine)
  }

  /// Throws if the examples of the validation have another shape, other labels or other classes.
  private static func check(_ call: Call, _ examples: Examples, _ other: Value, _ classNames: [String]) throws {
    let set = other.foreign(as: DataSetValue.self)?.set
    let shape = try set?.exampleShape() ?? Array(other.node.shape.dropFirst())
    guard shape == examples.shape else {
      throw call.refuse("`validate` has examples of shape \(shape), expected \(examples.shape) as in `data`")
    }
    guard (set?.labelShape(under: Recipe()) == nil) == (examples.labelType(1) == nil) else {
      throw call.refuse("`validate` must have labels if `data` has them, and only then")
    }
    let names = Library.classNames(of: other)
    guard names.isEmpty || names == classNames || (set?.names.isEmpty == true && names.count <= classNames.count) else {
      throw call.refuse(
        "`validate` has the classes \(names.joined(separator: ", ")), expected \(classNames.joined(separator: ", ")), in this order, as in `data`",
        hint: "labels are numbers, so they would mean other classes; load both from folders with the same classes")
    }
  }

  // MARK: A share of the data

  private static func count(_ share: Double, of total: Int) throws -> Int {
    let count = Int((share * Double(total)).rounded())
    guard count > 0, count < total else {
      throw Fault(
        TrainingErrors.badSetting,
        "`validate`: a share of \(share) of \(counted(total, "example")) leaves none for \(count == 0 ? "the validation" : "the training")",
        hint: "choose another share, or pass a data set")
    }
    return count
  }

  /// Positions for the training and for the validation. All copies of an image are on the same side, and only its original,
  /// if it is among them, is used for the validation. Each class is split in the same proportion.
  private static func split(_ set: DataSet, _ share: Double, _ key: RandomKey) throws -> (part: [Int], rest: [Int]) {
    var copies: [Int32: [Int]] = [:]
    for (index, entry) in set.entries.enumerated() { copies[entry.item, default: []].append(index) }
    let items = copies.keys.sorted()
    _ = try count(share, of: items.count)
    let labels = set.labels
    var groups = labels == nil ? [Int](repeating: 0, count: items.count) : items.map { Int(labels?[copies[$0]?.first ?? 0] ?? 0) }
    // Groups are numbered without gaps.
    let numbers = Dictionary(uniqueKeysWithValues: Set(groups).sorted().enumerated().map { ($1, $0) })
    groups = groups.map { numbers[$0] ?? 0 }
    var left = Library.counts(of: groups, part: share)
    var isChosen = Set<Int32>()
    for place in key.permutation(items.count) where left[groups[Int(place)]] > 0 {
      left[groups[Int(place)]] -= 1
      isChosen.insert(items[Int(place)])
    }
    let part = set.entries.indices.filter { !isChosen.contains(set.entries[$0].item) }
    let rest = items.filter(isChosen.contains).flatMap { item -> [Int] in
      let own = copies[item] ?? []
      return own.first { set.entries[$0].isOriginal }.map { [$0] } ?? own
    }
    return (part, rest)
  }
}
