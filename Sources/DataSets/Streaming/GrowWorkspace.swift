import Diagnostics
import Effects

/// The output of a run on disk: its manifest, and the hidden folder in which files are made before they get their names. All
/// processes of `--shard` share both.
final class GrowWorkspace {
  private let plan: GrowPlan
  private let version: String
  private let files: any FileAccess
  /// The output: a folder, with a slash at the end, or a file.
  let output: String
  private var lock: OutputFile?
  /// Whether this run has begun the output.
  private var isNew = false
  /// Whether an earlier run has made everything.
  private(set) var isComplete = false
  /// What earlier runs of this part have skipped.
  private(set) var earlier: [SkippedPicture] = []

  init(_ output: String, _ plan: GrowPlan, version: String, _ files: any FileAccess) {
    let isFile = plan.settings.format.isOneFile
    self.output = isFile || output.hasSuffix("/") ? output : output + "/"
    (self.plan, self.version, self.files) = (plan, version, files)
  }

  private var isFile: Bool { plan.settings.format.isOneFile }
  private var manifest: String { isFile ? output + ".grow.csv" : output + GrowWorkspace.manifestName }
  /// Removed when everything is made.
  var folder: String { isFile ? output + ".grow/" : output + ".grow/" }
  private var part: String { GrowWorkspace.part(plan.part.number, plan.part.count) }
  static let manifestName = "grow.csv"

  private static func part(_ number: Int, _ count: Int) -> String { "\(number)-of-\(count)" }

  /// A file of this part under a temporary name.
  func temporary(_ name: String) -> String { folder + part + "." + name + ".part" }

  // MARK: Beginning

  /// Claims the output, or continues an earlier run if `resumes`.
  func open(resumes: Bool) throws {
    let settings = GrowRecord.settings(of: plan, version: version)
    // A complete file that is gone is made again.
    if isFile, files.exists(manifest), !files.exists(output), try GrowRecord(files.read(manifest), name: manifest)["state"] == "complete" {
      try files.remove(manifest)
    }
    if !files.exists(manifest) {
      try refuseOthers()
      try files.makeFolder(folder)
      // Processes of `--shard` may start at the same moment: one of them writes the manifest.
      let draft = try OutputFile(temporary("manifest"))
      try draft.append(settings.bytes)
      if try OutputFile.link(draft.path, as: manifest) {
        try files.remove(draft.path)
        isNew = true
        return try claim()
      }
      try files.remove(draft.path)
    }
    let there = try GrowRecord(files.read(manifest), name: manifest)
    if let difference = settings.difference(from: there) { throw otherSettings(difference) }
    isComplete = there["state"] == "complete"
    let isStarted = plan.part.count == 1 || isComplete || files.exists(record(part))
    guard resumes || !isStarted else {
      throw Fault(
        ShardErrors.outputInUse, "`\(output)` contains \(isComplete ? "the complete results" : "a part of the results") of an earlier run",
        hint: isComplete ? "choose a new or empty output" : "`--resume` continues that run")
    }
    guard !isComplete else {
      earlier = there.skipped
      return
    }
    try files.makeFolder(folder)
    try claim()
    let mine = plan.results
    for name in try files.list(folder) where name.hasSuffix(".csv") {
      let record = try GrowRecord(files.read(folder + name), name: folder + name)
      for skipped in record.skipped where mine.contains(skipped.results.lowerBound) && !earlier.contains(skipped) { earlier.append(skipped) }
    }
  }

  /// Removes what this run has begun, so that one with other settings can follow, unless there are results or other processes.
  func discard() {
    guard isNew, plan.part.count == 1, isFile || hasNoFiles(output) else { return }
    for name in (try? files.list(folder)) ?? [] { try? files.remove(folder + name) }
    try? files.remove(folder)
    try? files.remove(manifest)
    guard !isFile else { return }
    for name in (try? files.list(output)) ?? [] where name.hasSuffix("/") || name == ClassFile.name { try? files.remove(output + name) }
  }

  /// Apart from those that this run has begun with.
  private func hasNoFiles(_ folder: String) -> Bool {
    ((try? files.list(folder)) ?? []).allSatisfy { name in
      name.hasPrefix(".") || [manifest, output + ClassFile.name].contains(folder + name) || (name.hasSuffix("/") && hasNoFiles(folder + name))
    }
  }

