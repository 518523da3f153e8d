import Diagnostics
import Engine
import Testing

@testable import Tables

@Suite("Boosted trees") struct BoostedTreesTests {
  private func fitted(_ columns: [Column], _ target: BoostedTrees.Target, _ settings: TreeSettings) throws -> (BoostedTrees, TreeFeatures) {
    let table = try Table(columns)
    let features = try TreeFeatures(table, JudgingTables.workers())
    let rows = try features.rows(of: table, JudgingTables.workers())
    let trees = try BoostedTrees(rows, target, on: (0..<Int32(table.count)).map { $0 }, settings, key: RandomKey(bits: 1), JudgingTables.workers())
    return (trees, features)
  }

  private func numbers(_ fitted: (trees: BoostedTrees, features: TreeFeatures), _ columns: [Column]) throws -> [Double] {
    let rows = try fitted.features.rows(of: try Table(columns), JudgingTables.workers())
    return try fitted.trees.numbers(rows, on: (0..<Int32(rows.count)).map { $0 }, JudgingTables.workers())
  }

  /// One tree that fits exactly.
  private var exact: TreeSettings {
    var settings = TreeSettings()
    (settings.rounds, settings.learningRate, settings.l2, settings.smallestLeaf) = (1, 1, 0, 1)
    return settings
  }

  @Test func aTreeFitsSteps() throws {
    let x = Column("x", .number([1, 2, 3, 4, 5, 6]))
    let fitted = try fitted([x], .numbers([0, 0, 7, 7, 7, -3]), exact)
    #expect(try numbers(fitted, [x]) == [0, 0, 7, 7, 7, -3])
    // Edges are halfway between neighbours.
    #expect(try numbers(fitted, [Column("x", .number([-1e300, 2.4, 2.6, 5.4, 5.6, 1e300]))]) == [0, 0, 7, 7, -3, -3])
  }

  @Test func missingCellsGoToTheBetterSide() throws {
    for (missing, expected) in [(0.0, 0.0), (8.0, 8.0)] {
      let gaps = Gaps([false, false, false, false, true, true])
      let x = Column("x", .number([1, 1, 2, 2, 0, 0]), gaps: gaps)
      var settings = exact
      settings.leaves = 2
      #expect(try numbers(fitted([x], .numbers([0, 0, 8, 8, missing, missing]), settings), [x]).last == expected)
    }
    // Without missing cells in training, they go with most rows.
    let fitted = try fitted([Column("x", .number([1, 1, 1, 2]))], .numbers([3, 3, 3, 9]), exact)
    #expect(try numbers(fitted, [Column("x", .number([0, 1]), gaps: Gaps([true, false]))]) == [3, 3])
  }

