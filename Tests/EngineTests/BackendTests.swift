import Engine
import TestSupport
import Testing

/// The reference back end beside the fused one: the same programs, the same words, numbers within what f32 rounds.
@Suite struct BackendTests {
  private func printed(_ text: String, _ backend: any Backend, named name: String) -> (output: String, report: String?) {
    let test = TestSession(backend: backend, files: MemoryFiles())
    let report = test.run(text, named: name).report
    return (test.console.output, report)
  }

  /// Numbers, and what is between them.
  private func parts(_ text: String) -> [(text: Substring, number: Double?)] {
    var parts: [(text: Substring, number: Double?)] = []
    var rest = text[...]
    while let first = rest.first {
      let isNumber = first.isNumber
      let part = rest.prefix { ($0.isNumber || (isNumber && $0 == ".")) == isNumber }
      parts.append((part, isNumber ? Double(part) : nil))
      rest = rest[part.endIndex...]
    }
    return parts
  }

  @Test(arguments: Corpus.programs("programs"))
  func corpusAgrees(_ name: String) {
    let text = Corpus.text("programs/\(name)")
    let (fused, plain) = (printed(text, CPUBackend(threads: 1), named: name), printed(text, ReferenceBackend(threads: 1), named: name))
    #expect(fused.report == nil && plain.report == nil)
    let (a, b) = (parts(fused.output), parts(plain.output))
    #expect(a.count == b.count)
    for (a, b) in zip(a, b) {
      guard let x = a.number, let y = b.number else {
        #expect(a.text == b.text)
        continue
      }
      #expect(abs(x - y) <= 1e-4 * max(1, abs(x)), "\(x) is \(y) on the reference back end")
    }
  }

  /// A training draws, multiplies, convolves, reduces and updates weights: losses agree to what a few steps leave of f32.
  @Test(arguments: [
    "m = train(vae(latent=2, hidden=32), clothes()[0:128], epochs=2, batch=64)\nprint(losses(m).loss)",
    """
    model net() {
      body = chain(conv(4, stride=2, activation=relu), max_pool(2), flatten(), dense(10))
      optimizer = rmsprop(1e-3)
      fn loss(x, y) { cross_entropy(body(x), y) }
    }
    print(losses(train(net(), clothes()[0:128], epochs=2)).loss)
    """,
    """
    model net() {
      body = chain(conv(4, activation=tanh), conv(4, groups=4), conv(6, groups=2, stride=2), conv_transpose(4, groups=2), max_pool(3, stride=2), upsample(2), mean_pool((2, 3)), flatten(), dense(1))
      optimizer = adam(1e-3)
      fn loss(x) { mean((body(x) / (1 + sigmoid(x[:, 0, 0, :])) - 1) ^ 2) }
    }
    print(losses(train(net(), clothes()[0:128].images, epochs=2)).loss)
    """,
    "w = [1, 2, 3]\no = sgd(0.1, momentum=0.9)\nfor i in 0..5 { (w, o, l) = step(w, o, w -> sum((w - 4) ^ 2)) }\nprint(l)",
    "x = clothes()[0:3].images\nprint(mean(rotate(x, 17) * rotate(x, -40)), mean(resize(x, 13, 9) ^ 2), sum(crop(x, 20, 20, at=\"random\")))",
  ])
  func trainingsAgree(_ text: String) throws {
    let (fused, plain) = (printed(text, CPUBackend(threads: 1), named: "a"), printed(text, ReferenceBackend(threads: 1), named: "a"))
    #expect(fused.report == nil && plain.report == nil, "\(fused.report ?? "")\(plain.report ?? "")")
    let (a, b) = (fused.output.split { $0 == " " || $0 == "\n" }.map { Double($0) }, plain.output.split { $0 == " " || $0 == "\n" }.map { Double($0) })
    #expect(!a.isEmpty && a.count == b.count)
    for (a, b) in zip(a, b) {
      let (x, y) = (try #require(a), try #require(b))
      #expect(abs(x - y) <= 1e-4 * abs(x))
    }
  }

  /// The reference back end is a different computation: sums in f64 give other last bits.
  @Test func theyAreTwoComputations() {
    let text = "print(\"{sum(f64(exp(randn(2000)))):.14f}\")"
    let (fused, plain) = (printed(text, CPUBackend(threads: 1), named: "a").output, printed(text, ReferenceBackend(threads: 1), named: "a").output)
    #expect(fused != plain && fused.prefix(5) == plain.prefix(5), "\(fused)\(plain)")
  }
}
