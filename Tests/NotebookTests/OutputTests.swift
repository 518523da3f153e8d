import Effects
import Notebook
import Testing

/// Text as it is saved, and saved outputs beside new ones.
@Suite struct OutputTests {
  @Test(arguments: [
    ("plain\ttext\n", "plain\ttext\n"), ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{7}", "link"),
    ("a\u{1B}(Bb\u{1B}7c", "abc"), ("\u{9B}31mx", "x"), ("\u{1B}P1$r\u{1B}\\y", "y"), ("10%\r20%\r\ndone", "10%\n20%\ndone"),
    ("a\u{0}b\u{8}", "a\u{FFFD}b\u{FFFD}"),
    ("\u{1B}]never ended\nnext", "\nnext"), ("\u{1B}", ""), ("\u{1B}[", ""), ("🙂 é", "🙂 é"),
  ])
  func escapesAreTakenOut(_ text: String, _ plain: String) { #expect(PlainText.of(text) == plain) }

  /// A chart on a terminal is coloured, whatever its title tries.
  @Test func coloursMayStay() {
    #expect(PlainText.of("\u{1B}[38;5;9mred\u{1B}[0m\u{1B}[2J\u{1B}]0;title\u{7}", keepingColours: true) == "\u{1B}[38;5;9mred\u{1B}[0m")
    #expect(PlainText.of("\u{1B}[", keepingColours: true) == "")
  }

  @Test(
    arguments: [
      (["a"], ["a"], true), (["a"], ["b"], false), (["a ... c"], ["a b c"], true), (["a ... c"], ["a c"], false), (["...c"], ["abc"], true),
      (["a..."], ["abc"], true),
      (["a...a"], ["a"], false), (["... x ... y ..."], ["1 x 2 y 3"], true), (["... x ... y ..."], ["1 y 2 x 3"], false), (["..."], [], true),
      (["..."], ["a", "b"], true),
      (["a", "...", "z"], ["a", "z"], true), (["a", "...", "z"], ["a", "b", "c", "z"], true), (["a", "...", "z"], ["a", "b", "c"], false),
      (["...", "b", "..."], ["a", "b", "b", "c"], true), (["a "], ["a"], true), ([], ["a"], false), (["x", "  ..."], ["x", "y"], true),
    ] as [([String], [String], Bool)])
  func marksStandForWhatDiffers(_ saved: [String], _ new: [String], _ agrees: Bool) { #expect(Ellipsis.matches(saved, new) == agrees) }

  @Test(
    arguments: [
      (["loss 0.5, took ... s", "end"], ["loss 0.6, took 3.1 s", "end"], ["loss 0.6, took ... s", "end"]),
      (["a", "...", "z"], ["x", "1", "2", "z"], ["x", "...", "z"]), (["took ... s"], ["something else"], ["something else"]),
      (["a", "..."], ["b", "c", "d"], ["b", "..."]), (["a"], ["b"], ["b"]), (["...", "old"], ["1", "2", "new"], ["...", "new"]),
    ] as [([String], [String], [String])])
  func marksSurviveAChange(_ saved: [String], _ new: [String], _ merged: [String]) {
    #expect(Ellipsis.merged(saved, new) == merged)
    #expect(Ellipsis.matches(merged, new))
  }

  /// Against the plain definition, for all short sequences: the steps spell both sides, and agree where
  /// a search says so.
  @Test func alignmentsSpellBothSides() {
    func agrees(_ saved: ArraySlice<Int>, _ new: ArraySlice<Int>) -> Bool {
      guard let first = saved.first else { return new.isEmpty }
      if first == 0 { return (new.startIndex...new.endIndex).contains { agrees(saved.dropFirst(), new[$0...]) } }
      return first == new.first && agrees(saved.dropFirst(), new.dropFirst())
    }
    func sequences(_ length: Int, _ letters: ClosedRange<Int>) -> [[Int]] {
      length == 0 ? [[]] : [[]] + sequences(length - 1, letters).flatMap { rest in letters.map { [$0] + rest } }
    }
    for saved in sequences(4, 0...2) {
      for new in sequences(4, 1...2) {
        let steps = Alignment.steps(saved, new, isMark: { $0 == 0 }, matches: ==)
        var (left, right): ([Int], [Int]) = ([], [])
        for step in steps {
          switch step {
          case .same(let a, let b), .changed(let a, let b): (left, right) = (left + [saved[a]], right + [new[b]])
          case .gone(let a): left.append(saved[a])
          case .added(let b): right.append(new[b])
          case .marked(let a, let b): (left, right) = (left + [saved[a]], right + new[b])
          }
        }
        #expect(left == saved && right == new)
        #expect(steps.allSatisfy(\.isAgreement) == agrees(saved[...], new[...]), "\(saved) and \(new)")
      }
    }
  }

  @Test func aFloodIsCut() {
    let recorder = OutputRecorder(byteLimit: 10, pictureLimit: 1)
    recorder.write("12345678é")
    for _ in 0..<100 { recorder.write("more") }
    let picture = Picture.pixels(Pixels(height: 1, width: 1, channels: 1, bytes: [7]))
    recorder.show(picture, title: "a") { _ in "" }
    recorder.show(picture, title: "b") { _ in "" }
    let output = recorder.take()
    guard case .text(let first)? = output.parts.first, case .text(let last)? = output.parts.last else { return #expect(Bool(false)) }
    #expect(output.parts.count == 3 && first == ["12345678é"] && output.parts[1] == .picture(picture, title: "a"))
    #expect(last == ["[truncated: the first 10 bytes, of 410]", "[truncated: the first 1 pictures, of 2]"])
    #expect(recorder.take() == CellOutput())
    recorder.write("123456789é")
    #expect(recorder.take().parts.first.map { if case .text(let lines) = $0 { lines[0] } else { "" } } == "123456789")
  }

  /// Text, pictures and text again stay in their order.
  @Test func partsAreInOrder() {
    let recorder = OutputRecorder()
    let picture = Picture.pixels(Pixels(height: 1, width: 2, channels: 1, bytes: [0, 255]))
    recorder.write("one\n\ntwo  \n")
    recorder.show(picture, title: "p") { _ in "" }
    recorder.show(picture, title: "q") { _ in "" }
    recorder.write("three")
    #expect(
      recorder.take().parts == [.text(["one", "", "two"]), .picture(picture, title: "p"), .picture(picture, title: "q"), .text(["three"])])
  }

  @Test func picturesAreNamedAndComparedByPixels() throws {
    let one = Picture.pixels(Pixels(height: 2, width: 2, channels: 1, bytes: [0, 1, 254, 255]))
    let near = Picture.pixels(Pixels(height: 2, width: 2, channels: 1, bytes: [2, 1, 254, 253]))
    let turned = Picture.pixels(Pixels(height: 1, width: 4, channels: 1, bytes: [0, 1, 254, 255]))
    #expect(PictureFile.name(one) != PictureFile.name(near) && PictureFile.name(one) != PictureFile.name(turned))
    #expect(PictureFile.isGenerated(PictureFile.name(one)) && !PictureFile.isGenerated("mine.png") && !PictureFile.isGenerated("0123456789ABCDEF.png"))
    #expect(try PictureFile.decode(PictureFile.encode(one), name: "one") == one)
    #expect(PictureFile.difference(one, near, tolerance: 2) == nil)
    #expect(PictureFile.difference(one, near, tolerance: 1) == "2 of 4 values differ by more than 1 of 255, at most by 2")
    #expect(PictureFile.difference(one, turned, tolerance: 255) == "1×4×1 instead of 2×2×1")
  }

  @Test(arguments: ["a b/ü(1).png", "plain-name_1.assets/x.png", "100%.png"])
  func linksLeadBack(_ path: String) { #expect(LinkPath.path(of: LinkPath.link(to: path)) == path) }
}
