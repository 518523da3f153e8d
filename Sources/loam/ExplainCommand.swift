import ArgumentParser
import Diagnostics
import Effects
import Notebook
import Session

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Explain an error code, with an incorrect and a corrected program.")

  @Argument(help: "The code, such as L0201, or the name of the error; omit it to list all errors.")
  var code: String?

  func run() throws {
    let console = SystemConsole()
    try console.flushing {
      let all = ErrorCatalogue.all + LessonErrors.all
      guard let code else {
        for id in all { console.write("\(id.code)  \(id.name)\n") }
        return
      }
      guard let id = all.first(where: { $0.code.lowercased() == code.lowercased() || $0.name == code.lowercased() }) else {
        let hint = Suggestion.hint(for: code, among: all.map(\.code) + all.map(\.name)) ?? "`loam explain` lists the codes"
        console.writeError("error: unknown error code `\(code.quotedExcerpt.visible)`\n  hint: \(hint.excerpt(of: 600).visible)\n")
        throw Ending.failed
      }
      console.write(id.page)
    }
  }
}
