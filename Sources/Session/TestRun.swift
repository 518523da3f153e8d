import Diagnostics
import Language
import Machine

/// The result of one `test "name" { ... }` block.
package struct TestResult {
  package let name: String
  package let seconds: Double
  /// The error; nil if it passed.
  package let failure: Diagnostic?
}

/// The test results of one file.
package struct TestReport {
  package let results: [TestResult]
  /// Errors that prevented the tests from running.
  package let failures: [Diagnostic]
  package let isInterrupted: Bool
}

extension Session {
  /// Runs the statements of a file, then each of its tests; the others run even if one fails.
  package func test(_ text: String, named name: String) -> TestReport {
    let source = Source(name: name, text: text)
    let parsed = Parser.parse(source)
    let tests = zip(parsed.program.statements, parsed.fingerprints).compactMap { statement, fingerprint in
      if case .test(let name, let body) = statement.kind { (name, body, fingerprint) } else { nil }
    }
    guard parsed.diagnostics.isEmpty, !tests.isEmpty else {
      return TestReport(results: [], failures: parsed.diagnostics, isInterrupted: false)
    }
    switch run(text, named: name) {
    case .failed(let diagnostics): return TestReport(results: [], failures: diagnostics, isInterrupted: false)
    case .interrupted(let diagnostic): return TestReport(results: [], failures: [diagnostic], isInterrupted: true)
    case .done, .value: break
    }
    var results: [TestResult] = []
    for (name, body, fingerprint) in tests {
      let start = effects.clock.seconds
      var failure: Diagnostic?
      do {
        machine.beginStatement(fingerprint)
        try machine.run(test: body, named: name, of: source)
      } catch let fault as Fault {
        failure = self.diagnostic(of: fault)
      } catch {
        failure = Diagnostic(MachineErrors.raised, "\(error)")
      }
      results.append(TestResult(name: name, seconds: effects.clock.seconds - start, failure: failure))
      if failure?.id == MachineErrors.interrupted { return TestReport(results: results, failures: [], isInterrupted: true) }
    }
    return TestReport(results: results, failures: [], isInterrupted: false)
  }
}
