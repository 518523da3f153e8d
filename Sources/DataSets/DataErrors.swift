import Diagnostics

package enum DataErrors {
  package static let badIDX = DiagnosticID("L0420", "broken-idx")
  package static let empty = DiagnosticID("L0421", "no-data")
  package static let counts = DiagnosticID("L0422", "counts-differ")
  package static let badGzip = DiagnosticID("L0423", "broken-gzip")

  package static let all = [
    badIDX, empty, counts, badGzip,
  ]
}
