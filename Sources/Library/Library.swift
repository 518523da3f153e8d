import Machine

/// Every built-in, a table for each topic; the tables stand at the ends of the files named after
/// them.
package enum Library {
  package struct Topic: Sendable {
    package let name: String
    package let builtins: [Builtin]
  }

  package static let topics: [Topic] = [
    Topic(name: "Output and time", builtins: output),
    Topic(name: "Values", builtins: values),
    Topic(name: "Texts", builtins: texts),
    Topic(name: "Lists", builtins: lists),
    Topic(name: "Records", builtins: records),
    Topic(name: "Numbers and elements", builtins: elementwise),
    Topic(name: "Sums and other reductions", builtins: reductions + quantiles),
    Topic(name: "Shapes", builtins: shapes + sequences),
    Topic(name: "Arranging elements", builtins: arrangements),
    Topic(name: "Convolutions", builtins: convolutions),
    Topic(name: "Randomness", builtins: randomness),
    Topic(name: "Gradients", builtins: gradients),
    Topic(name: "Models and training", builtins: models + training + expectations + steps + optimizers + schedules + plans),
    Topic(name: "Data sets", builtins: dataSets + scalings + scores),
    Topic(name: "Growing images", builtins: imageOperations),
    Topic(name: "Files", builtins: files),
  ]

  package static func install(in machine: Machine) {
    for topic in topics { machine.install(topic.builtins) }
    machine.loadPrelude = Prelude.load
  }
}
