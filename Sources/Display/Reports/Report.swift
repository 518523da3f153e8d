import Tensors

/// The measures of a generator, and what a page about it shows.
struct Report {
  /// One number, with words for people.
  struct Measure: Equatable {
    let name: String
    let title: String
    /// What is measured, in a few words.
    let meaning: String
    let value: Double
    let (low, high): (Double, Double)
    /// The same measure of something known, such as the training examples.
    let reference: Double?
    /// What the reference is of.
    let what: String
    let best: String
    /// The number, its interval and the reference as they are shown.
    let shown: String
    let range: String
    let comparison: String
  }

  struct Pictures {
    /// Pictures of the same section follow each other.
    let section: String
    let title: String
    /// What is in them, for those who cannot see them.
    let words: String
    /// [count, height, width, channels], from 0 to 1.
    let images: Tensor
    let columns: Int
  }

  /// What the report is of.
  let subject: String
  let seed: UInt64
  let measures: [Measure]
  let notes: [String]
  let pictures: [Pictures]
  /// Some samples that are rows of numbers, as text, below the names of their columns.
  let rows: [[String]]
}
