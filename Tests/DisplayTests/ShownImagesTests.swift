import Effects
import Foundation
import Images
import Session
import TestSupport
import Testing

/// How large images are where people look at them, and that saved data is never scaled.
@Suite struct ShownImagesTests {
  private final class Screen: Console, PictureSink {
    private(set) var output = ""
    private(set) var shown: [Picture] = []
    let terminal: Terminal?
    init(_ terminal: Terminal?) { self.terminal = terminal }
    func write(_ text: String) { output += text }
    func writeError(_ text: String) { output += text }
    func flush() {}
    func show(_ picture: Picture, title: String, inCharacters: (Terminal) -> String) { shown.append(picture) }
  }

  private func run(_ program: String, on screen: Screen, keepsPictures: Bool = false, files: MemoryFiles = MemoryFiles()) -> MemoryFiles {
    let effects = Effects.forTests(console: screen, files: files, pictures: keepsPictures ? screen : nil)
    #expect(Session(effects: effects, threads: 1).run(program, named: "shown").report == nil)
    return files
  }

  /// `height×width` of a program's only picture in a lesson.
  private func size(_ program: String) throws -> String {
    let screen = Screen(nil)
    _ = run(program, on: screen, keepsPictures: true)
    guard case .pixels(let pixels)? = screen.shown.first, screen.shown.count == 1 else { return "none" }
    return "\(pixels.height)×\(pixels.width)"
  }

  @Test(arguments: [
    "show(clothes()[0].image)": "112×112", "show(zeros(8, 8))": "112×112", "show(clothes()[0:3], columns=3)": "112×344", "show(clothes()[0:8])": "84×693",
    "show(digits()[0:10], columns=10)": "56×623", "show(clothes()[0:40], columns=20)": "57×579", "show(zeros(200, 300))": "200×300",
    // Eight of these are wider than a page, unless asked for.
    "show(zeros(5, 200, 200, 3))": "401×602", "show(zeros(5, 200, 200, 3), columns=5)": "200×1004",
    // Sheets of very many images stay as they are.
    "show(zeros(20000, 28, 28, 1))": "72499×231",
  ])
  func aLessonShowsSmallImagesLarger(_ program: String, _ size: String) throws { #expect(try self.size(program) == size) }

  @Test func everyPixelBecomesASquare() throws {
    let screen = Screen(nil)
    _ = run("show([[[0, 1], [0.2, 0.4]], [[1, 0], [1, 0]]] |> reshape(2, 2, 2, 1))", on: screen, keepsPictures: true)
    guard case .pixels(let pixels)? = screen.shown.first else { return #expect(Bool(false)) }
    #expect(pixels.height == 112 && pixels.width == 280)
    let rows: [[UInt8]] = [[0, 255, 255, 255, 0], [51, 102, 255, 255, 0]]
    let wrong = (0..<pixels.height * pixels.width).filter { pixels.bytes[$0] != rows[$0 / pixels.width / 56][$0 % pixels.width / 56] }
    #expect(wrong.isEmpty)
  }

  @Test(arguments: [(80, 462, 56), (200, 693, 84)])
  func aTerminalWithPixelsShowsThemLarger(_ columns: Int, _ width: Int, _ height: Int) throws {
    let screen = Screen(Terminal(columns: columns, trueColour: true, graphics: .iTerm))
    _ = run("show(clothes()[0:8])", on: screen)
    let payload = try #require(screen.output.split(separator: ":").dropFirst().first?.split(separator: "\u{07}").first)
    let file = try #require(Data(base64Encoded: String(payload)))
    #expect(PNG.shape([UInt8](file)) == [height, width, 1])
  }

  /// Data is as it was; a sheet is to look at, and `scale=` says how large.
  @Test func savedFiles() throws {
    let files = run(
      """
      few = clothes()[0:8]
      save(few, "set/")
      save(few[0].image, "one.png")
      save(few, "several.png")
      save(sheet(few), "sheet.png")
      save(sheet(few, columns=4, scale=1), "small.png")
      save(sheet(few, scale=10), "large.png")
      """, on: Screen(nil))
    func shape(_ path: String) throws -> [Int]? { PNG.shape(try files.read(path)) }
    let set = try files.list("set").filter { !$0.hasSuffix(".csv") }
    #expect(!set.isEmpty)
    for folder in set { for file in try files.list("set/\(folder)") { #expect(try shape("set/\(folder)\(file)") == [28, 28, 1]) } }
    #expect(try shape("one.png") == [28, 28, 1] && shape("several.png") == [84, 693, 1] && shape("sheet.png") == [84, 693, 1])
    #expect(try shape("small.png") == [57, 115, 1] && shape("large.png") == [280, 2310, 1])
  }

  @Test(arguments: ["sheet(zeros(2, 4, 4, 1), scale=0)", "sheet(zeros(2, 4, 4, 1), scale=65)", "sheet(zeros(2, 4, 4, 1), scale=1.5)"])
  func aScaleIsASmallWholeNumber(_ program: String) { #expect(TestSession.printed(program).contains("error[L0205]")) }
}
