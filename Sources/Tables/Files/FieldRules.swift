/// What fields of a file mean.
struct FieldRules: Sendable {
  let missing: MissingWords
  let decimal: UInt8
  /// Whether a quoted field is a word. Not if the file quotes all fields.
  let quotesMarkWords: Bool
  /// Whether an empty quoted field in a column of words is a gap.
  let quotedEmptyIsGap: Bool
}

/// What is known of a column while it is read.
enum KnownKind: Sendable {
  /// Only gaps so far.
  case unknown
  case whole, number, boolean, date, time
  case words
  /// Words that are not a category: there are too many different ones, or the caller wants texts.
  case texts
}

/// A column that is to be read.
struct ColumnPlan: Sendable {
  /// The index of its field in a record.
  let place: Int
  let name: String
  /// The kind that the caller wants.
  let forced: ColumnKind?
  var known: KnownKind

  init(place: Int, name: String, forced: ColumnKind?) {
    self.place = place
    self.name = name
    self.forced = forced
    known =
      switch forced {
      case nil: .unknown
      case .number: .number
      case .whole: .whole
      case .category: .words
      case .boolean: .boolean
      case .date: .date
      case .time: .time
      case .text: .texts
      }
  }
}

/// Consecutive cells of a column.
struct Piece: Sendable {
  enum Cells: Sendable {
    /// Gaps only.
    case gaps
    case whole([Int])
    case number([Double])
    case boolean([Bool])
    case date([Int])
    case time([Int])
    /// Numbers of words in a table of the piece or, once they are merged, of the column; -1 for a gap.
    case words([Int32])
    case texts(Texts)
  }

  var cells: Cells
  let count: Int
  /// The rows that are gaps, counted from the start of the piece; unused for words.
  var gaps: [Int32] = []
  /// Whether some of the gaps would be words in a column of words: `-`, `none`, or an empty text.
  var hasWeakGaps = false
  /// The row of the first infinite number.
  var infinite: Int?
  /// The words of the piece.
  var table: WordTable?
  var mix = WordMix()
}

/// Counts of numbers among words.
struct WordMix: Sendable {
  var numbers = 0
  var others = 0
  /// The first word that is not a number, and its row; its line once it is known.
  var first: (word: String, row: Int)?

  mutating func add(_ other: WordMix) {
    numbers += other.numbers
    others += other.others
    if first == nil { first = other.first }
  }
}
