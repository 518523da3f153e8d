import Display
import Effects
import Images
import Testing

@Suite struct TerminalPictureTests {
  private func picture(_ graphics: Terminal.Graphics, width: Int = 2, height: Int = 3) -> String {
    var bytes: [UInt8] = []
    var noise: UInt32 = 1
    for index in 0..<width * height {
      noise = noise &* 1_664_525 &+ 1_013_904_223
      bytes.append(index < 6 ? UInt8(index * 40) : UInt8(noise >> 24))
    }
    let pixels = Pixels(height: height, width: width, channels: 1, bytes: bytes)
    return TerminalPicture(pixels, Terminal(columns: 80, trueColour: true, graphics: graphics)).text
  }

  @Test func inCharactersTwoRowsAreOneLine() {
    let text = picture(.characters)
    #expect(text.split(separator: "\n").count == 2)
    #expect(text.hasPrefix("\u{1B}[38;2;0;0;0m\u{1B}[48;2;80;80;80m▀"))
  }

  @Test func kittyTakesAFileInPieces() throws {
    let text = picture(.kitty, width: 600, height: 200)
    let pieces = text.split(separator: "\u{1B}\\").dropLast()
    #expect(pieces.count > 1)
    #expect(pieces[0].hasPrefix("\u{1B}_Ga=T,f=100,q=2,m=1;"))
    #expect(pieces.dropFirst().dropLast().allSatisfy { $0.hasPrefix("\u{1B}_Gm=1;") })
    #expect(pieces.last?.hasPrefix("\u{1B}_Gm=0;") == true)
    #expect(pieces.allSatisfy { $0.split(separator: ";")[1].utf8.count <= 4096 })
  }

  /// The payload is the picture as a PNG file.
  @Test func iTermTakesTheFileInOne() throws {
    let text = picture(.iTerm)
    let parts = text.split(separator: ":")
    #expect(parts[0].hasPrefix("\u{1B}]1337;File=inline=1;size="))
    let size = Int(parts[0].split(separator: "=").last ?? "") ?? 0
    let file = try PNG.encode((0..<6).map { UInt8(40 * $0) }, height: 3, width: 2, channels: 1)
    #expect(size == file.count)
    #expect(parts[1] == Base64.text(file) + "\u{07}\n")
  }

  @Test func base64AsInTheStandard() {
    // RFC 4648, section 10.
    let vectors = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy"]
    for (text, want) in vectors { #expect(Base64.text(Array(text.utf8)) == want) }
  }
}
