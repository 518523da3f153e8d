import ArgumentParser
import DataSets
import Diagnostics
import Effects
import Engine
import Library
import Prompt
import Session
import Tensors

struct GrowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grow", abstract: "Grow the pictures of a folder or of tar shards, however many there are.",
    usage: "loam grow IN... OUT --recipe 'rotate(-15..15) |> flip(chance=0.5)' --copies 4",
    discussion: """
      IN is a folder of pictures, whose sub-folders are classes, or tar shards in the convention of WebDataset, also as \
      'train-{000..099}.tar'. OUT is a new \
      folder, or an .npz or .idx file. Memory is bounded, an interrupted run is continued with --resume, and the output is the \
      same to the byte for any number of threads and processes. What annotates the pictures moves with them, and a recipe may \
      mix the pictures of a folder.
      """)

  @Argument(help: "The input, a folder or tar files, and the output.", completion: .file())
  var paths: [String]

  @OptionGroup var recipeOptions: GrowRecipeOptions
  @OptionGroup var outputOptions: GrowOutputOptions
  @OptionGroup var options: ReportOptions

  @Option(
    help: ArgumentHelp("A file in COCO's format that annotates the pictures (default: annotations.json in IN, if there is one).", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var annotations: String?

  @Option(help: ArgumentHelp("The number of threads; by default, one for each available processor.", valueName: "n"))
  var threads = ThreadPool.defaultThreads

  @Flag(help: "Show what would be done, and write nothing.")
  var dryRun = false

  enum OnError: String, ExpressibleByArgument, CaseIterable { case stop, skip }
  @Option(help: "What to do with a broken picture: stop the run, or skip the picture and list it at the end.")
  var onError = OnError.stop

  func validate() throws {
    guard paths.count >= 2 else { throw ValidationError("Give the input and the output, as in `loam grow photos/ grown/`.") }
    guard (1...256).contains(threads) else { throw ValidationError("--threads must be between 1 and 256.") }
  }

  private var inputs: [String] { Array(paths.dropLast()) }
  private var output: String { paths[paths.count - 1] }

  func run() throws {
    let effects = try Effects.ofProcess()
    try effects.console.flushing {
      do {
        try grow(effects)
      } catch let fault as Fault {
        if fault.diagnostic.id == EffectErrors.interrupted { throw Ending.interrupted }
        options.report([fault.diagnostic], on: effects.console)
        let isUsage = [FileErrors.missing, ShardErrors.badChoice, ShardErrors.badNames, ShardErrors.noPlace].contains(fault.diagnostic.id)
        throw isUsage ? Ending.usageError : Ending.failed
      }
    }
  }

  private func grow(_ effects: Effects) throws {
    ProcessMemory.keepFreed()
    let session = Session(effects: effects, threads: threads)
    let recipe = try recipeOptions.recipe(in: session, options)
    let settings = try outputOptions.settings(recipeOptions, recipe, output)
    let source = try GrowInput.source(inputs, output: output, annotations: annotations, settings.format, effects)
    let mixing = try GrowMixing(source, recipe.recipe, effects.cancellation)
    let plan = try GrowPlan(source, settings, mixing: mixing, part: outputOptions.part)
    let run = GrowRun(plan, recipe.recipe, session.machine.engine, effects.files, skipsBroken: onError == .skip, effects.cancellation)
    let report = GrowReport(plan, output: output, effects)
    if dryRun { return report.forecast(try GrowForecast(plan, recipe.recipe, threads: threads, window: run.window)) }
    do {
      let outcome = try run.run(
        to: output, version: Prompt.version, resumes: outputOptions.resume, skipping: report.skipped, progress: report.progress)
      report.finished(outcome)
    } catch is Interrupted {
      report.interrupted()
      throw Ending.interrupted
    }
  }
}

/// Which results are made.
struct GrowRecipeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The recipe, a Loam expression; without one, pictures are only converted.", valueName: "recipe"))
  var recipe: String?

  @Option(help: ArgumentHelp("A Loam program whose last statement is the recipe.", valueName: "file"), completion: .file(extensions: ["loam"]))
  var recipeFile: String?

  @Option(help: ArgumentHelp("The number of results of each picture (default: 1, or the recipe's own `copies`).", valueName: "n"))
  var copies: Int?

  @Flag(help: "Keep the pictures themselves beside their copies.")
  var originals = false

  @Option(help: ArgumentHelp("The seed of all random numbers.", valueName: "n"))
  var seed = 0

  func validate() throws {
    if recipe != nil, recipeFile != nil { throw ValidationError("Give either --recipe or --recipe-file, not both.") }
  }

  /// The text of the program that returns the recipe; empty if there is none.
  func program(_ session: Session, _ options: ReportOptions) throws -> String {
    try recipe ?? recipeFile.map { try session.read($0, options) } ?? ""
  }

  /// Evaluates the recipe; its errors are those of any program.
  func recipe(in session: Session, _ options: ReportOptions) throws -> GrowRecipe {
    let program = try program(session, options)
    guard recipe != nil || recipeFile != nil else { return GrowRecipe(program: "") }
    try options.end(session.run("seed(\(seed))", named: "--seed"), session)
    let outcome = session.run(program, named: recipeFile ?? "--recipe")
    guard case .value(let value) = outcome, let found = value.foreign(as: RecipeValue.self) else {
      try options.end(outcome, session)
      let got = if case .value(let value) = outcome { session.machine.describe(value) } else { "nothing" }
      throw Fault(ShardErrors.notRecipe, "expected a recipe, got \(got)", hint: "a recipe is an operation without an image, such as `rotate(-15..15)`")
    }
    guard copies == nil || found.copies == 1 else {
      throw Fault(ShardErrors.badChoice, "the recipe has `copies=\(found.copies)`, and --copies is \(copies ?? 1)", hint: "give one of them")
    }
    guard !found.recipe.leavesRange else {
      throw Fault(
        ShardErrors.badChoice, "the values that `normalize` makes are not from 0 to 1, as those of pictures in files are",
        hint: "normalize in the training instead")
    }
    return GrowRecipe(program: program, recipe: found.recipe, copies: found.copies, keepsOriginals: found.keep)
  }
}

