import Engine
import Testing

@testable import Tables

@Suite("Neighbouring rows") struct NeighbourTests {
  private let workers = Workers(Engine(threads: 1))
  private let pets = try? Table([
    Column("size", .number([1, 2, 8, 9, 1.5])), Column("kind", .category([0, 0, 1, 1, 0], levels: ["cat", "dog"])),
  ])

  @Test func newRowsAreBetweenNeighbours() throws {
    let pets = try #require(pets)
    let rows = try Smote(pets, neighbours: 2, by: "kind").sample(200, given: [:], key: RandomKey(bits: 1), workers: workers)
    for row in 0..<200 {
      let size = ColumnCoding.number(rows.columns[0][row])
      #expect(rows.columns[1][row] == .text("cat") ? (1...2).contains(size) : (8...9).contains(size))
    }
    let dogs = try Smote(pets, neighbours: 2, by: "kind").sample(20, given: ["kind": .text("dog")], key: RandomKey(bits: 1), workers: workers)
    #expect((0..<20).allSatisfy { dogs.columns[1][$0] == .text("dog") })
    #expect(throws: (any Error).self) { try Smote(pets, neighbours: 2, by: "breed") }
    #expect(throws: (any Error).self) {
      try Smote(pets, neighbours: 2, by: nil).sample(1, given: ["kind": .text("cow")], key: RandomKey(bits: 1), workers: workers)
    }
  }

  @Test func gapsAreFilledFromTheNearest() throws {
    let pets = try #require(pets)
    let holes = try Table([
      Column("size", .number([8.4, 0]), gaps: Gaps([false, true])), Column("kind", .category([-1, 0], levels: ["cat", "dog"]), gaps: Gaps([true, false])),
    ])
    let filled = try NeighbourFilling.filled(holes, known: pets, neighbours: 2, workers: workers)
    #expect(filled.columns[1][0] == .text("dog") && filled.columns[0][1] == .number(1.5))
    let means = try NeighbourFilling.meanFilled(holes, known: pets)
    #expect(means.columns[1][0] == .text("cat") && means.columns[0][1] == .number(4.3))
  }
}
