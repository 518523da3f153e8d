import Diagnostics
import Testing

/// "Did you mean".
@Suite struct SuggestionTests {
  /// One change for each three letters: a letter more, less, another one, or two exchanged.
  @Test(arguments: [
    ("zeors", "zeros"), ("zero", "zeros"), ("zerros", "zeros"), ("zeris", "zeros"), ("transpoes", "transpose"), ("cross_entrpoy", "cross_entropy"),
    ("corss_entrpoy", "cross_entropy"),
  ])
  func aNameThatIsNearIsFound(_ written: String, _ meant: String) {
    #expect(Suggestion.nearest(to: written, among: ["sum", meant, "rotate"]) == meant)
    #expect(Suggestion.hint(for: written, among: [meant]) == "did you mean `\(meant)`?")
  }

  @Test(arguments: [("zeors", "seven"), ("sum", "sinh"), ("ab", "abs"), ("x", "y"), ("zeros", "zeros"), ("abcdef", "defabc")])
  func aNameThatIsFarIsNot(_ written: String, _ other: String) {
    #expect(Suggestion.nearest(to: written, among: [other]) == nil)
    #expect(Suggestion.hint(for: written, among: [other]) == nil)
  }

  @Test func theNearestIsTheOneAndAmongEqualOnesTheFirstInTheAlphabet() {
    #expect(Suggestion.nearest(to: "rotate_x", among: ["rotat", "rotate", "rotate_xy"]) == "rotate_xy")
    #expect(Suggestion.nearest(to: "mxx", among: ["mix", "max", "mux"]) == "max")
  }

  @Test func wordsForValues() {
    #expect(Suggestion.hint(forUnknown: "None", among: ["nine"]) == "write `nothing` instead")
    #expect(Suggestion.hint(forUnknown: "True", among: []) == "write `true` instead")
    #expect(Suggestion.hint(forUnknown: "zeors", among: ["zeros"]) == "did you mean `zeros`?")
  }

  @Test func whatNobodyKnowsIsToBeAssigned() {
    #expect(Suggestion.hint(forUnknown: "brightness", among: ["sum"]) == "assign it first: `brightness = ...`")
  }

  @Test func formerNamesLeadToThePresentOnes() {
    #expect(Suggestion.hint(forUnknown: "variance", among: ["variant"]) == "it is called `var` now")
    #expect(Suggestion.hint(forParameter: "keep", among: ["x", "axis", "keepdims"]) == "it is called `keepdims` now")
    #expect(Suggestion.hint(forParameter: "keep", among: ["x", "keeps"]) == "did you mean `keeps`?")
    #expect(Suggestion.hint(forParameter: "keep", among: ["x"]) == nil)
  }
}