  @Test(arguments: [3, 12]) func levelsOfBothSidesOfASplit(levels: Int) throws {
    // Odd levels are high, whatever their order.
    let codes = (0..<40 * levels).map { Int32($0 % levels) }
    let g = Column("g", .category(codes, levels: (0..<levels).map { "k\($0)" }))
    var settings = exact
    settings.leaves = 2
    let predicted = try numbers(fitted([g], .numbers(codes.map { $0 % 2 == 1 ? 10 : 0 }), settings), [g])
    for (row, code) in codes.enumerated() { #expect(abs(predicted[row] - (code % 2 == 1 ? 10 : 0)) < 1e-9) }
  }

  @Test func levelsAreComparedAsTextAndUnseenOnesAreMissing() throws {
    let g = Column("g", .category([0, 0, 0, 1], levels: ["low", "high"]))
    let fitted = try fitted([g], .numbers([1, 1, 1, 5]), exact)
    #expect(try numbers(fitted, [Column("g", .category([0, 1, 2], levels: ["high", "new", "low"]))]) == [5, 1, 1])
  }

  @Test func asGoodAsScikitLearn() throws {
    let expected = try JudgingTables.expected()
    let (table, y) = try JudgingTables.learnable(4, 1200)
    let (test, actual) = try JudgingTables.learnable(5, 1200)
    let workers = JudgingTables.workers(2)
    let features = try TreeFeatures(table, workers)
    let (rows, testRows) = (try features.rows(of: table, workers), try features.rows(of: test, workers))
    let all = (0..<Int32(1200)).map { $0 }
    let numbers = try BoostedTrees(rows, .numbers(y), on: all, key: RandomKey(bits: 1), workers).numbers(testRows, on: all, workers)
    let mean = actual.reduce(0, +) / 1200
    let error = zip(numbers, actual).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    #expect(abs(1 - error / actual.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) } - (expected["R2"] ?? 0)) < 0.01)
    for (name, edges) in [("two classes", [3.0]), ("three classes", [2.5, 3.5])] {
      func classes(_ y: [Double]) -> [Int32] { y.map { y in Int32(edges.count { $0 <= y }) } }
      let trees = try BoostedTrees(rows, .classes(classes(y), count: edges.count + 1), on: all, key: RandomKey(bits: 1), workers)
      let probabilities = try trees.probabilities(testRows, on: all, workers)
      let right = classes(actual).enumerated().count { row, label in
        let own = probabilities[row * (edges.count + 1)..<(row + 1) * (edges.count + 1)]
        #expect(abs(own.reduce(0, +) - 1) < 1e-12)
        return own.max() == own[own.startIndex + Int(label)]
      }
      // Two standard deviations of the difference of two such accuracies.
      #expect(abs(Double(right) / 1200 - (expected["accuracy of \(name)"] ?? 0)) < 0.03)
    }
  }

  @Test func theSameForAnyNumberOfThreads() throws {
    let (table, y) = try JudgingTables.learnable(6, 4000)
    func numbers(_ threads: Int) throws -> [Double] {
      let workers = JudgingTables.workers(threads)
      var settings = TreeSettings()
      settings.rounds = 5
      let rows = try TreeFeatures(table, workers).rows(of: table, workers)
      let all = (0..<Int32(4000)).map { $0 }
      return try BoostedTrees(rows, .numbers(y), on: all, settings, key: RandomKey(bits: 1), workers).numbers(rows, on: all, workers)
    }
    let one = try numbers(1)
    #expect(Set(one).count > 100)
    #expect(try numbers(2) == one)
    #expect(try numbers(5) == one)
  }

  @Test func stopsWhereNothingIsToBeLearnt() throws {
    let noise = (0..<2000).map { JudgingTables.unit(8, $0, 1) }
    let x = Column("x", .number((0..<2000).map { JudgingTables.unit(8, $0, 0) }))
    #expect(try fitted([x], .numbers(noise), .init()).0.rounds < 20)
    #expect(try fitted([x], .numbers([Double](repeating: 4, count: 2000)), .init()).0.rounds <= 1)
  }

  @Test func oddColumns() throws {
    let columns = [
      Column("constant", .whole([5, 5, 5, 5])), Column("gaps", .number([0, 0, 0, 0]), gaps: Gaps([true, true, true, true])),
      Column("huge", .number([-.greatestFiniteMagnitude, .greatestFiniteMagnitude, 1, 1e-300])),
      Column("none", .category([-1, -1, -1, -1], levels: []), gaps: Gaps([true, true, true, true])),
      Column("text", .text(Texts(["a", "b", "c", "d"]))),
    ]
    let fitted = try fitted(columns, .numbers([1, 2, 3, 4]), exact)
    #expect(fitted.1.names == ["constant", "gaps", "huge", "none"])
    #expect(try numbers(fitted, columns) == [1, 2, 3, 4])
    let single = try self.fitted([Column("x", .number([1]))], .classes([1], count: 2), .init())
    #expect(single.0.rounds <= 1)
    let error = try #require(throws: Fault.self) { _ = try TreeFeatures(Table([columns[4]]), JudgingTables.workers()) }
    #expect(error.diagnostic.id == TablesErrors.nothingToJudge)
  }

  @Test func manyValuesAndLevelsShareBins() throws {
    let numbers = (0..<3000).map { $0 < 1500 ? 0 : Double($0) }
    let bins = try #require(FeatureBins(Column("x", .number(numbers))))
    #expect(bins.count <= 255 && bins.count > 240)
    let placed = try bins.bins(of: Column("x", .number(numbers)))
    // The frequent value has a bin of its own; the others are evenly divided.
    #expect(placed.count { $0 == placed[0] } == 1500)
    #expect(Dictionary(grouping: placed[1500...]) { $0 }.values.allSatisfy { $0.count <= 7 })
    #expect(placed == placed.sorted())
    let levels = try #require(FeatureBins(Column("g", .category((0..<1000).map { Int32($0) }, levels: (0..<1000).map { "\($0)" }))))
    #expect(levels.count == 255)
  }

  @Test func predictorOfATable() throws {
    let (table, y) = try JudgingTables.learnable(4, 300)
    let gaps = Gaps((0..<300).map { $0 % 10 == 0 })
    let labelled = try table.adding(
      Column("late", .category((0..<300).map { gaps[$0] ? -1 : y[$0] > 3 ? 1 : 0 }, levels: ["no", "yes"]), gaps: gaps))
    let predictor = try TreePredictor(labelled, target: "late", key: RandomKey(bits: 1), JudgingTables.workers())
    #expect(predictor.classes == ["no", "yes"])
    let probabilities = try predictor.probabilities(table, JudgingTables.workers())
    #expect((0..<300).count { (probabilities[2 * $0 + 1] > 0.5) == (y[$0] > 3) } > 280)
    let mass = try TreePredictor(table.adding(Column("mass", .number(y))), target: "mass", key: RandomKey(bits: 1), JudgingTables.workers())
    #expect(mass.classes == nil)
    #expect(try mass.numbers(table, JudgingTables.workers()).count == 300)
    #expect(throws: Fault.self) { try TreePredictor(table, target: "mas", key: RandomKey(bits: 1), JudgingTables.workers()) }
    #expect(throws: Fault.self) { try mass.numbers(table.selecting([0]).adding(Column("level", .number([1]))), JudgingTables.workers()) }
  }
}
