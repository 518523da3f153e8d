import Diagnostics

package enum TrainingErrors {
  package static let notFinite = DiagnosticID("L0501", "loss-not-finite")
  package static let badLoss = DiagnosticID("L0502", "wrong-loss")
  package static let badSetting = DiagnosticID("L0503", "wrong-training-setting")
  package static let badState = DiagnosticID("L0504", "state-changed-shape")

  package static let all = [
    notFinite, badLoss, badSetting, badState,
  ]
}