/// Where results go.
struct GrowOutputOptions: ParsableArguments {
  @Option(help: "The format of the results; by default, png, or that of OUT's extension. Shards hold PNG, with --quality JPEG.")
  var format: GrowSettings.Format?

  @Option(help: ArgumentHelp("The quality of JPEG, 1 to 100 (default: 95).", valueName: "q"))
  var quality: Int?

  @Option(help: ArgumentHelp("Drop a box if less than this share of it stays visible (default: 0.1).", valueName: "share"))
  var minVisible: Double?

  @Option(help: ArgumentHelp("The number of samples in each tar shard.", valueName: "n"))
  var shardSize = GrowSettings().shardSize

  @Option(help: ArgumentHelp("Make only part i of n, beside other processes with the other parts; i is counted from 1.", valueName: "i/n"))
  var shard: PartArgument?

  @Flag(help: "Continue an interrupted run with the same settings.")
  var resume = false

  var part: (number: Int, count: Int) { shard.map { ($0.number, $0.count) } ?? (1, 1) }

  func settings(_ options: GrowRecipeOptions, _ recipe: GrowRecipe, _ output: String) throws -> GrowSettings {
    var settings = GrowSettings()
    settings.recipe = recipe.program
    settings.seed = options.seed
    settings.copies = options.copies ?? recipe.copies
    settings.keepsOriginals = options.originals || recipe.keepsOriginals
    settings.format = try format(of: output)
    settings.quality = quality ?? (settings.format == .jpg ? GrowSettings.usualQuality : nil)
    settings.shardSize = shardSize
    settings.minVisible = minVisible
    return settings
  }

  private func format(of output: String) throws -> GrowSettings.Format {
    let name = output.lowercased()
    let named: GrowSettings.Format? = name.hasSuffix(".npz") ? .npz : name.hasSuffix(".idx") ? .idx : nil
    guard !name.hasSuffix(".tar") else {
      throw Fault(ShardErrors.badChoice, "shards are written to a folder, got `\(output)`", hint: "as in `loam grow photos/ shards/ --format tar`")
    }
    if let format, let named, format != named {
      throw Fault(ShardErrors.badChoice, "the output `\(output)` is not named as --format \(format.rawValue)", hint: "leave out --format, or rename the output")
    }
    if let format, format.isOneFile, named == nil {
      throw Fault(
        ShardErrors.badChoice, "--format \(format.rawValue) writes one file that ends in .\(format.rawValue), got `\(output)`",
        hint: "name it `\(output.hasSuffix("/") ? String(output.dropLast()) : output).\(format.rawValue)`")
    }
    return format ?? named ?? .png
  }
}

extension GrowSettings.Format: ExpressibleByArgument {}

/// `2/8`.
struct PartArgument: ExpressibleByArgument {
  let number: Int
  let count: Int

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
    (self.number, self.count) = (number, count)
  }
}
