import Tensors
import TestSupport
import Testing

/// Models in files: which function, which inputs, what else the file says.
@Suite struct ModelTests {
  /// The model that a program saves as `m.onnx`, and the session.
  private func saved(_ program: String) throws -> (model: ReadModel, test: TestSession) {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    #expect(test.run(program).report == nil)
    let model = try ReadModel(files.read("m.onnx"))
    model.expectIsWellFormed(program)
    return (model, test)
  }

  private func numbers(_ program: String, _ test: TestSession) throws -> Numbers {
    guard case .value(let value) = test.session.run(program, named: "test"), value.tag == .tensor else { throw ProtobufReader.Malformed() }
    return Numbers(try test.session.machine.engine.value(value.node))
  }

  struct Case: CustomStringConvertible, Sendable {
    let model: String
    let saved: String
    let inputs: [String]
    let result: String
    let shapes: [[String]]
    var description: String { "\(saved) of \(model)" }
  }

  private static let labelled = "dataset(rand(9, 8, 9, 1), labels=i32(arange(9) % 3), names=(\"a\", \"b\", \"c\"))"

  @Test(arguments: [
    Case(model: "vae(width=2, latent=2)", saved: "m", inputs: ["randn(2, 2)"], result: "m.decode(randn(2, 2))", shapes: [["n", "2"]]),
    Case(model: "vae(width=2, latent=2)", saved: "m.encode", inputs: ["x"], result: "m.encode(x)", shapes: [["n", "8", "9", "1"]]),
    Case(model: "vae(width=2, latent=2)", saved: "m.encoder", inputs: ["x"], result: "m.encoder(x)", shapes: [["n", "8", "9", "1"]]),
    Case(
      model: "vae(width=2, latent=2, labels=true)", saved: "m.encode", inputs: ["x", "i32([2, 1])"], result: "m.encode(x, i32([2, 1]))",
      shapes: [["n", "8", "9", "1"], ["n"]]),
    Case(model: "vae(width=2, latent=2, labels=true)", saved: "m", inputs: ["z5"], result: "m.decode(z5)", shapes: [["n", "5"]]),
    Case(model: "vae(hidden=4, latent=2, likelihood=\"mse\")", saved: "m", inputs: ["z2"], result: "m.decode(z2)", shapes: [["n", "2"]]),
    Case(model: "gan(width=2, latent=2)", saved: "m", inputs: ["z2"], result: "m.decode(z2)", shapes: [["n", "2"]]),
    Case(model: "gan(width=2, latent=2, labels=true)", saved: "m", inputs: ["z5"], result: "m.decode(z5)", shapes: [["n", "5"]]),
    Case(model: "dense_gan(hidden=3, latent=2)", saved: "m", inputs: ["z2"], result: "m.decode(z2)", shapes: [["n", "2"]]),
    Case(model: "flow(width=2, units=4, moves=2)", saved: "m", inputs: ["code"], result: "m.decode(code)", shapes: [["n", "4", "5", "4"]]),
    Case(
      model: "flow(width=2, units=4, moves=2, labels=true)", saved: "m", inputs: ["code", "i32([2, 1])"], result: "m.decode(code, i32([2, 1]))",
      shapes: [["n", "4", "5", "4"], ["n"]]),
    Case(model: "flow(codes=0, units=4, moves=2)", saved: "m", inputs: ["x"], result: "m.decode(x)", shapes: [["n", "8", "9", "1"]]),
    Case(model: "classifier(width=2)", saved: "m", inputs: ["x"], result: "m(x)", shapes: [["n", "8", "9", "1"]]),
    Case(model: "classifier(hidden=4)", saved: "m.probabilities", inputs: ["x"], result: "m.probabilities(x)", shapes: [["n", "8", "9", "1"]]),
    Case(model: "classifier(width=2)", saved: "m.predict", inputs: ["x"], result: "m.predict(x)", shapes: [["n", "8", "9", "1"]]),
  ])
  func modelsComputeTheSame(_ item: Case) throws {
    let start =
      "seed(2)\nm = train(\(item.model), \(Self.labelled), epochs=1)\nx = rand(2, 8, 9, 1)\n"
      + "code = randn(2, 4, 5, 4)\n(z2, z5) = (randn(2, 2), randn(2, 5))\n"
    let inputs = item.inputs.map { $0 == "randn(2, 2)" ? "z2" : $0 }
    let result = item.result.replacing("randn(2, 2)", with: "z2")
    let (model, test) = try saved(start + "save(\(item.saved), \"m.onnx\")")
    #expect(model.inputs.map(\.shape) == item.shapes)
    // A part of a model does not know the classes.
    #expect(model.metadata["class_names"] == (item.saved == "m.encoder" ? nil : "[\"a\", \"b\", \"c\"]"))
    let results = try Evaluator.run(model, inputs.map { try numbers($0, test) })
    let expected = try numbers(result, test)
    #expect(results[0].shape == expected.shape && results[0].type == expected.type)
    #expect(zip(results[0].elements, expected.elements).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func theFileSaysWhatItHolds() throws {
    let (model, _) = try saved("m = train(classifier(hidden=3), \(Self.labelled), epochs=1)\nsave(m, \"m.onnx\")")
    #expect(model.irVersion == 8 && model.operatorSet == 17)
    #expect(model.producer == "Loam" && model.name == "classifier")
    #expect(model.metadata["model"] == "classifier" && model.metadata["function"] == "call")
    #expect(model.inputs.map(\.name) == ["x"] && model.outputs.map(\.name) == ["output"])
    #expect(model.inputs[0].documentation == "images [n, height, width, channels]")
    #expect(model.outputs[0].shape == ["n", "3"])
    // Weights have the names that they have in a `.model` file.
    #expect(Set(["to_classes.weight", "to_classes.bias", "encoder.first.weight"]).isSubset(of: model.constants.keys))
    let (rows, _) = try saved("m = train(vae(hidden=3, latent=1), rescale([[1, 2], [3, 5]]), epochs=1)\nsave(m.encode, \"m.onnx\")")
    #expect(rows.inputs[0].documentation == "rows of numbers, values from 0 to 1")
  }

