import Diagnostics
import Library
import Machine
import TestSupport
import Testing

/// Names that earlier versions had lead to names that exist.
@Suite struct FormerNamesTests {
  private let machine = TestSession().session.machine

  @Test func eachFunctionLeadsToOneThatExists() throws {
    let names = Set(machine.libraryNames())
    for (former, present) in FormerNames.functions {
      #expect(names.contains(present), "`\(former)` leads to `\(present)`")
      #expect(!names.contains(former), "`\(former)` exists")
    }
  }

  @Test func eachParameterLeadsToOneThatExists() {
    let parameters = Library.topics.flatMap(\.builtins).map { Set($0.parameters.map(\.name)) }
    for (former, present) in FormerNames.parameters {
      for name in present { #expect(parameters.contains { $0.contains(name) }, "`\(former)` leads to `\(name)`") }
    }
  }

  @Test func aProgramIsTold() {
    for (former, present) in FormerNames.functions {
      #expect(TestSession().run("\(former)(1)").diagnostics.first?.hint == "it is called `\(present)` now")
    }
  }
}
