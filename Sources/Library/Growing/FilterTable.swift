import Diagnostics
import Images
import Machine

// Operations on the histograms of images, JPEG damage, and repair.
extension Library {
  private static let cutoff = Parameter(
    "cutoff", .distribution, "the share of the darkest and of the lightest pixels that is ignored, in percent, 0 to 49", default: .constant(0))
  private static let limit = Parameter(
    "limit", .distribution, "the highest count of a level in a tile, as a multiple of the mean; 0 removes the limit", default: .constant(2))
  private static let tiles = Parameter("tiles", .int, "tiles in each direction", default: 8, in: 1...64)
  private static let quality = Parameter("quality", .distribution, "the quality, 1 to 100; a range draws one for each image")
  private static let denoiseStrength = Parameter(
    "strength", optional: .distribution, "the standard deviation of the noise, 0 to 1; for \"median\", by how much a pixel must differ",
    shown: "estimated for each image; 0.1 for \"median\"")
  private static let method = Parameter(
    "method", "\"means\" compares patches (for noise everywhere), \"median\" replaces outliers (for single wrong pixels)", default: "means",
    choices: ["means", "median"])
  private static let missingValue = Parameter("value", optional: .number, "pixels of this value are missing, besides those that are not numbers")
  private static let missingMask = Parameter("mask", optional: .any, "a tensor [height, width]: pixels are missing where it is not 0")

  static let filterOperations: [Builtin] = [
    operation(
      "autocontrast", "Stretches the levels of each channel from black to white", [cutoff],
      examples: [Example("print(autocontrast([[0.2, 0.4, 0.6]]))", "[[       0, 0.498039,        1]]")]
    ) { call in LevelOperation.autocontrast(cutoff: try call[cutoff]) },
    operation(
      "equalize", "Spreads the levels of each channel evenly", [],
      examples: [Example("print(equalize(rand(28, 28, 3)).shape)", "(28, 28, 3)")]
    ) { _ in LevelOperation.equalize },
    operation(
      "clahe", "Spreads the brightness evenly within each part of an image, where contrast is limited", [limit, tiles],
      examples: [Example("print(clahe(rand(28, 28, 3), tiles=4).shape)", "(28, 28, 3)")],
      references: ["K. Zuiderveld, Contrast limited adaptive histogram equalization, Graphics Gems IV, 1994"]
    ) { call in LevelOperation.clahe(limit: try call[limit], tiles: try call[tiles]) },
    operation(
      "jpeg_damage", "Encodes images as JPEG files and decodes them", [quality],
      examples: [
        Example("print(jpeg_damage(rand(28, 28, 3), 30).shape)", "(28, 28, 3)"),
        Example("print(crop(24, 24) |> jpeg_damage(20..90))", "crop(24, 24) |> jpeg_damage(20..90)"),
      ]
    ) { call in JPEGDamage(quality: try call[quality]) },
    operation(
      "denoise", "Removes noise", [denoiseStrength, method],
      examples: [
        Example("x = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]\nprint(max(denoise(x, method=\"median\")))", "0"),
        Example("print(denoise(rand(28, 28), 0.1).shape)", "(28, 28)"),
      ],
      references: [
        "A. Buades, B. Coll, J.-M. Morel, A non-local algorithm for image denoising, CVPR 2005",
        "J. Immerkaer, Fast noise variance estimation, 1996",
      ]
    ) { call in
      let strength = try call[denoiseStrength]
      return try call[method] == "median" ? DenoiseOperation.median(strength: strength ?? .constant(0.1)) : DenoiseOperation.means(strength: strength)
    },
    operation(
      "fill_missing", "Fills missing pixels smoothly from those around them", [missingValue, missingMask],
      examples: [
        Example("print(fill_missing([[1, 0, 3]], value=0))", "[[1, 2, 3]]"),
        Example("print(fill_missing([[0, 9, 4]], mask=[[0, 1, 0]]))", "[[0, 2, 4]]"),
      ],
      references: ["F. Bornemann, P. Deuflhard, The cascadic multigrid method for elliptic problems, 1996"]
    ) { call in FillMissing(value: try call[missingValue], mask: try mask(call)) },
  ]

  private static func mask(_ call: Call) throws -> FillMissing.Mask? {
    guard let value = try call[missingMask] else { return nil }
    guard value.tag == .tensor, value.node.type.rank == 2 else { throw call.wrong(missingMask, expected: "a tensor [height, width]") }
    let (height, width) = (value.node.type.shape[0], value.node.type.shape[1])
    guard !value.node.isUnknown else {
      return FillMissing.Mask(height: height, width: width, isMissing: [Bool](repeating: false, count: height * width))
    }
    let tensor = try call.machine.engine.value(value.node)
    return FillMissing.Mask(height: height, width: width, isMissing: (0..<tensor.count).map { tensor[$0] != 0 })
  }
}
