import Engine
import Machine
import Privacy
import Tables

// Models of tables with differential privacy.
extension Library {
  private static let learned = Parameter("t", .table, "a table")
  private static let epsilon = Parameter("epsilon", .number, "how much one row may change what is published")
  private static let delta = Parameter("delta", optional: .number, "the probability with which the guarantee may fail", shown: "1e-6")
  private static let ranges = Parameter("ranges", .any, "a record of what is publicly known of columns: (least, greatest), or all words")
  private static let share = Parameter("share", .number, "the share of ε and δ that may be spent")
  private static let target = Parameter("target", optional: .string, "a column whose pairs with all others are counted", shown: "pairs chosen by the data")
  private static let secret = Parameter("secret", optional: .string, "a text from which the noise is computed", shown: "noise of the system")

  static let privateModels: [Builtin] = [
    Builtin(
      "_fit_private", "A differentially private distribution of the rows of a table", [learned, epsilon, delta, ranges, target, secret],
      examples: [
        Example(
          "t = table({size: list(0..200), colour: map(list(0..200), i -> \"red\")})\nprint(_fit_private(t, 1, 1e-6, {}, nothing, \"the key\").epsilon)", "1.0")
      ],
      references: [
        "R. McKenna, G. Miklau, D. Sheldon, Winning the NIST contest, Journal of Privacy and Confidentiality 2021",
        "C. Canonne, G. Kamath, T. Steinke, The discrete Gaussian for differential privacy, NeurIPS 2020",
      ], whenChecked: .unknown
    ) { call in
      let pairs = try call[target].map { PrivacySettings.Pairs.target($0) } ?? .tree
      return call.machine.make(foreign: PrivateTableValue(try privateTable(call, pairs, share: 1)))
    },
    Builtin(
      "_private_coding", "How the rows of a table are coded as numbers, found with a share of ε and δ", [learned, epsilon, delta, share, ranges, secret],
      examples: [
        Example(
          "t = table({colour: map(list(0..300), i -> if i % 3 == 0 { \"red\" } else { \"blue\" })})\nprint(_private_coding(t, 1, 1e-6, 0.5, {}, \"the key\").groups)",
          "(2,)")
      ], whenChecked: .unknown
    ) { call in call.machine.make(foreign: PrivateCodingValue(try privateTable(call, .none, share: call[share]))) },
  ]

  /// Measures the columns of a table, and these pairs of them, with a share of the budget.
  private static func privateTable(_ call: Call, _ pairs: PrivacySettings.Pairs, share: Double) throws -> PrivateTable {
    let table = try known(call[learned])
    let settings = try PrivacySettings(
      epsilon: call[epsilon], delta: call[delta] ?? PrivacySettings.usualDelta, known: publicValues(call, call[ranges], table), pairs: pairs
    ).part(share)
    let key: NoiseKey
    if let secret = try call[secret] {
      key = NoiseKey(secret: secret, settings, table)
    } else {
      guard let entropy = call.effects.entropy else { throw TablesErrors.noNoise }
      key = NoiseKey(entropy)
    }
    let model = try PrivateTable(fitting: table, settings, key, workers: workers(call))
    for remark in try model.remarks(delta: call[delta] ?? PrivacySettings.usualDelta) { call.effects.progress.writeLine("note: \(remark)") }
    return model
  }

  /// What is known of columns.
  private static func publicValues(_ call: Call, _ record: Value, _ table: Table) throws -> [String: PrivacySettings.KnownValues] {
    guard record.tag == .record else { throw call.wrong(ranges, expected: "a record such as {age: (0, 120)}") }
    var known: [String: PrivacySettings.KnownValues] = [:]
    for index in 0..<record.recordCount {
      let name = call.machine.symbols.name(record.recordKey(index))
      let column = try table.column(name)
      guard let items = try call.machine.elements(of: record.recordValue(index)) else {
        throw TablesErrors.invalidRange(name, "expected a list, got \(call.machine.describe(record.recordValue(index)))")
      }
      let cells = try items.map { item in
        guard let cell = try call.machine.cell(item) else { throw TablesErrors.invalidRange(name, "a value cannot be \(call.machine.describe(item))") }
        return cell
      }
      known[name] = try PrivacySettings.KnownValues(cells, name, column.kind)
    }
    return known
  }
}
