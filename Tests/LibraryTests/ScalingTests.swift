import TestSupport
import Testing

/// Columns on other scales, and back.
@Suite struct ScalingTests {
  private static let table = """
    table = dataset([[150, 7, -1], [160, 7, 0], [180, 7, 3]], labels=(1, 0, 1), names=("a", "b"), columns=("height", "seven", "x"))

    """
  private func printed(_ text: String) -> String { TestSession.printed(Self.table + text) }

  @Test func standardizedColumnsHaveMean0AndDeviation1() {
    #expect(
      printed(
        "s = standardize(table)\nprint(s, s.columns, s.labels)\nprint(is_close(mean(s.rows, axis=0), zeros(3), within=1e-6), is_close(mean(s.rows ^ 2, axis=0), [1, 0, 1], within=1e-5))"
      )
        == "3 rows of 3 columns of 2 classes (\"height\", \"seven\", \"x\") [1, 0, 1]\ntrue true\n")
  }

  @Test func rescaledColumnsReachBothEnds() {
    #expect(printed("r = rescale(table).rows\nprint(min(r, axis=0), max(r, axis=0))") == "[0, 0, 0] [1, 0, 1]\n")
    #expect(printed("r = rescale(table, to=-2..2).rows\nprint(min(r, axis=0), max(r, axis=0))") == "[-2, -2, -2] [2, -2, 2]\n")
  }

  @Test(arguments: ["standardize(table)", "rescale(table)", "rescale(table, to=-1..1)", "rescale(standardize(table))", "standardize(table)[0:2]"])
  func unscaleRestoresTheUnits(_ scaled: String) {
    let program = """
      s = \(scaled)
      print(is_close(unscale(s).rows, table.rows[:len(s)], within=1e-4), is_close(unscale(s.rows, like=s), table.rows[:len(s)], within=1e-4))
      print(unscale(s).names, unscale(s).columns)
      # A column of one value has that value whatever a model makes of it.
      print(unscale([[0.1, 0.3, 0.7]], like=s)[0, 1], unscale(s.rows[0], like=s)[1])
      """
    #expect(printed(program) == "true true\n(\"a\", \"b\") (\"height\", \"seven\", \"x\")\n7 7\n")
  }

  /// Other data on the scale of the first, and only what was selected counts for a scale.
  @Test func aScaleIsThatOfItsRows() {
    #expect(printed("print(rescale(table[0:2]).rows)") == "[[0, 0, 0],\n [1, 0, 1]]\n")
    #expect(
      printed("s = rescale(table[0:2])\nprint(rescale(table, like=s).rows, standardize(table, like=s).rows[2])")
        == "[[0, 0, 0],\n [1, 0, 1],\n [3, 0, 4]] [3, 0, 4]\n")
  }

  /// Numbers that f32 would round are kept as f64, and a sample in the units of a table has its columns.
  @Test func precisionAndNamesAreKept() {
    let program = """
      exact = dataset(reshape(i32((16777217, 16777219)), 2, 1), columns=("n",))
      print(exact.rows.dtype, unscale(rescale(exact)).rows == exact.rows)
      s = rescale(table)
      print(dataset(unscale(s.rows, like=s)).columns, standardize(unscale(s.rows, like=s)).columns)
      """
    #expect(printed(program) == "f64 [[true],\n [true]]\n(\"height\", \"seven\", \"x\") (\"height\", \"seven\", \"x\")\n")
  }

  /// A gradient goes through the way back.
  @Test func unscaleIsDifferentiable() {
    #expect(printed("s = rescale(table)\nprint(grad(x -> sum(unscale(x, like=s)))([[0, 0, 0]]))") == "[[30,  0,  4]]\n")
  }

  @Test(arguments: [
    ("standardize(digits())", "`data` must be rows of numbers"), ("rescale([1, 2])", "`rescale`: `data` must be a data set of rows"),
    ("rescale(table, to=1..1)", "a range"),
    ("unscale([[1, 2, 3]])", "a tensor has no scale"), ("unscale([[1, 2]], like=rescale(table))", "got 2 columns, but `like` has 3"),
    ("unscale(table)", "must be a scaled data set"), ("rescale(table, like=3)", "`like` must be a scaled data set, got integer 3"),
    ("standardize(sqrt([[-1, 2]]))", "row 0 of column 0 is"), ("rescale(table[table.labels == 5])", "there are no rows"),
  ])
  func mistakesAreNamed(_ call: String, _ message: String) {
    #expect(printed("x = \(call)").contains(message))
  }
}