  /// Weights that the function does not need are not in the file, and nothing is in it twice.
  @Test func onlyWhatIsNeededIsInTheFile() throws {
    let (model, _) = try saved("m = train(gan(width=2, latent=2), \(Self.labelled), epochs=1)\nsave(m, \"m.onnx\")")
    #expect(model.constants.keys.allSatisfy { !$0.hasPrefix("critic") && !$0.hasPrefix("generator.") })
    #expect(model.constants.keys.contains { $0.hasPrefix("slow.") && $0.hasSuffix(".oihw") })
    #expect(model.constants.keys.allSatisfy { !$0.hasSuffix(".kernel") })
  }

  /// The same program writes the same bytes, and saving changes neither the model nor the random numbers after it.
  @Test func savingChangesNothing() throws {
    let start = "seed(2)\nm = train(vae(width=2, latent=2), \(Self.labelled), epochs=1)\n"
    let (one, two) = (MemoryFiles(), MemoryFiles())
    for (files, threads) in [(one, 1), (two, 2)] { #expect(TestSession(threads: threads, files: files).run(start + "save(m, \"m.onnx\")").report == nil) }
    #expect(try one.read("m.onnx") == two.read("m.onnx"))
    let rest = "\nprint(sample(m, 1), randn(3), m)\nsave(m, \"m.model\")"
    let (with, without) = (TestSession(files: one), TestSession(files: two))
    with.run(start + "save(m, \"m.onnx\")" + rest)
    without.run(start + rest)
    #expect(with.console.output == without.console.output && !with.console.output.isEmpty)
    #expect(try one.read("m.model") == two.read("m.model"))
  }

  @Test func aModelReadFromAFileIsSaved() throws {
    let program = """
      m = train(gan(width=2, latent=2), \(Self.labelled), epochs=1)
      save(m, "a.onnx")
      save(m, "a.model")
      save(load("a.model"), "m.onnx")
      """
    let files = MemoryFiles()
    #expect(TestSession(files: files).run(program).report == nil)
    #expect(try files.read("a.onnx") == files.read("m.onnx"))
  }

  /// Names of classes are anything, and those of outputs may be those of inputs.
  @Test func namesAreAnything() throws {
    let quoted = "\"\\\"; \\\\ \\n\u{1}é🎈\""
    let (model, _) = try saved(
      "m = train(classifier(hidden=2), dataset(rand(4, 3), labels=(0, 1, 0, 1), names=(\(quoted), \"b\")), epochs=1)\nsave(m, \"m.onnx\")")
    #expect(model.metadata["class_names"] == "[\"\\\"; \\\\ \\u000a\\u0001é🎈\", \"b\"]")
    let (other, _) = try saved("save(x -> {first: x, x: x + 1}, \"m.onnx\", like=[[1, 2]])")
    #expect(other.outputs.map(\.name) == ["first", "x_"])
  }

  // MARK: Errors

  private func failure(_ program: String) -> String {
    TestSession(files: MemoryFiles()).run("m = vae(width=2, latent=2, shape=(8, 8, 1))\n" + program).report ?? ""
  }

  @Test func whatCannotBeSavedIsAnError() {
    #expect(failure("save(x -> x * mean(rand(3)), \"m.onnx\", like=[[1]])").contains("L0463"))
    #expect(failure("save(m.sample, \"m.onnx\", like=[[1]])").contains("error"))
    #expect(failure("save(x -> shuffle(x), \"m.onnx\", like=[[1], [2]])").contains("L0463"))
    #expect(failure("save(x -> x * float(sum(x)), \"m.onnx\", like=[[1]])").contains("L0464"))
    #expect(failure("save(x -> { if max(x) > 1 { x } else { -x } }, \"m.onnx\", like=[[1]])").contains("L0464"))
    #expect(failure("save(x -> quantile(x, 0.5), \"m.onnx\", like=[[1]])").contains("L0464"))
    #expect(failure("save(x -> { for v in x { print(v) }; x }, \"m.onnx\", like=[[1]])").contains("recorded for a file"))
    #expect(failure("save(x -> x, \"m.onnx\")").contains("L0465"))
    #expect(failure("save(m.log_weight, \"m.onnx\")").contains("L0463"))
    #expect(failure("save(m.divergence, \"m.onnx\")").contains("L0465"))
    #expect(failure("save(x -> 3, \"m.onnx\", like=[[1]])").contains("L0466"))
    #expect(failure("save(x -> (x, nothing), \"m.onnx\", like=[[1]])").contains("L0466"))
    #expect(failure("save(x -> (), \"m.onnx\", like=[[1]])").contains("L0466"))
    #expect(failure("save([1, 2], \"m.onnx\")").contains("an .onnx file holds a model or a function"))
    #expect(failure("save(vae, \"m.onnx\")").contains("an .onnx file holds a model or a function"))
    #expect(failure("save(vae(), \"m.onnx\")").contains("not built"))
    #expect(failure("save(m, \"m.onnx\", like=3)").contains("`like` must be"))
    #expect(failure("save(m, \"m.onnx\", like=())").contains("`like` must be"))
    #expect(failure("save(m, \"m.onnx\", like=zeros(0, 2))").contains("`like` must be"))
    #expect(failure("save(m, \"m.onnx\", like=zeros(1, 3))").contains("error"))
    #expect(failure("save(m, \"m.model\", like=zeros(1, 2))").contains("`like` is for `.onnx` files"))
    #expect(failure("save(m, \"m.png\")").contains("`.model` or `.onnx`"))
    #expect(failure("load(\"m.onnx\")").contains("unknown file format"))
    #expect(failure("model empty() { fn loss(x) { mean(x) } }\nsave(empty(shape=(2,)), \"m.onnx\")").contains("neither `fn call` nor `fn decode`"))
    #expect(failure("save(x -> error_of(x), \"m.onnx\", like=[[1]])").contains("unknown name"))
    #expect(failure("fn f(x) { f(x) }\nsave(f, \"m.onnx\", like=[[1]])").contains("f, called at"))
  }

  /// A function that is only right for one number of examples is saved for it.
  @Test func oneNumberOfExamplesIsEnough() throws {
    let (model, test) = try saved("save(x -> { if len(x) != 4 { fail(\"four\") }; x * 2 }, \"m.onnx\", like=zeros(4, 1))")
    #expect(model.inputs[0].shape == ["4", "1"])
    #expect(test.interrupter.settled == ["note: `m.onnx`: the file is for 4 examples at a time: four"])
  }

  /// After an error, values can be read again, and nothing was written.
  @Test func anErrorLeavesTheSessionAsItWas() {
    let files = MemoryFiles()
    let test = TestSession(files: files)
    #expect(test.run("x = [1, 2]\nsave(x -> if max(x) > 1 { x } else { -x }, \"m.onnx\", like=[[1]])").report != nil)
    #expect(test.run("if max(x) > 1 { print(x, training()) }").report == nil)
    #expect(test.console.output == "[1, 2] false\n")
    #expect(files.files.isEmpty)
  }
}
