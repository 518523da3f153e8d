import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

/// Where the image of an example comes from.
final class Provenance {
  let set: DataSet
  let position: Int

  init(_ set: DataSet, _ position: Int) {
    self.set = set
    self.position = position
  }
}

extension Library {
  private static let example = Parameter("example", .any, "an example of a data set, such as `grown[17]`, or its image")

  static let provenance: [Builtin] = [
    Builtin(
      "why", "The source image and the random choices behind an example, and the example computed again from them", [example],
      examples: [
        Example(
          "grown = clothes()[0:3] |> rotate((10,), copies=2) |> flip()\nw = why(grown[3])\nprint(w.source, w.copy, w.steps)",
          "1 1 (\"rotate((10,), copies=2): by=10\", \"flip()\")"),
        Example("grown = clothes()[0:3] |> rotate(-15..15) |> flip(chance=0.5)\nprint(same(why(grown[2]).image, grown[2].image))", "true"),
      ]
    ) { call in
      let value = try call[example]
      let image = value.tag == .record ? call.machine.symbols.existing("image").flatMap { value.recordField($0) } : value
      guard let image, image.tag == .tensor else { throw call.wrong(example, expected: "an example of a data set, such as `grown[17]`") }
      if image.node.isUnknown { throw UnknownValue() }
      guard let origin = image.node.provenance as? Provenance else {
        throw call.refuse("`why` knows only examples of data sets", hint: "take one from the data set itself: `why(grown[17])`")
      }
      return try explanation(of: origin, call.machine)
    }
  ]

  private static func explanation(of origin: Provenance, _ machine: Machine) throws -> Value {
    let (set, position) = (origin.set, origin.position)
    let (entry, log) = (set.entries[position], DrawLog())
    _ = try set.plan(position, log: log)
    let steps = log.entries.map { entry in
      String(repeating: "  ", count: entry.depth) + entry.text + (entry.notes.isEmpty ? "" : ": " + entry.notes.joined(separator: ", "))
    }
    var fields: [(name: String, value: Value)] = [("source", Value(Int(entry.item)))]
    if let file = set.file(of: position) { fields.append(("file", machine.make(string: file))) }
    fields.append(("copy", Value(Int(entry.copy))))
    fields.append(("steps", machine.make(list: steps.map { machine.make(string: $0) })))
    fields.append(("original", machine.make(tensor: try set.original(of: position, machine.engine))))
    fields.append(("image", machine.make(tensor: try set.example(position, machine.engine))))
    return machine.make(record: fields)
  }
}
