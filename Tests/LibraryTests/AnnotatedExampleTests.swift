import TestSupport
import Testing

/// One example of a data set with boxes: what holds for the data set holds for it.
@Suite struct AnnotatedExampleTests {
  private func printed(_ share: String) -> String {
    TestSession.printed(
      """
      d = dataset(zeros(1, 8, 8), boxes=(({top: 2, left: 2, bottom: 6, right: 6},),)\(share))
      print(len(shift(d, 0, -4).boxes[0]), len(shift(d[0], 0, -4).boxes), len((shift(d[0], 0, -4) |> shift(0, -1)).boxes))
      """)
  }

  @Test func itDropsBoxesAsItsDataSetDoes() {
    #expect(printed("") == "1 1 1\n")
    #expect(printed(", min_visible=0.5") == "1 1 0\n")
    #expect(printed(", min_visible=0.6") == "0 0 0\n")
  }

  @Test func theShareIsAFieldUnlessItIsTheUsualOne() {
    #expect(TestSession.printed("d = dataset(zeros(1, 4, 4), boxes=((),), min_visible=0.25)\nprint(d[0].min_visible)") == "0.25\n")
    let wrong = TestSession()
    #expect(
      wrong.run("flip({image: zeros(4, 4), boxes: (), min_visible: 3})", named: "t").report?.contains("`min_visible` must be a number from 0 to 1") == true)
    #expect(TestSession().run("dataset(zeros(1, 4, 4), boxes=((),))[0].min_visible", named: "t").report != nil)
  }
}
