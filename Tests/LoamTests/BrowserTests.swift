import Foundation
import TestSupport
import Testing

/// An exported lesson in a real browser, where there is one.
@Suite(.serialized, .timeLimit(.minutes(10))) struct BrowserTests {
  private static let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private static func browse(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(browser))
    let profile = try Loam.temporaryFolder()
    process.arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir=\(profile.path)"] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let ending = DispatchWorkItem { process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: ending)
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    ending.cancel()
    return text
  }

  /// The page is shown as it was meant: its own title, code, pictures; nothing of the lesson's text runs.
  @Test(.enabled(if: browser != nil, "there is no Chromium here to open the page in"))
  func pagesOpen() throws {
    let folder = try Loam.temporaryFolder()
    let lesson = """
      # Shown

      <script>document.title = "owned"</script>
      <img src="x" onerror="document.title = 'owned'">

      ```loam
      show(clothes()[0:24])
      print("<script>document.title = 'owned'</script>")
      ```

      """
    try lesson.write(to: folder.appendingPathComponent("a.md"), atomically: true, encoding: .utf8)
    #expect(try Loam.run(["update", "a.md"], folder: folder).code == 0 && Loam.run(["export", "a.md"], folder: folder).code == 0)
    let page = "file://" + folder.appendingPathComponent("a.html").path
    let document = try Self.browse(["--dump-dom", page])
    #expect(document.contains("<title>Shown</title>") && !document.contains("<script") && document.contains("<span class=\"f\">show</span>"))
    for (width, height) in [(390, 844), (1200, 900)] {
      let picture = folder.appendingPathComponent("\(width).png")
      _ = try Self.browse(["--window-size=\(width),\(height)", "--screenshot=\(picture.path)", page])
      // A page with clothes on it is no empty one, which takes a few thousand bytes.
      #expect(try Data(contentsOf: picture).count > 20_000)
    }
  }
}
