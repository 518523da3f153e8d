import DataSets
import Diagnostics
import Effects
import Images
import Language
import Machine
import ONNX
import Tables
import Tensors
import Training

/// All errors of a session, by code.
package enum ErrorCatalogue {
  package static let all: [DiagnosticID] =
    (SyntaxErrors.all + MachineErrors.all + TensorErrors.all + FileErrors.all + ImageErrors.all + DataErrors.all + TablesErrors.all + AnnotationErrors.all
    + ShardErrors.all + TrainingErrors.all + ONNXErrors.all).sorted { $0.code < $1.code }

  /// Finds an error by its code, `L0201`, or its name, `unknown-name`.
  package static func find(_ text: String) -> DiagnosticID? {
    all.first { $0.code.lowercased() == text.lowercased() || $0.name == text.lowercased() }
  }
}

extension ErrorCatalogue {
  /// The catalogue as a page of Markdown.
  package static func page(_ kinds: [DiagnosticID]) -> String {
    let head = """
      # Errors

      Every kind of error, by its code: what it means, a program that causes it, and the corrected program.
      `loam explain L0201` prints one entry. (This page is generated from the ids that the sources declare; a test compares
      them.)

      """
    return head + kinds.map(\.markdown).joined()
  }
}

extension DiagnosticID {
  fileprivate var markdown: String {
    var text = "\n## \(code) \(name)\n\n\(meaning)\n"
    // Examples of lessons contain fences.
    let fence = (wrong + right).contains("```") ? "````" : "```"
    if !wrong.isEmpty { text += "\nWrong:\n\n\(fence)text\n\(wrong)\n\(fence)\n\nRight:\n\n\(fence)text\n\(right)\n\(fence)\n" }
    return text
  }
}
