import Effects

/// Records what a cell prints and shows, in order. Long output is truncated; the rest is only counted.
package final class OutputRecorder: Console, PictureSink {
  private var parts: [Piece] = []
  /// Text printed since the last picture.
  private var printed = ""
  private var recordedBytes = 0
  private var allBytes = 0
  private var pictures = 0
  private let byteLimit: Int
  private let pictureLimit: Int

  private enum Piece {
    case text(String)
    case picture(Picture, title: String)
  }

  package var terminal: Terminal? { nil }

  package init(byteLimit: Int = 1 << 16, pictureLimit: Int = 64) {
    self.byteLimit = byteLimit
    self.pictureLimit = pictureLimit
  }

  package func write(_ text: String) {
    allBytes += text.utf8.count
    guard recordedBytes < byteLimit else { return }
    let saved = recordedBytes + text.utf8.count <= byteLimit ? text : text.prefix(bytes: byteLimit - recordedBytes)
    recordedBytes = min(byteLimit, recordedBytes + text.utf8.count)
    printed += saved
  }

  package func writeError(_ text: String) { write(text) }

  package func flush() {}

  package func show(_ picture: Picture, title: String, inCharacters: (Terminal) -> String) {
    pictures += 1
    guard pictures <= pictureLimit else { return }
    parts += [.text(printed), .picture(picture, title: title)]
    printed = ""
  }

  /// Returns and clears the recorded output.
  package func take() -> CellOutput {
    var output = CellOutput()
    for part in parts + [.text(printed)] {
      switch part {
      case .text(let text): output.append(PlainText.of(text).textLines.map(\.withoutTrailingSpace))
      case .picture(let picture, let title): output.parts.append(.picture(picture, title: title))
      }
    }
    if allBytes > recordedBytes { output.append(["[truncated: the first \(recordedBytes) bytes, of \(allBytes)]"]) }
    if pictures > pictureLimit { output.append(["[truncated: the first \(pictureLimit) pictures, of \(pictures)]"]) }
    (parts, printed, recordedBytes, allBytes, pictures) = ([], "", 0, 0, 0)
    return output
  }
}

extension String {
  /// At most this many bytes, ending with a complete character.
  fileprivate func prefix(bytes count: Int) -> String {
    var end = utf8.index(utf8.startIndex, offsetBy: count)
    while end > utf8.startIndex, String.Index(end, within: unicodeScalars) == nil { end = utf8.index(before: end) }
    return String(self[..<end])
  }

  /// Editors remove trailing spaces, so comparisons must not depend on them.
  var withoutTrailingSpace: String {
    var text = Substring(self)
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}
