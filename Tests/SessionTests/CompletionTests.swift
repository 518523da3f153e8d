import Session
import TestSupport
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
    #expect(offered("few.") == ["bytes", "images", "labels", "names"])
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
    #expect(offered("few |> rotate(30, about=\"center\", ") == ["expand=", "fill=", "interpolation=", "copies=", "originals="])
    #expect(offered("grow(few, ") == ["times=", "mirror="])
    #expect(offered("grow(few, mirror=false, t").first == "times=")
    #expect(offered("net(wi").first == "width=")
    // Not behind an argument's own beginning, and not in an inner call or bracket.
    #expect(!offered("grow(few, 1 + ti").contains("times=") && !offered("grow(len(ti").contains("times=") && !offered("grow((ti").contains("times="))
    #expect(!offered("fn grow(ti").contains("times="))
  }

  @Test func argumentsOfModels() throws {
    test.run(
      """
      ## Some lines.
      ##   way    "up": from below; "down": from above, as
      ##          in "up-down"
      ##   times  how often; "many" is no number
      fn draw_lines(x, way="up", times=2) { x }
      model net(width=8, key=1) {
        layer = dense(width)
        fn call(x, factor=2, shift=0) { layer(x) * factor + shift }
        fn encode(x, deep=false) { x }
      }
      m = net(shape=(4,))
      unbuilt = net()
      """)
    #expect(offered("m = train(vae(la").first == "latent=")
    #expect(offered("m = train(vae(latent=2), da").first == "data=")
    #expect(
      offered("vae(latent=2, ") == [
        "hidden=", "width=", "beta=", "fidelity=", "labels=", "likelihood=", "samples=", "warm_up=", "free_bits=", "prior=", "binarise=", "decay=", "encoder=",
        "decoder=",
        "shape=", "class_names=", "key=",
      ])
    #expect(offered("vae(8, sha").first == "shape=" && offered("vae(shape=(28, 28, 1), k").first == "key=")
    // A parameter of its own stands once.
    #expect(offered("net(") == ["width=", "key=", "shape=", "class_names="] && offered("net(width=3, key=2, ") == ["shape=", "class_names="])
    // A model is called as its `call` is.
    #expect(offered("m(x, ") == ["factor=", "shift="] && offered("unbuilt(x, factor=3, ") == ["shift="])
    #expect(offered("m.encode(x, ") == ["deep="])
    #expect(offered("draw_lines(x, way=\"") == ["up", "down", "up-down"] && offered("draw_lines(x, \"d") == ["down"])
    #expect(offered("x |> draw_lines(way=\"u") == ["up", "up-down"] && offered("draw_lines(x, times=\"m") == ["many"])
    #expect(offered("gan(objective=\"min") == ["minimax"] && offered("conv(8, padding=\"") == ["same", "valid"])
    #expect(test.session.completion(of: "gan(objective=\"min").closesText)
    #expect(try test.session.helpForValue("vae").contains("    key=  an integer"))
    #expect(try !test.session.helpForValue("net").contains("    key=") && test.session.helpForValue("net").contains("    shape="))
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
