import Effects
import Foundation
import Notebook
import Testing

/// A lesson as a page and as a script.
@Suite struct LessonPageTests {
  private func page(_ text: String, files: [String: [UInt8]] = [:]) -> String { LessonPage.html(Lesson(text, named: "a/lesson.md")) { files[$0] } }

  private func body(_ text: String, files: [String: [UInt8]] = [:]) -> String {
    let page = page(text, files: files)
    guard let start = page.range(of: "<main>\n"), let end = page.range(of: "</main>", options: .backwards) else { return "" }
    return String(page[start.upperBound..<end.lowerBound])
  }

  @Test func codeIsColouredAndEscaped() {
    let html = body("```loam\nx = \"<b>{1}\"  # & so\nfor i in 0..2 { print(i) }\nmodel m(a=1) { state s = a }\n```\n")
    #expect(html.contains("x = <span class=\"s\">&quot;&lt;b&gt;{1}&quot;</span>  <span class=\"c\"># &amp; so</span>\n"))
    #expect(html.contains("<span class=\"k\">for</span> i <span class=\"k\">in</span> <span class=\"n\">0</span>..<span class=\"n\">2</span>"))
    #expect(html.contains("<span class=\"k\">model</span> <span class=\"f\">m</span>(") && html.contains("<span class=\"k\">state</span> s"))
  }

  /// Whatever the code is, its letters are all there.
  @Test(arguments: ["model = 1", "\"never ended", "a & b ' \u{201C}x\u{201D} é 🙂", "", "1x 2..3 ##\n## doc\nfn f() {}", "test \"a\" { expect 1 < 2 }"])
  func nothingIsLost(_ code: String) {
    let html = body("```loam\n\(code)\n```\n")
    var text = html.replacingOccurrences(of: "<[^>]*>", with: "", options: .regularExpression)
    for (entity, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] { text = text.replacingOccurrences(of: entity, with: sign) }
    #expect(text.trimmingCharacters(in: .newlines) == code)
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "a <script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a <img src=x onerror=alert(1)>", "[a](javascript:alert(1))",
    "![a](javascript:alert(1))", "<a href=\"javascript:alert(1)\">a</a>", "[a]( JaVaScRiPt:alert(1))", "[a](data:text/html,<script>alert(1)</script>)",
    "<div onclick=\"alert(1)\">\n\na", "```loam\n\"<script>alert(1)</script>\"\n```", "```html\"><script>alert(1)</script>\nx\n```",
    "# <script>alert(1)</script>",
    "# `</title><script>alert(1)</script>`", "![\"><script>alert(1)</script>](x.png)", "```loam file=<script>alert(1)</script>\nx\n```",
    "<!-- --><script>alert(1)</script>",
    "<!-- loam:out --><script>alert(1)</script>",
  ])
  func nothingRuns(_ text: String) {
    let html = page(text).lowercased()
    #expect(!html.contains("<script") && !html.contains("href=\"javascript") && !html.contains("src=\"javascript") && !html.contains("<img src=\"x\""))
    #expect(html.range(of: "<[a-z]+[^>]* on[a-z]+=", options: .regularExpression) == nil)
    #expect(html.contains("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\""))
  }

  @Test func plainTagsStayAndOthersGo() {
    let html = body("H<sub>2</sub>O<br>press <kbd>Tab</kbd> <b onclick=\"x\">bold</b> <blink>no</blink>\n")
    #expect(html.contains("H<sub>2</sub>O<br>press <kbd>Tab</kbd> bold</b> no"))
  }

  @Test func picturesAreInside() throws {
    let picture = Picture.pixels(Pixels(height: 28, width: 100, channels: 1, bytes: [UInt8](repeating: 9, count: 2800)))
    let bytes = try PictureFile.encode(picture)
    let text =
      "```loam\n1\n```\n<!-- loam:out -->\n![a \"b\"](lesson.assets/1.png)\n<!-- loam:end -->\n\n![mine](my%20own.png)\n\n![far](https://example.org/x.png)\n\n![text](notes.txt)\n"
    let html = body(text, files: ["lesson.assets/1.png": bytes, "my own.png": bytes, "notes.txt": Array("secret".utf8)])
    let data = "<img src=\"data:image/png;base64,\(Data(bytes).base64EncodedString())\""
    #expect(html.contains("<div class=\"output\">\n<p>\(data) alt=\"a &quot;b&quot;\" class=\"pixels\" width=\"400\"></p>\n</div>"))
    #expect(html.contains("\(data) alt=\"mine\">") && html.contains("[picture: far]") && html.contains("[picture: text]"))
    #expect(!html.contains("example.org") && !html.contains("secret"))
  }

  /// Crisp where it is shown as it is or larger; smooth where the page shrinks it. Other pictures are left alone.
  @Test(arguments: [(28, 28, 112), (84, 693, 693), (112, 112, 112), (57, 231, 462), (300, 704, 704), (300, 705, nil)] as [(Int, Int, Int?)])
  func smallPicturesAreEnlarged(_ height: Int, _ width: Int, _ shown: Int?) throws {
    let bytes = try PictureFile.encode(.pixels(Pixels(height: height, width: width, channels: 1, bytes: [UInt8](repeating: 9, count: height * width))))
    let text = "```loam\n1\n```\n<!-- loam:out -->\n![a](lesson.assets/1.png)\n<!-- loam:end -->\n\n![b](b.png)\n"
    let html = body(text, files: ["lesson.assets/1.png": bytes, "b.png": bytes])
    #expect(html.contains(" alt=\"a\"" + (shown.map { " class=\"pixels\" width=\"\($0)\">" } ?? ">")) && html.contains(" alt=\"b\">"))
    #expect(page(text).contains("img.pixels { image-rendering: pixelated; }"))
  }

  @Test(arguments: 0...6)
  func base64IsRight(_ count: Int) {
    let bytes = [0x89, 0x50, 0x4E, 0x47] + [UInt8](repeating: 0xFB, count: count)
    #expect(body("![a](a.png)", files: ["a.png": bytes]).contains("base64,\(Data(bytes).base64EncodedString())\""))
  }

  @Test func pagesHaveTablesTitlesAndHiddenCells() {
    let text =
      "# The *first* one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n~~old~~\n\n```loam hidden\nsecret = 1\n```\n<!-- loam:out -->\n```text\n<1>\n```\n<!-- loam:end -->\n\n<b>kept</b>\n\n<div>\nraw & text\n</div>\n"
    let html = page(text)
    #expect(html.contains("<title>The first one</title>") && html.contains("<td>1</td>") && html.contains("<del>old</del>"))
    #expect(!html.contains("secret = 1") && html.contains("&lt;1&gt;") && !html.contains("loam:"))
    #expect(html.contains("kept") && html.contains("raw &amp; text"))
  }

  @Test func scriptsHoldTheCode() {
    let text =
      "# Title\n\nSome text.\n\n```loam\nx = 1\n```\n<!-- loam:out -->\n```text\n1\n```\n<!-- loam:end -->\n\n- item\n\n  ```loam fails\n  1 / 0\n  ```\n\n```loam file=a.loam\ny = 2\n```\n"
    #expect(
      LessonScript.text(Lesson(text))
        == "# # Title\n\n# Some text.\n\nx = 1\n\n# - item\n\n# This fails:\n# 1 / 0\n\n# The file `a.loam`:\n# y = 2\n")
    #expect(LessonScript.text(Lesson("")) == "")
  }
}
