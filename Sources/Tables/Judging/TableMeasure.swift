/// What a report measures.
package enum TableMeasure: String, Sendable, CaseIterable {
  case validRows = "valid rows"
  case validCells = "valid cells"
  case constraints = "rows that satisfy the constraints"
  case meanShape = "mean shape"
  case numberShape = "shape of numbers"
  case categoryShape = "shape of categories"
  case gaps = "share of gaps"
  case meanTrend = "mean trend"
  case correlation = "correlation"
  case contingency = "contingency"
  case detection = "two-sample test"
  case accuracyOfSynthetic = "accuracy, synthetic rows"
  case accuracyOfReal = "accuracy, real rows"
  case accuracyOfShuffled = "accuracy, shuffled columns"
  case areaOfSynthetic = "AUC, synthetic rows"
  case areaOfReal = "AUC, real rows"
  case areaOfShuffled = "AUC, shuffled columns"
  case r2OfSynthetic = "R², synthetic rows"
  case r2OfReal = "R², real rows"
  case r2OfShuffled = "R², shuffled columns"
  case copies = "exact copies"
  case copiesAmongTest = "exact copies among test rows"
  case distanceToTraining = "distance to training rows"
  case distanceToTest = "distance to test rows"
  case nearerToTraining = "nearer to training rows"
  case membership = "membership attack"

  package enum Group: String, Sendable, CaseIterable {
    case validity
    case shapes = "column shapes"
    case trends = "pair trends"
    case detection = "two-sample test"
    case usefulness = "train on synthetic, test on real"
    case privacy
  }

  package var group: Group {
    switch self {
    case .validRows, .validCells, .constraints: .validity
    case .meanShape, .numberShape, .categoryShape, .gaps: .shapes
    case .meanTrend, .correlation, .contingency: .trends
    case .detection: .detection
    case .copies, .copiesAmongTest, .distanceToTraining, .distanceToTest, .nearerToTraining, .membership: .privacy
    default: .usefulness
    }
  }

  /// The value to wish for; nil if the measure is there to compare another with.
  package var best: Double? {
    switch group {
    case .validity, .shapes, .trends: 1
    case .detection: 0.5
    case .usefulness: [.accuracyOfSynthetic, .areaOfSynthetic, .r2OfSynthetic].contains(self) ? 1 : nil
    case .privacy: [.nearerToTraining, .membership].contains(self) ? 0.5 : nil
    }
  }

  /// In a sentence, for a newcomer.
  package var meaning: String {
    switch self {
    case .validRows:
      "Share of synthetic rows that could be real ones: known levels, numbers within the real range, gaps only where real rows have some."
    case .validCells: "Share of the column's synthetic cells that the real column could contain."
    case .constraints: "Share of synthetic rows for which the constraints hold."
    case .meanShape: "How alike the distributions of single columns are, on average; 1 is the same."
    case .numberShape: "1 less the largest difference between the shares of real and synthetic cells below a number."
    case .categoryShape: "1 less the share of synthetic cells that would have to change their level to occur as often as in the real column."
    case .gaps: "1 less the difference between the shares of missing cells."
    case .meanTrend: "How alike columns go together, on average over pairs; 1 is the same."
    case .correlation: "1 less half the difference between the correlations of two columns of numbers in real and synthetic rows."
    case .contingency: "1 less the share of synthetic rows that would have to change so that each combination is as frequent as in the real rows."
    case .detection:
      "How often a classifier finds the real one of a new real and a new synthetic row: 0.5 is chance, 1 is always, less hints at copies."
    case .accuracyOfSynthetic: "Share of real test rows whose class a model predicts that was trained on synthetic rows only."
    case .accuracyOfReal: "The same by a model trained on as many real rows: what synthetic rows can hope for."
    case .accuracyOfShuffled: "The same by a model trained on rows whose columns were shuffled independently: what no structure gives."
    case .areaOfSynthetic: "How well that model ranks test rows by class: 0.5 is chance, 1 is perfect."
    case .areaOfReal: "The same by the model trained on real rows."
    case .areaOfShuffled: "The same by the model trained on shuffled columns."
    case .r2OfSynthetic: "Share of the variance in real test rows that a model predicts that was trained on synthetic rows only."
    case .r2OfReal: "The same by a model trained on as many real rows: what synthetic rows can hope for."
    case .r2OfShuffled: "The same by a model trained on rows whose columns were shuffled independently: what no structure gives."
    case .copies: "Share of synthetic rows that equal a training row in every column."
    case .copiesAmongTest: "Share of test rows that equal a training row by chance: what exact copies compare with."
    case .distanceToTraining: "Median distance of a synthetic row to the nearest training row: 0 is a copy, 1 differs in every column."
    case .distanceToTest: "The same to the nearest of as many test rows, which no model has seen: it is no larger if nothing was memorised."
    case .nearerToTraining: "Share of synthetic rows nearer to a training row than to a test row: 0.5 is best, 1 means memorised rows."
    case .membership:
      "How often an attacker finds the training row of a training and a test row by its distance to the nearest synthetic row: 0.5 is chance."
    }
  }
}
