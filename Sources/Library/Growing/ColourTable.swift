import Diagnostics
import Images
import Machine

// Operations on colours.
extension Library {
  private static let factor = Parameter("factor", .distribution, "the factor; a range draws one for each image")
  private static let about = Parameter("about", .number, "the value that is kept", default: 0.5, in: -1e6...1e6)
  private static let power = Parameter("power", .distribution, "the exponent: above 1 darkens, below 1 brightens")
  private static let degrees = Parameter("degrees", .distribution, "the angle on the colour circle; 360 is all of it")
  private static let chance = Parameter("chance", .number, "the probability that an image is changed", default: 1, in: 0...1)
  private static let bits = Parameter("bits", .countDistribution, "the number of bits that are kept of 8")
  private static let threshold = Parameter("threshold", .distribution, "the value from which on pixels are inverted", default: .constant(0.5))
  private static let dropChance = Parameter("chance", .number, "the probability for each channel", default: 0.5, in: 0...1)
  private static let mean = Parameter("mean", .any, "what becomes 0: a number, or one for each channel")
  private static let deviation = Parameter("std", .any, "what becomes a distance of 1 from it: a number, or one for each channel")

  private enum Jitter {
    static let brightness = Parameter("brightness", .distribution, "the factor of the brightness", default: .constant(1))
    static let contrast = Parameter("contrast", .distribution, "the factor of the contrast", default: .constant(1))
    static let saturation = Parameter("saturation", .distribution, "the factor of the saturation", default: .constant(1))
    static let hue = Parameter("hue", .distribution, "degrees on the colour circle", default: .constant(0))
  }

  static let colourOperations: [Builtin] = [
    operation(
      "brightness", "Multiplies the values of images", [factor],
      examples: [Example("print(brightness([[0.1, 0.2, 0.8]], 2))", "[[0.2, 0.4,   1]]")]
    ) { ColourOperation.brightness(try $0[factor]) },
    operation(
      "contrast", "Multiplies the distance of values from a middle grey", [factor, about],
      examples: [Example("print(contrast([[0.4, 0.5, 0.7]], 2))", "[[0.3, 0.5, 0.9]]")]
    ) { ColourOperation.contrast(try $0[factor], about: try $0[about]) },
    operation(
      "gamma", "Raises the values of images to a power", [power], examples: [Example("print(gamma([[0, 0.5, 1]], 2))", "[[   0, 0.25,    1]]")]
    ) { ColourOperation.gamma(try $0[power]) },
    operation(
      "saturation", "Makes colours paler or stronger: 0 is grey, 1 leaves them", [factor],
      examples: [Example("print(saturation(reshape([1, 0, 0], 1, 1, 3), 0))", "[[[0.299, 0.299, 0.299]]]")],
      references: ["ITU-R BT.601, for the weights of red, green and blue"]
    ) { ColourOperation.saturation(try $0[factor]) },
    operation(
      "hue", "Turns colours on the colour circle", [degrees],
      examples: [Example("print(hue(-20..20) |> flip())", "hue(-20..20) |> flip()")],
      references: ["W3C, Filter effects module level 1, feColorMatrix"]
    ) { ColourOperation.hue(try $0[degrees]) },
    operation(
      "color_jitter", "Changes brightness, contrast, saturation and hue, in this order",
      [Jitter.brightness, Jitter.contrast, Jitter.saturation, Jitter.hue],
      examples: [Example("print(color_jitter(brightness=0.8..1.2, hue=-10..10))", "color_jitter(brightness=0.8..1.2, hue=-10..10)")]
    ) {
      ColourJitter(
        brightness: try $0[Jitter.brightness], contrast: try $0[Jitter.contrast], saturation: try $0[Jitter.saturation], hue: try $0[Jitter.hue])
    },
    operation(
      "greyscale", "Makes colours grey; the number of channels is kept", [chance],
      examples: [Example("print(greyscale(reshape([0, 1, 0], 1, 1, 3)))", "[[[0.587, 0.587, 0.587]]]")]
    ) { ColourOperation.greyscale(chance: try $0[chance]) },
    operation(
      "invert", "Makes light dark and dark light", [chance], examples: [Example("print(invert([[0, 0.25, 1]]))", "[[   1, 0.75,    0]]")]
    ) { ColourOperation.invert(chance: try $0[chance]) },
    operation(
      "posterize", "Reduces the number of levels", [bits],
      examples: [Example("print(posterize([[0.1, 0.4, 0.6, 0.9]], 1) * 255)", "[[  0,   0, 128, 128]]")]
    ) { ColourOperation.posterize(try $0[bits]) },
    operation(
      "solarize", "Inverts the light parts", [threshold], examples: [Example("print(solarize([[0.25, 0.75]], 0.5))", "[[0.25, 0.25]]")]
    ) { ColourOperation.solarize(try $0[threshold]) },
    operation(
      "shuffle_channels", "Exchanges red, green and blue at random", [],
      examples: [Example("print(sum(shuffle_channels(reshape([1, 2, 4], 1, 1, 3))))", "7")]
    ) { _ in ColourOperation.shuffleChannels },
    operation(
      "drop_channels", "Makes channels black at random, but never all", [dropChance],
      examples: [Example("print(drop_channels(0.2) |> flip())", "drop_channels(0.2) |> flip()")]
    ) { ColourOperation.dropChannels(chance: try $0[dropChance]) },
    operation(
      "normalize", "Subtracts a mean and divides by a deviation, as a network expects its input; the values are no longer from 0 to 1",
      [mean, deviation], examples: [Example("print(normalize([[0.5, 0.75]], 0.5, 0.25))", "[[0, 1]]")]
    ) { call in
      let (mean, deviation) = (try channelNumbers(call, mean), try channelNumbers(call, deviation))
      guard !deviation.contains(0) else { throw call.wrong(Library.deviation, expected: "numbers other than 0") }
      return ColourOperation.normalize(mean: mean, deviation: deviation)
    },
  ]

  /// One number, or one for each channel.
  static func channelNumbers(_ call: Call, _ parameter: Parameter<Value>) throws -> [Double] {
    guard let numbers = try numbers(call, call[parameter]) else { throw call.wrong(parameter, expected: "a number, or one for each channel") }
    return numbers
  }

  /// One to four finite numbers; nil for anything else.
  static func numbers(_ call: Call, _ value: Value) throws -> [Double]? {
    let numbers: [Double]
    if value.tag == .list {
      numbers = value.listItems.compactMap(\.number)
      guard numbers.count == value.listCount else { return nil }
    } else if value.tag == .tensor, value.node.type.rank == 1 {
      let tensor = try call.engine.value(value.node)
      numbers = (0..<tensor.count).map { tensor[$0] }
    } else {
      guard let number = try? call.machine.scalar(value).number else { return nil }
      numbers = [number]
    }
    return (1...4).contains(numbers.count) && numbers.allSatisfy(\.isFinite) ? numbers : nil
  }
}
