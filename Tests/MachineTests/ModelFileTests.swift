import Machine
import Session
import Tensors
import TestSupport
import Testing

@Suite struct ModelFileTests {
  /// Models of every kind: from the library, with states and two losses, with functions that hold their model, and with
  /// names of the program around them.
  private static let programs = [
    "m = train(vae(latent=2, hidden=8), clothes()[0:40], epochs=1)\nx = clothes()[0:40]\nfn view(m) { decode(m, ones(2, 2)) }",
    "m = train(gan(latent=2), clothes()[0:70], epochs=1, batch=32)\nx = clothes()[0:70]\nfn view(m) { (m.generator(ones(2, 2)), m.critic(ones(2, 28, 28, 1))) }",
    """
    scale = 3
    fn scaled(x) { x * scale }
    fn mixer(k) { x -> scaled(x) + k }
    ## Counts.
    model odd(shift=2) {
      w = param(ones(2))
      bend = x -> x * w
      layers = chain(dense(3), mixer(shift), batch_norm())
      state count = 0
      optimizer = rmsprop(cosine(0.01, 40), clip=1)
      fn call(x) { bend(layers(x)[:, :2]) }
      fn loss(x) { count = count + 1; mean(call(x) ^ 2) }
    }
    x = [[1, 2], [3, 4], [5, 7]]
    m = train(odd(shift=1), x, epochs=3, batch=2)
    fn view(m) { (m([[1, 1]]), m.count, m.bend([1, 2]), m.shift) }
    """,
  ]

  @Test(arguments: programs)
  func aModelReadAgainIsTheSameAndTrainsOnAlike(_ program: String) {
    let files = MemoryFiles()
    let writing = TestSession(files: files)
    #expect(writing.run(program + "\nsave(m, \"m.model\")\nprint(m, view(m), history(m), parameters(m))").report == nil)
    let trained = TestSession(files: files)
    #expect(trained.run(program + "\nm = train(m, x, epochs=2)\nprint(view(m), history(m))").report == nil)
    // Another session, where no name of the program is known but `view` and the data.
    let view = program.split(separator: "\n").filter { $0.hasPrefix("x =") || $0.hasPrefix("fn view") }.joined(separator: "\n")
    let reading = TestSession(files: files)
    #expect(reading.run("scale = 100\n\(view)\nm = load(\"m.model\")\nprint(m, view(m), history(m), parameters(m))").report == nil)
    #expect(reading.console.output == writing.console.output)
    let going = TestSession(collectsAlways: true, files: files)
    #expect(going.run("\(view)\nm = train(load(\"m.model\"), x, epochs=2)\nprint(view(m), history(m))").report == nil)
    #expect(going.console.output == trained.console.output)
  }

  @Test func whatIsReadCanBeSavedAgainToTheSameBytes() throws {
    let files = MemoryFiles()
    let program = Self.programs[2] + "\nsave(m, \"a.model\")\nsave(load(\"a.model\"), \"b.model\")\nprint(source(m) == source(load(\"b.model\")))"
    let test = TestSession(files: files)
    #expect(test.run(program).report == nil)
    #expect(test.console.output == "true\n")
    #expect(try files.read("a.model") == files.read("b.model"))
  }

