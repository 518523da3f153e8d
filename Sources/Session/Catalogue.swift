import DataSets
import Diagnostics
import Effects
import Images
import Language
import Machine
import Tensors
import Training

/// Every kind of error that a session can end in, by its code.
package enum Catalogue {
  package static let all: [DiagnosticID] =
    (SyntaxErrors.all + MachineErrors.all + TensorErrors.all + FileErrors.all + ImageErrors.all + DataErrors.all
    + TrainingErrors.all).sorted { $0.code < $1.code }

  /// A kind by its code, `L0201`, or its name, `unknown-name`.
  package static func find(_ text: String) -> DiagnosticID? {
    all.first { $0.code.lowercased() == text.lowercased() || $0.name == text.lowercased() }
  }
}
