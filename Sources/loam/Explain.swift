import ArgumentParser
import Diagnostics
import Effects
import Notebook
import Session

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Explain a kind of error: what it means, a wrong and a right program.")

  @Argument(help: "The error's code, such as L0201, or its name; none lists them all.")
  var code: String?

  func run() throws {
    let console = SystemConsole()
    defer { console.flush() }
    let all = ErrorCatalogue.all + LessonErrors.all
    guard let code else {
      for id in all { console.write("\(id.code)  \(id.name)\n") }
      return
    }
    guard let id = all.first(where: { $0.code.lowercased() == code.lowercased() || $0.name == code.lowercased() }) else {
      let hint = Suggestion.hint(for: code, among: all.map(\.code) + all.map(\.name)) ?? "`loam explain` lists the codes"
      console.writeError("error: there is no kind of error `\(code)`\n  hint: \(hint)\n")
      throw Ending.failed
    }
    console.write(id.page)
  }
}
