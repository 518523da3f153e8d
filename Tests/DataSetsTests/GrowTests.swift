import DataSets
import Diagnostics
import Effects
import Engine
import Foundation
import Images
import TestSupport
import Testing

/// `loam grow` without the command: the same bytes however the work is divided, interrupted and continued.
@Suite struct GrowTests {
  @Test(arguments: [GrowSettings.Format.png, .jpg, .tar])
  func bytesDependNeitherOnThreadsNorOnProcesses(_ format: GrowSettings.Format) throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(11)
    let settings = fixture.settings(format)
    let outcome = try fixture.grow(settings, to: "one", threads: 1)
    #expect(outcome.made == 33 && outcome.skipped.isEmpty)
    try fixture.grow(settings, to: "two", threads: 3)
    for part in [2, 3, 1] { try fixture.grow(settings, to: "parts", part: (part, 3)) }
    let one = try fixture.tree("one")
    #expect(one.count == (format == .tar ? 5 + 2 : 33 + 2), "\(one.keys.sorted())")
    #expect(try one == fixture.tree("two"))
    #expect(try one == fixture.tree("parts"))
  }

  @Test(arguments: [GrowSettings.Format.png, .tar, .npz, .idx], [1, 8, 20])
  func anInterruptedRunGoesOn(_ format: GrowSettings.Format, _ limit: Int) throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(12)
    try fixture.breakPicture("cat/4.png")
    let settings = fixture.settings(format)
    let ending = format == .npz || format == .idx ? ".\(format.rawValue)" : ""
    try fixture.grow(settings, to: "whole\(ending)", skipsBroken: true)
    #expect(throws: Interrupted.self) { try fixture.grow(settings, to: "part\(ending)", threads: 1, skipsBroken: true, interruptAfter: limit) }
    let outcome = try fixture.grow(settings, to: "part\(ending)", resumes: true, skipsBroken: true)
    #expect(outcome.skipped.count == 1 && outcome.made <= 33 && outcome.made + outcome.alreadyMade >= 33)
    if ending.isEmpty {
      #expect(try fixture.tree("whole") == fixture.tree("part"))
    } else {
      #expect(try fixture.bytes("whole\(ending)") == fixture.bytes("part\(ending)"))
      #expect(try fixture.bytes("whole\(ending).grow.csv") == fixture.bytes("part\(ending).grow.csv"))
    }
    // Nothing is left to do.
    #expect(try fixture.grow(settings, to: "part\(ending)", resumes: true, skipsBroken: true).made == 0)
  }

  /// A process that is killed leaves an image that is not complete.
  @Test(arguments: [1, 300, 1500, 4000])
  func anArrayThatBreaksOffIsCompleted(_ length: Int) throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(6)
    let settings = fixture.settings(.npz)
    try fixture.grow(settings, to: "whole.npz")
    #expect(throws: Interrupted.self) { try fixture.grow(settings, to: "part.npz", threads: 1, interruptAfter: 15) }
    let partial = fixture.folder.appendingPathComponent("part.npz.grow/images")
    try Data(contentsOf: partial).prefix(length).write(to: partial)
    try fixture.grow(settings, to: "part.npz", resumes: true)
    #expect(try fixture.bytes("whole.npz") == fixture.bytes("part.npz"))
  }

  @Test func arraysHoldTheirLabels() throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(4)
    var settings = fixture.settings(.npz, copies: 1)
    settings.keepsOriginals = true
    try fixture.grow(settings, to: "a.npz")
    let arrays = try NPZ.decode(Array(fixture.bytes("a.npz")), name: "a.npz")
    #expect(arrays.map(\.name) == ["images", "labels", "names"])
    guard case .tensor(let images) = arrays[0].content, case .tensor(let labels) = arrays[1].content else { throw CocoaError(.fileReadCorruptFile) }
    #expect(images.shape == [8, 9, 11, 3] && images.dtype == .u8)
    #expect((0..<8).map { labels[$0] } == [0, 0, 0, 0, 1, 1, 1, 1])
    // The first result is the picture itself.
    let first = try PNG.decode(Array(fixture.bytes("in/cat/0.png")), name: "0.png")
    #expect((0..<first.count).allSatisfy { images[$0] == first[$0] })
    settings.format = .idx
    try fixture.grow(settings, to: "a.idx")
    #expect(try IDX.decode(Array(fixture.bytes("a.idx")), name: "a.idx").shape == [8, 9, 11, 3])
    #expect(try IDX.decode(Array(fixture.bytes("a-labels.idx")), name: "a-labels.idx").shape == [8])
  }

  @Test func resultsOfDifferentSizesAreNoArray() throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(6) { $0 == 3 ? (9, 12) : (9, 11) }
    let fault = try #require(throws: Fault.self) { try fixture.grow(fixture.settings(.npz), to: "a.npz") }
    #expect(fault.diagnostic.id == ShardErrors.unequalResults)
    #expect(fault.diagnostic.message.contains("cat/0.png` becomes 9×11×3") && fault.diagnostic.message.contains("dog/3.png` becomes 9×12×3"))
    #expect(try fixture.grow(fixture.settings(.png), to: "folder").made == 18)
  }

  @Test func aBrokenPictureStopsTheRunOrIsLeftOut() throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(8)
    try fixture.breakPicture("dog/3.png")
    let settings = fixture.settings(.png)
    let fault = try #require(throws: Fault.self) { try fixture.grow(settings, to: "stop") }
    #expect(fault.diagnostic.message.contains("dog/3.png") && fault.diagnostic.hint?.contains("--on-error skip") == true)
    let outcome = try fixture.grow(settings, to: "skip", skipsBroken: true)
    #expect(outcome.made == 21 && outcome.skipped.map(\.name) == [fixture.path("in") + "/dog/3.png"])
    let tree = try fixture.tree("skip")
    #expect(tree.count == 21 + 2 && !tree.keys.contains { $0.contains("dog/3") })
    let record = String(decoding: try #require(tree["grow.csv"]), as: UTF8.self)
    #expect(record.contains("skipped,") && record.contains("state,complete"))
    #expect(!String(decoding: try #require(tree["labels.csv"]), as: UTF8.self).contains("dog/3"))
    // What was repaired is made by the run that goes on.
    try fixture.addPictures(8)
    try fixture.grow(settings, to: "stop", resumes: true)
    #expect(try fixture.tree("stop").count == 24 + 2)
  }

  @Test func otherSettingsAndOtherFilesAreRefused() throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(6)
    let settings = fixture.settings(.png)
    #expect(throws: Interrupted.self) { try fixture.grow(settings, to: "out", threads: 1, interruptAfter: 3) }
    func fault(_ settings: GrowSettings, to output: String = "out", resumes: Bool = true) throws -> Diagnostic {
      try #require(throws: Fault.self) { try fixture.grow(settings, to: output, resumes: resumes) }.diagnostic
    }
    #expect(try fault(settings, resumes: false).id == ShardErrors.outputInUse)
    for (change, text) in [("copies", "copies is `2`, then it was `3`"), ("seed", "seed is `5`, then it was `0`"), ("recipe", "the recipe is `flip()`")] {
      var other = settings
      if change == "copies" { other.copies = 2 } else if change == "seed" { other.seed = 5 } else { other.recipe = "flip()" }
      let diagnostic = try fault(other)
      #expect(diagnostic.id == ShardErrors.otherRun && diagnostic.message.contains(text), "\(diagnostic.message)")
    }
    try fixture.files.write([], to: fixture.path("in/dog/99.png"))
    #expect(try fault(settings).message.contains("the input has 7 pictures, then it had 6"))
    try fixture.files.write([1], to: fixture.path("other/notes.txt"))
    #expect(try fault(settings, to: "other").message.contains("is not empty: it contains `notes.txt`"))
  }

  @Test func picturesInFlightAreBounded() throws {
    let fixture = try GrowFixture()
    // The first picture takes much longer than the others.
    try fixture.addPictures(60) { $0 == 0 ? (300, 300) : (3, 3) }
    let plan = try GrowPlan(fixture.source(), fixture.settings(.tar))
    let run = GrowRun(plan, GrowFixture.recipe, Engine(threads: 3), fixture.files)
    let outcome = try run.run(to: fixture.path("out"))
    #expect(run.window == 12 && (1...12).contains(outcome.mostInFlight))
  }

  @Test func impossibleChoicesAreRefused() throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(2)
    func refusal(part: (Int, Int) = (1, 1), _ change: (inout GrowSettings) -> Void) throws -> String {
      var settings = fixture.settings(.png)
      change(&settings)
      return try #require(throws: Fault.self) { try GrowPlan(fixture.source(), settings, part: part) }.diagnostic.message
    }
    #expect(try refusal { $0.copies = 0 }.contains("--copies must be between 1 and"))
    #expect(try refusal { $0.copies = .max }.contains("--copies must be between 1 and"))
    #expect(try refusal { $0.shardSize = 0 }.contains("--shard-size"))
    #expect(try refusal { $0.quality = 95 }.contains("--quality is for JPEG"))
    #expect(try refusal(part: (4, 3)) { _ in }.contains("--shard 4/3"))
    #expect(try refusal(part: (0, 3)) { _ in }.contains("--shard 0/3"))
    #expect(try refusal(part: (1, 2)) { $0.format = .npz }.contains("cannot be written by 2 processes"))
    #expect(throws: Fault.self) { try FolderSource(fixture.path("nowhere"), fixture.files) }
  }

  @Test(arguments: [GrowSettings.Format.png, .tar])
  func morePartsThanPictures(_ format: GrowSettings.Format) throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(2)
    let settings = fixture.settings(format)
    try fixture.grow(settings, to: "one")
    for part in 1...5 { try fixture.grow(settings, to: "parts", part: (part, 5)) }
    #expect(try fixture.tree("one") == fixture.tree("parts"))
  }

  /// More results of one picture than are made at a time.
  @Test func manyCopiesOfFewPictures() throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(2)
    let settings = fixture.settings(.tar, copies: 40)
    #expect(try fixture.grow(settings, to: "one", threads: 1).made == 80)
    try fixture.grow(settings, to: "two", threads: 3)
    #expect(try fixture.tree("one") == fixture.tree("two"))
  }

  @Test func namesStayApart() throws {
    let fixture = try GrowFixture()
    let picture = try fixture.files.read(
      {
        try fixture.addPictures(1); return fixture.path("in/cat/0.png")
      }())
    for name in ["a.png", "a.jpg", "b.c.png"] { try fixture.files.write(picture, to: fixture.path("same/x/\(name)")) }
    for name in ["a.png", "b.c.png"] { try fixture.files.write(picture, to: fixture.path("same/y/\(name)")) }
    try fixture.grow(fixture.settings(.png, copies: 1), to: "out", from: FolderSource(fixture.path("same"), fixture.files))
    let made = try fixture.tree("out").keys.filter { $0.hasSuffix(".png") }.sorted()
    #expect(made == ["x/a.jpg-1.png", "x/a.png-1.png", "x/b.c.png-1.png", "y/a-1.png", "y/b.c-1.png"])
  }

  /// Files as a process sees them that looks for the manifest just before another one writes it.
  private final class EarlyLook: FileAccess {
    private let files = SystemFiles()
    private var looks = 0
    func exists(_ path: String) -> Bool {
      guard path.hasSuffix("grow.csv") else { return files.exists(path) }
      looks += 1
      return looks > 1 && files.exists(path)
    }
    func read(_ path: String) throws -> [UInt8] { try files.read(path) }
    func isFolder(_ path: String) -> Bool { files.isFolder(path) }
    func list(_ folder: String) throws -> [String] { try files.list(folder) }
    func write(_ bytes: [UInt8], to path: String) throws { try files.write(bytes, to: path) }
    func makeFolder(_ path: String) throws { try files.makeFolder(path) }
    func remove(_ path: String) throws { try files.remove(path) }
  }

  /// Other processes of `--shard` may begin, and end, while one begins.
  @Test(arguments: [GrowSettings.Format.png, .tar])
  func processesMayBeginAtTheSameMoment(_ format: GrowSettings.Format) throws {
    let fixture = try GrowFixture()
    try fixture.addPictures(5)
    let (settings, recipe) = (fixture.settings(format), GrowFixture.recipe)
    try fixture.grow(settings, to: "one")
    try fixture.grow(settings, to: "parts", part: (2, 2))
    let plan = try GrowPlan(fixture.source(), settings, part: (1, 2))
    _ = try GrowRun(plan, recipe, Engine(threads: 1), EarlyLook()).run(to: fixture.path("parts"), version: "1")
    #expect(try fixture.tree("one") == fixture.tree("parts"))
    // A folder with something else is still refused.
    try fixture.files.write([1], to: fixture.path("mine/notes.txt"))
    let fault = try #require(throws: Fault.self) { _ = try GrowRun(plan, recipe, Engine(threads: 1), EarlyLook()).run(to: fixture.path("mine")) }
    #expect(fault.diagnostic.id == ShardErrors.outputInUse)
  }
}