  @Test func otherValuesAreKeptToo() {
    let test = TestSession(files: MemoryFiles())
    let program = """
      fn fact(n) { if n < 2 { 1 } else { n * fact(n - 1) } }
      fn even(n) { if n == 0 { true } else { odd(n - 1) } }
      fn odd(n) { if n == 0 { false } else { even(n - 1) } }
      a = (1, -2.5, "x\\n\u{E9}", nothing, true, [[1, 2]], i32([3]), 0..3, 0..1 by 0.5, {f: fact, g: sin}, (), adam(0.1), cosine(1, 10))
      save((a, even), "any.model")
      fact = nothing
      (b, even) = load("any.model")
      print(b, b[9].f(5), b[9].g(0), even(7), same(a[5], b[5]))
      b[0] = 7
      print(b[0], a[0])
      """
    #expect(test.run(program).report == nil)
    #expect(
      test.console.output
        == "(1, -2.5, \"x\\n\u{E9}\", nothing, true, [[1, 2]], [3], 0..3, 0..1 by 0.5, {f: <function fact>, g: <function sin>}, (), adam(0.1, beta1=0.9, beta2=0.999), cosine(1.0, 10, warm_up=0, least=0.0)) 120 0.0 false true\n7 1\n"
    )
  }

  // MARK: Files that are none

  private static func file() throws -> (files: MemoryFiles, bytes: [UInt8]) {
    let files = MemoryFiles()
    _ = TestSession(files: files).run(programs[2] + "\nsave(m, \"m.model\")")
    return (files, try files.read("m.model"))
  }

  private static func load(_ bytes: [UInt8], _ files: MemoryFiles) throws -> Session.Outcome {
    try files.write(bytes, to: "x.model")
    let test = TestSession(files: files)
    // Whatever is read, a session can look at it and go on.
    let outcome = test.run("m = load(\"x.model\")")
    #expect(test.run("n = try { text(m) } catch e { nothing }\nprint(1)").report == nil)
    return outcome
  }

  @Test func aTornFileIsAnError() throws {
    let (files, bytes) = try Self.file()
    for count in stride(from: 0, to: bytes.count, by: 61) {
      #expect(try Self.load(Array(bytes[..<count]), files).diagnostics.first?.id == ArchiveErrors.broken)
      var changed = bytes
      changed[count] ^= 4
      #expect(try Self.load(changed, files).diagnostics.first?.id == ArchiveErrors.broken)
    }
  }

  /// With the sum at the end made right, so that what the file says is looked at.
  @Test func aForgedFileIsAnErrorOrAValue() throws {
    let (files, bytes) = try Self.file()
    let whole = try #require(TensorFile(bytes))
    var (errors, values) = (0, 0)
    for place in whole.notes.indices {
      for change in [UInt8(1), 0x80, 0xFF] where place % 3 == Int(change) % 3 {
        var notes = whole.notes
        notes[place] ^= change
        let outcome = try Self.load(TensorFile(whole.tensors, notes: notes).bytes(), files)
        if let first = outcome.diagnostics.first {
          #expect(first.id == ArchiveErrors.broken)
          errors += 1
        } else {
          values += 1
        }
      }
    }
    #expect(errors > 100 && values > 0)
  }

  /// A model's functions stand nowhere but in its blueprint, and nothing else stands there: a call of them finds its
  /// model in a place that only a model's call fills.
  @Test func functionsOfAModelAreNotTakenForOthers() throws {
    let (files, bytes) = try Self.file()
    let whole = try #require(TensorFile(bytes))
    // The root is the last of the notes: a tag and a number. Each object in turn becomes the root.
    var found = 0
    for tag in [UInt8(11), 12] {
      for number in 0..<60 {
        var notes = ByteWriter()
        notes.put(number)
        let outcome = try Self.load(TensorFile(whole.tensors, notes: whole.notes.dropLast(9) + [tag] + notes.bytes).bytes(), files)
        guard outcome.diagnostics.isEmpty else { continue }
        found += 1
        let test = TestSession(files: files)
        let report = test.run("m = load(\"x.model\")\nif type(m) == \"record\" { for k in keys(m) { expect k != \"call\" and k != \"loss\" } }").report
        #expect(report == nil)
      }
    }
    #expect(found > 3)
  }

  @Test func whatAFileCannotHoldIsToldByName() {
    for (program, name) in [
      ("save((1, digits()[:3]), \"a.model\")", "a data set"), ("few = digits()[:3]\nfn f() { len(few) }\nsave(f, \"a.model\")", "`few`, a data set"),
      ("save(dense(3), \"a.png\")", "ends in `.model`"),
      ("x = ()\nfor i in 0..500 { x = (x,) }\nsave(x, \"a.model\")", "400 levels deep"),
    ] {
      let test = TestSession(files: MemoryFiles())
      #expect(test.run(program).report?.contains(name) == true)
    }
  }
}
