import DataSets
import Diagnostics
import Effects
import Engine
import Foundation
import Images
import Tensors

/// A folder with pictures to grow, and what was grown beside it.
struct GrowFixture {
  let folder: URL
  let files = SystemFiles()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("loam-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// Pictures of two classes; `size` of each by its number.
  func addPictures(_ count: Int, size: (Int) -> (Int, Int) = { _ in (9, 11) }) throws {
    for number in 0..<count {
      let (height, width) = size(number)
      let picture = try Tensor(dtype: .u8, shape: [height, width, 3]) { Double(($0 * 7 + number * 31) % 256) }
      try files.write(PNG.encodeFast(picture), to: path("in/\(number % 2 == 0 ? "cat" : "dog")/\(number).png"))
    }
  }

  func breakPicture(_ name: String) throws { try files.write(Array("no picture".utf8), to: path("in/\(name)")) }

  /// A picture of one pixel.
  static var dot: Tensor { get throws { try Tensor(dtype: .u8, shape: [1, 1, 1]) { _ in 9 } } }

  /// Turns by a random angle.
  static let recipe = Recipe([RecipeStep(GeometryOperation.rotate(.uniform(-30, 30), about: .spot(.center)), key: RandomKey(bits: 7), place: 0)])

  func settings(_ format: GrowSettings.Format, copies: Int = 3) -> GrowSettings {
    var settings = GrowSettings()
    (settings.recipe, settings.copies, settings.format, settings.shardSize) = ("rotate(-30..30)", copies, format, 7)
    return settings
  }

  func source() throws -> any PictureSource { try FolderSource(path("in"), files) }

  @discardableResult
  func grow(
    _ settings: GrowSettings, to output: String, from source: (any PictureSource)? = nil, recipe: Recipe = GrowFixture.recipe, threads: Int = 2,
    part: (Int, Int) = (1, 1), resumes: Bool = false, skipsBroken: Bool = false, interruptAfter limit: Int? = nil
  ) throws -> GrowRun.Outcome {
    let cancellation = Cancellation.never()
    let source = try source ?? self.source()
    let plan = try GrowPlan(source, settings, mixing: GrowMixing(source, recipe), part: part)
    let run = GrowRun(plan, recipe, Engine(threads: threads), files, skipsBroken: skipsBroken, cancellation)
    let target = path(output)
    return try run.run(to: target, version: "1", resumes: resumes, skipping: { _ in }) { (progress: GrowRun.Progress) in
      if let limit, progress.made >= limit { cancellation.flag.pointee = 1 }
    }
  }

  /// All files below a path with their contents, hidden ones included.
  func tree(_ name: String) throws -> [String: Data] {
    let root = folder.appendingPathComponent(name)
    var found: [String: Data] = [:]
    for case let path as String in try require(FileManager.default.enumerator(atPath: root.path)) {
      let file = root.appendingPathComponent(path)
      if !file.hasDirectoryPath { found[path] = try Data(contentsOf: file) }
    }
    return found
  }

  private func require<T>(_ value: T?) throws -> T {
    guard let value else { throw CocoaError(.fileNoSuchFile) }
    return value
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }
}
