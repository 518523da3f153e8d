import DataSets
import Diagnostics
import Effects
import TestSupport
import Testing

/// Names of shards with braces.
@Suite struct ShardNameTests {
  private func expand(_ pattern: String, among names: [String]? = nil) throws -> [String] {
    let files = MemoryFiles(Dictionary((names ?? []).map { ($0, [1]) }) { first, _ in first })
    return try ShardNames.expand(pattern, files)
  }

  @Test(arguments: [
    ("a-{000..003}.tar", ["a-000.tar", "a-001.tar", "a-002.tar", "a-003.tar"]), ("{8..11}.tar", ["8.tar", "9.tar", "10.tar", "11.tar"]),
    ("{08..11}", ["08", "09", "10", "11"]), ("{8..011}", ["008", "009", "010", "011"]), ("{0..6..3}", ["0", "3", "6"]), ("{0..7..3}", ["0", "3", "6"]),
    ("{5..5}", ["5"]), ("{b,a}.tar", ["b.tar", "a.tar"]), ("{a,b}{1..2}", ["a1", "a2", "b1", "b2"]), ("x{,y}", ["x", "xy"]),
    ("{a,b{1..2},c{d,e}}", ["a", "b1", "b2", "cd", "ce"]), ("f/{a,b/c}.tar", ["f/a.tar", "f/b/c.tar"]), ("a,b.tar", ["a,b.tar"]), ("{é,ü}", ["é", "ü"]),
  ])
  func namesAreExpandedInOrder(_ pattern: String, _ names: [String]) throws { #expect(try expand(pattern, among: names) == names) }

  @Test func aFileWithBracesInItsNameIsItself() throws {
    #expect(try expand("a{0..1}.tar", among: ["a{0..1}.tar", "a0.tar", "a1.tar"]) == ["a{0..1}.tar"])
    #expect(try expand("}{.tar", among: ["}{.tar"]) == ["}{.tar"])
    #expect(try expand("none.tar") == ["none.tar"])
  }

  @Test(arguments: [
    ("{", "a `{` is not closed"), ("a{0..1", "a `{` is not closed"), ("a}", "there is a `}` without"), ("{0..1}}", "there is a `}` without"),
    ("{}", "its braces are empty"), ("{a}", "neither a range of numbers nor a list"), ("{0..x}", "`x` in `{0..x}` is not a number"),
    ("{-1..3}", "`-1` in"), ("{..}", "`` in `{..}` is not a number"), ("{1.5..2}", "`1.5` in"), ("{3..1}", "ends before it begins"), ("{0..4..0}", "the step"),
    ("{0..9223372036854775807}", "expected at most 100000"), ("{0..99999999999999999999}", "is not a number from 0"),
    ("{0..99999}{0..99999}{0..99999}", "expected at most 100000"), ("{{{{{{{{{a,b},c},d},e},f},g},h},i},j}", "nested more than"),
    (String(repeating: "{a,b}", count: 60), "expected at most 100000"), (String(repeating: "{", count: 100_000), "nested more than"),
  ])
  func malformedNamesAreErrors(_ pattern: String, _ text: String) throws {
    let fault = try #require(throws: Fault.self) { try expand(pattern, among: []) }
    #expect(fault.diagnostic.id == ShardErrors.badNames && fault.diagnostic.message.contains(text), "\(fault.diagnostic.message)")
  }

  @Test func aMissingShardIsNamed() throws {
    let fault = try #require(throws: Fault.self) { try expand("a{0..2}.tar", among: ["a0.tar", "a2.tar"]) }
    #expect(fault.diagnostic.id == FileErrors.missing && fault.diagnostic.message == "no such file: `a1.tar`, number 2 of the 3 files of `a{0..2}.tar`")
  }

  @Test func rangesThatAProgramHasReadAsInterpolationsAreRecognised() {
    #expect(ShardNames.withBraces("a/t-0..3.tar") == "a/t-{{0..3}}.tar")
    for name in ["a.tar", "a..tar", "../a.tar", "3..tar", "a{0..3}.tar"] { #expect(ShardNames.withBraces(name) == nil, "\(name)") }
    #expect(ShardNames.isPattern("a{0..3}.tar.gz") && ShardNames.isPattern("{a.tar,b.tar}"))
    #expect(!ShardNames.isPattern("a.tar") && !ShardNames.isPattern("a{0..3}.png") && !ShardNames.isPattern("a}{.tar"))
  }
}
