import Session
import Testing

/// What Tab offers: text and cursor in, candidates out.
@Suite struct CompletionTests {
  private let test = TestSession(files: MemoryFiles())

  private func offered(_ text: String) -> [String] { test.session.completion(of: text).candidates }

  @Test func names() {
    test.run("brightness = 3")
    #expect(offered("bright") == ["brightness"])
    #expect(offered("x = sof").contains("softmax"))
    #expect(offered("print(\"got {bright") == ["brightness"])
    #expect(offered("if x { whil") == ["while"])
    #expect(offered("# brigh").isEmpty && offered("12").isEmpty && offered("\"done\"").isEmpty)
    #expect(test.session.completion(of: "a + bright").start == 4)
  }

  @Test func fields() {
    test.run(
      "few = digits()[:5]; r = {inner: {depth: 2, width: 3}, name: 1}; model net() { encode = {layers: dense(3)}; fn call(x) { encode.layers(x) } }; m = net(shape=(4,))"
    )
    #expect(offered("few.") == ["images", "labels", "names"])
    #expect(offered("print(r.inner.de") == ["depth"])
    #expect(offered("r.inner.") == ["depth", "width"])
    #expect(offered("m.enc") == ["encode"])
    #expect(offered("m.encode.lay") == ["layers"])
    // Neither calls nor computed fields are run.
    #expect(offered("digits().im").isEmpty && offered("few.images.sh").isEmpty && offered("r[0].na").isEmpty && offered("nowhere.").isEmpty)
  }

  @Test func argumentNames() {
    test.run("fn grow(few, times=2, mirror=true) { few }\nmodel net(width=8) { layer = dense(width) }")
    #expect(offered("few |> rotate(30, ab") == ["about=", "abs"])
    #expect(offered("few |> rotate(30, about=\"center\", ") == ["copies=", "keep="])
    #expect(offered("grow(few, ") == ["times=", "mirror="])
    #expect(offered("grow(few, mirror=false, t").first == "times=")
    #expect(offered("net(wi").first == "width=")
    // Not behind an argument's own beginning, and not in an inner call or bracket.
    #expect(!offered("grow(few, 1 + ti").contains("times=") && !offered("grow(len(ti").contains("times=") && !offered("grow((ti").contains("times="))
    #expect(!offered("fn grow(ti").contains("times="))
  }

  @Test func acceptedTexts() {
    #expect(offered("crop(few, 24, 24, at=\"ce") == ["center"])
    #expect(test.session.completion(of: "crop(few, 24, 24, at=\"ce").closesText)
    #expect(offered("few |> crop(24, 24, \"ran") == ["random"])
    #expect(offered("turn = flip(\"v") == ["vertical"] && offered("crop(24, 24, \"ran") == ["random"])
    #expect(offered("few |> flip(\"v") == ["vertical"])
    #expect(offered("tensor((1, 2), dtype=\"f") == ["f32", "f64"])
  }

  @Test func paths() throws {
    for path in ["data/one.csv", "data/two.csv", "data/.hidden", "notes.txt"] { try test.session.effects.files.write([1], to: path) }
    #expect(offered("load(\"data/") == ["one.csv", "two.csv"])
    #expect(offered("x = load(\"data/t") == ["two.csv"])
    #expect(offered("load(\"data/.h") == [".hidden"])
    #expect(offered("load(\"nowhere/").isEmpty)
    #expect(test.session.completion(of: "load(\"data/t").start == 11)
  }
}
