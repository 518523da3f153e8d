import Library
import Testing

/// Help in a narrow terminal.
@Suite struct WrappedTextTests {
  @Test func linesBreakBetweenWords() {
    let help = """
      rotate(x=nothing, by, about="center", copies=1, fill=0)
        Turns images counter-clockwise as they are seen, by an angle in degrees.

        x       the images, or nothing: then it is a recipe
        copies  how many of each

        > few = clothes() |> rotate(-15..15, copies=4, about="top-left")
        a result that is longer than the terminal is wide stays

        See https://www.example.org/a/long/address/without/any/space
      """
    let wrapped = help.wrapped(to: 40)
    #expect(
      wrapped == """
        rotate(x=nothing, by, about="center",
            copies=1, fill=0)
          Turns images counter-clockwise as they
          are seen, by an angle in degrees.

          x       the images, or nothing: then
                  it is a recipe
          copies  how many of each

          > few = clothes() |> rotate(-15..15, copies=4, about="top-left")
          a result that is longer than the terminal is wide stays

          See
          https://www.example.org/a/long/address/without/any/space
        """)
    #expect(help.wrapped(to: 80) == help && help.wrapped(to: nil) == help)
    // No word is lost, in any width.
    for columns in 20...100 {
      #expect(help.wrapped(to: columns).split(whereSeparator: \.isWhitespace) == help.split(whereSeparator: \.isWhitespace))
    }
  }

  /// Lines that were broken for another width are filled anew; code within a description stays.
  @Test func paragraphsAreFilledAnew() {
    let text = """
      mean(x)
        The mean of all elements of a tensor, or along
        some of its axes.
        For example
            mean(x, axis=0) + mean(x, axis=1) + mean(x)
        axis    which ones
      """
    #expect(
      text.wrapped(to: 30) == """
        mean(x)
          The mean of all elements of
          a tensor, or along some of
          its axes. For example
              mean(x, axis=0) + mean(x, axis=1) + mean(x)
          axis    which ones
        """)
    // Ideographs take two columns.
    #expect("  漢字 漢字 漢字 漢字 漢字".wrapped(to: 20) == "  漢字 漢字 漢字\n  漢字 漢字")
  }
}
