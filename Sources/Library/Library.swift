import Machine

/// Every built-in, in a table for each topic.
package enum Library {
  package static let topics: [Topic] = [
    Topic("Output and time", output),
    Topic("Values", values),
    Topic("Strings", texts),
    Topic("Lists", lists),
    Topic("Records", records),
    Topic("Numbers and elements", elementwise),
    Topic("Sums and other reductions", reductions + quantiles),
    Topic("Shapes", shapes + sequences),
    Topic("Arranging elements", arrangements + orders),
    Topic("Linear algebra", linearAlgebra),
    Topic("Convolutions", convolutions),
    Topic("Randomness", randomness),
    Topic("Gradients", gradients),
    Topic(
      "Models and training",
      models + training + sampling + transfer + modelClasses + expectations + measures + steps + optimizers + schedules + summaries + plans),
    Topic("Data sets", dataSets + annotationFiles + scalings + scores),
    Topic("Tables", tableFunctions.flatMap { $0 }),
    Topic("Growing images", growing.flatMap { $0 } + provenance),
    Topic("Files", files),
  ]

  /// The functions of tables, by kind.
  static let tableFunctions = [
    tableFiles, descriptions, tables, tableEncodings, verbs, columnReductions, columnFunctions, columnElementwise, tableModels, privateModels,
    tableCodings,
  ]

  /// The operations on images, by kind.
  static let growing = [
    geometryOperations, cropOperations, colourOperations, blurOperations, filterOperations, damageOperations, mixingOperations, policies,
  ]

  package static func install(in machine: Machine) {
    machine.install(topics)
    machine.loadPrelude = Prelude.load
  }
}
