import Diagnostics
import Effects

/// A picture that could not be read or grown, and the results that are missing for it.
package struct SkippedPicture: Equatable {
  let results: Range<Int>
  package let name: String
  package let problem: String
}

/// A table of settings and skipped pictures: what a run does, or how far a part of it is.
struct GrowRecord {
  static let heading = ["what", "value", "problem", "from", "to"]

  var entries: [(what: String, value: String)] = []
  var skipped: [SkippedPicture] = []

  init(_ entries: [(what: String, value: String)] = []) { self.entries = entries }

  subscript(_ what: String) -> String? {
    get { entries.first { $0.what == what }?.value }
    set {
      entries.removeAll { $0.what == what }
      if let newValue { entries.append((what, newValue)) }
    }
  }

  init(_ bytes: [UInt8], name: String) throws {
    func damaged(_ line: Int) -> Fault {
      Fault(ShardErrors.otherRun, "`\(name)`, line \(line): not a line that `loam grow` writes", hint: "delete the output, and start again")
    }
    var records = CSVRecords(bytes, name: name)
    var fields: [CSVRecords.Field] = []
    guard try records.next(into: &fields) != nil, fields.map(records.text) == GrowRecord.heading else { throw damaged(1) }
    while let line = try records.next(into: &fields) {
      let texts = fields.map(records.text)
      guard texts.count == 5 else { throw damaged(line) }
      if texts[0] == "skipped" {
        guard let from = Int(texts[3]), let to = Int(texts[4]), 0 <= from, from <= to else { throw damaged(line) }
        skipped.append(SkippedPicture(results: from..<to, name: texts[1], problem: texts[2]))
      } else {
        entries.append((texts[0], texts[1]))
      }
    }
  }

  var bytes: [UInt8] {
    var lines = [GrowRecord.heading] + entries.map { [$0.what, $0.value, "", "", ""] }
    lines += skipped.map { ["skipped", $0.name, $0.problem, "\($0.results.lowerBound)", "\($0.results.upperBound)"] }
    return Array(lines.map { $0.map(CSVWriter.field).joined(separator: ",") + "\n" }.joined().utf8)
  }

  /// The settings of a run and its input.
  static func settings(of plan: GrowPlan, version: String) -> GrowRecord {
    let settings = plan.settings
    var record = GrowRecord([
      ("version", version), ("recipe", settings.recipe), ("seed", "\(settings.seed)"), ("copies", "\(settings.copies)"),
      ("originals", settings.keepsOriginals ? "yes" : "no"), ("format", settings.format.rawValue), ("quality", settings.quality.map(String.init) ?? ""),
      ("shard size", settings.format == .tar ? "\(settings.shardSize)" : ""), ("pictures", "\(plan.source.count)"), ("input", plan.source.fingerprint),
    ])
    guard !plan.annotationKinds.isEmpty else { return record }
    record["annotations"] = plan.annotationKinds.joined(separator: " ")
    record["visible share"] = "\(plan.minVisible)"
    return record
  }

  /// The formats of the annotations in the folder of a complete run; nil if there are none.
  static func annotations(in folder: String, _ files: any FileAccess) -> [String]? {
    let path = folder + GrowWorkspace.manifestName
    guard files.exists(path), let record = try? GrowRecord(files.read(path), name: path), record["state"] == "complete" else { return nil }
    return record["annotations"]?.split(separator: " ").map(String.init)
  }

  /// The first setting that differs.
  func difference(from other: GrowRecord) -> (what: String, here: String, there: String)? {
    for (what, value) in entries where other[what] != value { return (what, value, other[what] ?? "") }
    return nil
  }
}
