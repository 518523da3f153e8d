import Diagnostics
import Engine
import Machine
import Tables
import Tensors

// What the models of tables in the Prelude are made of.
extension Library {
  private static let learned = Parameter("t", .table, "a table")
  private static let components = Parameter("components", optional: Kind(.int, in: 1...4096), "the number of components", shown: "chosen by likelihood")
  private static let fitted = Parameter(
    "fitted", .foreign("a fitted distribution", DistributionValue.self), "what `_fit_mixture` or `_fit_private` returned")
  private static let rowCount = Parameter("n", Kind(.int, in: 0...1 << 26), "the number of rows")
  private static let givenCells = Parameter("given", .any, "a record of columns and the value that each has")
  private static let draw = Parameter("draw", optional: Kind(.int, in: 0...1 << 30), "the number of a random draw", shown: "expected values")
  private static let neighbours = Parameter("neighbours", .int, "the number of nearest rows", default: 5, in: 1...1 << 20)
  private static let group = Parameter("by", optional: .string, "a column of classes that are not mixed")
  private static let example = "t = table({size: (1.5, 2.5, 3.5, 2.0), colour: (\"red\", \"blue\", \"red\", \"red\")})\n"

  static let tableModels: [Builtin] = [
    Builtin(
      "_fit_mixture", "A mixture fitted to a table", [learned, components],
      examples: [Example(example + "print(_fit_mixture(t, 2).components)", "2")], whenChecked: .unknown
    ) { call in
      let table = try known(call[learned])
      let (clock, progress) = (call.effects.clock, call.effects.progress)
      let start = clock.seconds
      defer { progress.clear() }
      let mixture = try TableMixture(fitting: table, components: call[components], key: nextKey(call), workers: workers(call)) { step in
        // A line that is gone at once cannot be read.
        if clock.seconds - start > 0.5 { progress.update("table_model: \(step.text)") }
      }
      return call.machine.make(foreign: MixtureValue(mixture))
    },
    Builtin(
      "_sample_fitted", "Rows drawn from a distribution", [fitted, rowCount, givenCells],
      examples: [Example(example + "print(_sample_fitted(_fit_mixture(t, 2), 3, {colour: \"red\"}).colour[0])", "red")], whenChecked: .unknown
    ) { call in
      let rows = try call[fitted].distribution.sample(call[rowCount], given: cells(call, call[givenCells]), key: nextKey(call), workers: workers(call))
      return call.machine.make(foreign: TableValue(rows))
    },
    Builtin(
      "_fitted_log_likelihoods", "The log density of each row, in nats", [fitted, learned],
      examples: [Example(example + "print(len(_fitted_log_likelihoods(_fit_mixture(t, 2), t)))", "4")], whenChecked: .unknown
    ) { call in
      let (likelihoods, unknown) = try call[fitted].distribution.likelihoods(of: known(call[learned]), workers: workers(call))
      if unknown.count > 0 {
        let (cells, example) = (counted(unknown.count, "cell"), "\(unknown.first.text) in `\(unknown.first.column)`")
        call.effects.progress.writeLine("note: unknown to the model, and so without influence: \(cells), such as \(example)")
      }
      return call.machine.make(tensor: try Tensor(dtype: .f64, shape: [likelihoods.count]) { likelihoods[$0] })
    },
    Builtin(
      "_fill_fitted", "A table whose gaps are filled by a distribution", [fitted, learned, draw],
      examples: [Example(example + "print(_fill_fitted(_fit_mixture(t, 1), table({size: (2.0,), colour: (nothing,)})).colour[0])", "red")],
      whenChecked: .unknown
    ) { call in
      let filled = try call[fitted].distribution.filling(known(call[learned]), draw: call[draw], key: nextKey(call), workers: workers(call))
      return call.machine.make(foreign: TableValue(filled))
    },
    Builtin(
      "_sample_smote", "Rows between neighbouring rows of a table", [learned, rowCount, givenCells, neighbours, group],
      examples: [Example(example + "print(len(_sample_smote(t, 3, {}, neighbours=2)))", "3")],
      references: ["N. Chawla and others, SMOTE: Synthetic minority over-sampling technique, JAIR 2002"], whenChecked: .unknown
    ) { call in
      let smote = try Smote(known(call[learned]), neighbours: call[neighbours], by: call[group])
      let rows = try smote.sample(call[rowCount], given: cells(call, call[givenCells]), key: nextKey(call), workers: workers(call))
      return call.machine.make(foreign: TableValue(rows))
    },
    Builtin(
      "_fill_neighbours", "A table whose gaps are filled from the nearest rows of another", [learned, Parameter("known", .table, "a table"), neighbours],
      examples: [Example(example + "print(_fill_neighbours(table({size: (2.0,), colour: (nothing,)}), t, neighbours=1).colour[0])", "red")],
      whenChecked: .unknown
    ) { call in
      let filled = try NeighbourFilling.filled(
        known(call[learned]), known: known(call[Parameter("known", .table, "a table")]), neighbours: call[neighbours], workers: workers(call))
      return call.machine.make(foreign: TableValue(filled))
    },
    Builtin(
      "_fill_mean", "A table whose gaps are filled with means and most frequent classes of another", [learned, Parameter("known", .table, "a table")],
      examples: [Example(example + "print(_fill_mean(table({size: (nothing,), colour: (nothing,)}), t).colour[0])", "red")], whenChecked: .unknown
    ) { call in
      let filled = try NeighbourFilling.meanFilled(known(call[learned]), known: known(call[Parameter("known", .table, "a table")]))
      return call.machine.make(foreign: TableValue(filled))
    },
  ]

  /// The table of a value; throws in a program that is only checked.
  package static func known(_ value: TableValue) throws -> Table {
    guard value.isKnown else { throw UnknownValue() }
    return value.table
  }

  package static func workers(_ call: Call) -> Workers { Workers(call.engine, call.effects.cancellation) }

  /// The key of the next random numbers of the program.
  package static func nextKey(_ call: Call) -> RandomKey {
    let (key, place) = call.machine.stream.next(call.engine)
    return RandomKey(key.bits, UInt64(place))
  }

  /// The cells of a record.
  static func cells(_ call: Call, _ record: Value) throws -> [String: Cell] {
    guard record.tag == .record else { throw call.wrong(givenCells, expected: "a record such as {species: \"Gentoo\"}") }
    var cells: [String: Cell] = [:]
    for index in 0..<record.recordCount {
      let name = call.machine.symbols.name(record.recordKey(index))
      guard let cell = try call.machine.cell(record.recordValue(index)) else {
        throw call.refuse("`given`: column `\(name)` cannot be \(call.machine.describe(record.recordValue(index)))", hint: "give one value: `{\(name): 3}`")
      }
      cells[name] = cell
    }
    return cells
  }
}