  private func refuseOthers() throws {
    if isFile {
      guard !files.exists(output) else { throw Fault(ShardErrors.outputInUse, "`\(output)` already exists", hint: "choose a new name") }
      return
    }
    guard files.exists(output) else { return }
    // Hidden files are not data. Another process of `--shard` may have begun, or even ended, since the manifest was looked for.
    guard let other = try files.list(output).first(where: { !$0.hasPrefix(".") }), !files.exists(manifest) else { return }
    throw Fault(ShardErrors.outputInUse, "`\(output)` is not empty: it contains `\(other)`", hint: "choose a new or empty folder")
  }

  private func claim() throws {
    let lock = try OutputFile(folder + part + ".lock")
    guard lock.isLocked() else {
      throw Fault(ShardErrors.outputInUse, "another process is writing part \(plan.part.number)/\(plan.part.count) of `\(output)`", hint: "wait until it ends")
    }
    self.lock = lock
    if !files.exists(record(part)) { try write(skipped: [], isComplete: false) }
    for name in try files.list(folder) where name.hasPrefix(part + ".") && name.hasSuffix(".part") { try files.remove(folder + name) }
  }

  private func otherSettings(_ difference: (what: String, here: String, there: String)) -> Fault {
    let what: String =
      switch difference.what {
      case "input": "the pictures of the input have changed"
      case "pictures": "the input has \(difference.here) pictures, then it had \(difference.there)"
      case "recipe": "the recipe is `\(difference.here)`, then it was `\(difference.there)`"
      default: "\(difference.what) is \(quoted(difference.here)), then it was \(quoted(difference.there))"
      }
    return Fault(
      ShardErrors.otherRun, "`\(output)` was started with other settings: \(what)",
      hint: "use the same settings or another output, or delete `\(manifest)` and `\(folder)` to start again")
  }

  private func quoted(_ text: String) -> String { text.isEmpty ? "not given" : "`\(text)`" }

  // MARK: Parts

  private func record(_ part: String) -> String { folder + part + ".csv" }

  /// Records how far this part is.
  func write(skipped: [SkippedPicture], isComplete: Bool) throws {
    var record = GrowRecord([("state", isComplete ? "complete" : "unfinished")])
    record.skipped = skipped
    try files.write(record.bytes, to: self.record(part))
  }

  /// Records that this part is complete. If all are, writes what belongs to the whole: the labels, what `others` writes, which
  /// is given all that is left out, and the manifest.
  func finish(skipped: [SkippedPicture], others: ([SkippedPicture]) throws -> Void) throws {
    try write(skipped: skipped, isComplete: true)
    var all: [SkippedPicture] = []
    for number in 1...plan.part.count {
      let path = record(GrowWorkspace.part(number, plan.part.count))
      // A part that is missing is not complete, or another process is just finishing the whole.
      guard let bytes = try? files.read(path), let record = try? GrowRecord(bytes, name: path), record["state"] == "complete" else { return }
      all += record.skipped
    }
    do {
      try finishAll(without: all.sorted { $0.results.lowerBound < $1.results.lowerBound }, others)
    } catch {
      // Two processes may find at the same moment that all is complete: the first to end removes the folder.
      guard let there = try? GrowRecord(files.read(manifest), name: manifest), there["state"] == "complete" else { throw error }
    }
  }

  private func finishAll(without all: [SkippedPicture], _ others: ([SkippedPicture]) throws -> Void) throws {
    if plan.settings.format == .png || plan.settings.format == .jpg { try writeLabels(without: all) }
    try others(all)
    var manifest = GrowRecord.settings(of: plan, version: version)
    manifest["state"] = "complete"
    manifest.skipped = all
    try files.write(manifest.bytes, to: self.manifest)
    for name in (try? files.list(folder)) ?? [] { try? files.remove(folder + name) }
    try? files.remove(folder)
  }

  /// The table `labels.csv` of a folder, as `save` writes it.
  private func writeLabels(without skipped: [SkippedPicture]) throws {
    let (source, classes) = (plan.source, plan.source.classes)
    guard source.label(0) != nil else { return }
    let file = try OutputFile(temporary(LabelTable.file))
    var text = LabelTable.firstLine
    var left = skipped[...]
    for number in 0..<plan.resultCount {
      while let first = left.first, first.results.upperBound <= number { left.removeFirst() }
      if let first = left.first, first.results.contains(number) { continue }
      text += LabelTable.line(plan.path(number), source.label(plan.result(number).picture) ?? 0, classes)
      if text.utf8.count > 1 << 16 {
        try file.append(Array(text.utf8))
        text = ""
      }
    }
    try file.append(Array(text.utf8))
    try file.finish(as: output + LabelTable.file)
  }
}
