import Testing

@testable import Tables

@Suite("Cells of a column while it is read") struct CellStoreTests {
  private static func store(_ pieces: [Piece], _ words: Texts = Texts()) -> CellStore {
    var store = CellStore()
    for piece in pieces { store.append(piece, words) }
    return store
  }

  private static func flags(_ store: CellStore) -> [Bool] { (0..<store.count).map { store.gaps[$0] } }

  @Test func numbersBecomeWider() {
    let wide = CellStoreTests.store([
      Piece(cells: .gaps, count: 2), Piece(cells: .whole([1, 0, 3]), count: 3, gaps: [1]), Piece(cells: .number([0.5]), count: 1),
      Piece(cells: .whole([7]), count: 1), Piece(cells: .gaps, count: 1),
    ])
    #expect(wide.form == .number && wide.numbers == [0, 0, 1, 0, 3, 0.5, 7, 0] && wide.ints.isEmpty)
    #expect(CellStoreTests.flags(wide) == [true, true, false, true, false, false, false, true])
    let day = Calendar.microsecondsPerDay
    let times = CellStoreTests.store([
      Piece(cells: .date([1, 2]), count: 2), Piece(cells: .time([5]), count: 1), Piece(cells: .date([3]), count: 1),
    ])
    #expect(times.form == .time && times.ints == [day, 2 * day, 5, 3 * day] && times.gaps.isEmpty)
  }

  @Test func wordsBecomeTexts() {
    let words = Texts(["a", "bc"])
    var store = CellStoreTests.store([Piece(cells: .gaps, count: 1), Piece(cells: .words([1, -1, 0]), count: 3), Piece(cells: .gaps, count: 1)], words)
    #expect(store.form == .words && store.codes == [-1, 1, -1, 0, -1])
    #expect(CellStoreTests.flags(store) == [true, false, true, false, true])
    store.append(Piece(cells: .texts(Texts(["", "d"])), count: 2, gaps: [0]), words)
    #expect(store.form == .texts && store.texts == Texts(["", "bc", "", "a", "", "", "d"]) && store.codes.isEmpty)
    #expect(CellStoreTests.flags(store) == [true, false, true, false, true, true, false])
  }

  @Test func gapsTakeTheFormThatIsAskedFor() {
    var store = CellStoreTests.store([Piece(cells: .gaps, count: 3)])
    #expect(store.byteCount == 3)
    store.become(.boolean, Texts())
    #expect(store.booleans == [false, false, false] && CellStoreTests.flags(store) == [true, true, true])
  }
}
