import DataSets
import Diagnostics
import Engine
import Images
import Tensors
import Testing

/// Annotations move as the pixels do: against pictures that were drawn and moved.
@Suite struct AnnotationMoveTests {
  private static let (height, width) = (60, 80)
  private let engine = Engine(threads: 2)

  private static func step(_ operation: GeometryOperation, _ place: UInt32 = 0, _ sampling: Sampling? = nil) -> RecipeStep {
    RecipeStep(operation, key: RandomKey(bits: 77), place: place, sampling: sampling)
  }

  static let recipes: [[GeometryOperation]] = [
    [.rotate(.constant(33), about: .spot(.center))],
    [.rotate(.constant(-120), about: .point(row: 20, column: 45))],
    [.rotate(.uniform(-30, 10), about: .spot(.topLeft))],
    [.rotateExpanding(degrees: 25)],
    [.flip(vertical: false, horizontal: true, chance: 1)],
    [.flip(vertical: true, horizontal: false, chance: 1)],
    [.crop(height: 30, width: 40, at: .point(row: 12, column: 15))],
    [.crop(height: 70, width: 90, at: .spot(.center), pads: true)],
    [.resizedCrop(height: 48, width: 48, area: .uniform(0.4, 0.9), aspect: .uniform(0.75, 1.3))],
    [.resize(height: 90, width: 50)],
    [.resizeShorter(30)],
    [.quarterTurn(.constant(1))], [.quarterTurn(.constant(2))], [.quarterTurn(.constant(3))],
    [.transpose],
    [.pad(top: 3, bottom: 0, left: 9, right: 1)],
    [.shift(down: .constant(3.5), right: .constant(-2.25))],
    [.scale(.constant(1.4), about: .spot(.center))],
    [.scale(.constant(0.6), about: .spot(.bottomRight))],
    [.shear(horizontal: .constant(12), vertical: .constant(-7))],
    [.affine(rotate: .constant(-20), down: .constant(0.1), right: .constant(-0.1), scale: .constant(0.9), shear: .constant(10))],
    [.perspective(.constant(0.4))],
    [.elastic(strength: .constant(3), spacing: nil)],
    [.rotate(.constant(15), about: .spot(.center)), .flip(vertical: false, horizontal: true, chance: 1), .crop(height: 44, width: 50, at: .random)],
    [.perspective(.constant(0.3)), .rotate(.constant(40), about: .spot(.center)), .elastic(strength: .constant(2), spacing: 20), .transpose],
    [.flip(vertical: true, horizontal: false, chance: 1), .perspective(.constant(0.2)), .resize(height: 100, width: 100)],
  ]

  private func picture(_ value: (Int, Int) -> Double) throws -> Tensor {
    try Tensor(dtype: .f32, shape: [1, Self.height, Self.width, 1]) { value($0 / Self.width, $0 % Self.width) }
  }

  private func moved(_ picture: Tensor, _ annotations: Annotations, _ recipe: [GeometryOperation]) throws -> DataSet {
    var set = try DataSet(.dense(picture), annotations: annotations)
    for (place, operation) in recipe.enumerated() { set = try set.applying([Self.step(operation, UInt32(place))]) }
    return set
  }

  @Test(arguments: recipes.indices)
  func boxesAreTightAroundTheirMovedPixels(_ index: Int) throws {
    let (top, left, bottom, right) = (14, 22, 38, 51)
    let image = try picture { (top..<bottom).contains($0) && (left..<right).contains($1) ? 1 : 0 }
    let box = Box(.upright(top: Double(top), left: Double(left), bottom: Double(bottom), right: Double(right)), label: 0)
    let set = try moved(image, Annotations(boxes: [[box]], minVisible: 0), Self.recipes[index])
    let result = try set.example(0, engine)
    let columns = result.shape[1]
    let inside = (0..<result.count).filter { result[$0] > 0.5 }
    let rows = inside.map { $0 / columns }, places = inside.map { $0 % columns }
    let found = try #require(try set.boxes(0)?.first)
    let bounds = found.bounds
    #expect(abs(Double(rows.min() ?? 0) - bounds.top) <= 1 && abs(Double((rows.max() ?? 0) + 1) - bounds.bottom) <= 1)
    #expect(abs(Double(places.min() ?? 0) - bounds.left) <= 1 && abs(Double((places.max() ?? 0) + 1) - bounds.right) <= 1)
  }

  @Test(arguments: recipes.indices)
  func keypointsAreWhereTheirPixelsAre(_ index: Int) throws {
    for (row, column) in [(25, 40), (18, 30), (40, 52)] {
      let image = try picture { abs($0 - row) <= 2 && abs($1 - column) <= 2 ? 1 : 0 }
      let keypoint = Keypoint(ImagePoint(row: Double(row) + 0.5, column: Double(column) + 0.5))
      let set = try moved(image, Annotations(keypoints: [[keypoint]]), Self.recipes[index])
      let result = try set.example(0, engine)
      let found = try #require(try set.keypoints(0)?.first)
      let (height, width) = (result.shape[0], result.shape[1])
      var (sum, down, right) = (0.0, 0.0, 0.0)
      for place in 0..<result.count {
        sum += result[place]
        down += result[place] * (Double(place / width) + 0.5)
        right += result[place] * (Double(place % width) + 0.5)
      }
      // A blob at the edge is cut, so its centre is elsewhere.
      guard (4...Double(height) - 4).contains(found.point.row), (4...Double(width) - 4).contains(found.point.column) else { continue }
      #expect(found.isSeen)
      #expect(abs(down / sum - found.point.row) < 0.5 && abs(right / sum - found.point.column) < 0.5)
    }
  }

  /// A mask is the picture of its classes, drawn with the nearest pixel.
  @Test(arguments: recipes.indices)
  func masksAreDrawnAsTheNearestPixel(_ index: Int) throws {
    let classes = try Tensor(dtype: .u8, shape: [1, Self.height, Self.width]) { Double(($0 * 31 + $0 / 80 * 7) % 251) }
    let large = try Tensor(dtype: .i32, shape: [1, Self.height, Self.width]) { classes[$0] * 1000 }
    for mask in [classes, large] {
      let picture = classes.reshaped([1, Self.height, Self.width, 1])
      var set = try DataSet(.dense(picture), annotations: Annotations(masks: Masks(tensors: [mask], isDense: true)))
      for (place, operation) in Self.recipes[index].enumerated() {
        set = try set.applying([Self.step(operation, UInt32(place), Sampling(.nearest))])
      }
      let (drawn, moved) = (try set.bytes(engine), try #require(try set.masks(engine)))
      #expect(moved.dtype == mask.dtype && moved.shape == Array(drawn.shape.dropLast()))
      let factor = mask.dtype == .u8 ? 1.0 : 1000
      #expect((0..<drawn.count).allSatisfy { drawn[$0] * factor == moved[$0] })
    }
  }

  @Test(arguments: recipes.indices)
  func pointsComeBackThroughTheMapOfPixels(_ index: Int) throws {
    var plan = ImagePlan(height: Self.height, width: Self.width, channels: 1)
    try Recipe(Self.recipes[index].enumerated().map { Self.step($1, UInt32($0)) }).apply(to: &plan, SampleID(id: 5))
    let map = try PointMap(plan.maps, height: Self.height, width: Self.width)
    #expect(map.height == plan.height && map.width == plan.width)
    let framed = try #require(plan.maps.first)
    for (row, column) in [(0.0, 0.0), (30, 40), (59.5, 3.25), (12, 77), (60, 80)] {
      let place = try #require(map(ImagePoint(row: row, column: column)))
      let back = framed.map.source(row: place.row - 0.5, column: place.column - 0.5)
      #expect(abs(back.row + 0.5 - row) < 1e-6 && abs(back.column + 0.5 - column) < 1e-6)
    }
  }

  @Test func exactMovesAreExact() throws {
    let box = Box(.upright(top: 1.25, left: 2, bottom: 7.5, right: 20))
    let turns: [GeometryOperation] = (0..<4).map { _ in .quarterTurn(.constant(1)) }
    let set = try moved(picture { _, _ in 0 }, Annotations(boxes: [[box]]), turns)
    #expect(try set.boxes(0) == [box])
    let flipped = try moved(picture { _, _ in 0 }, Annotations(boxes: [[box]]), [.flip(vertical: false, horizontal: true, chance: 1)])
    #expect(try flipped.boxes(0)?.first?.shape == .upright(top: 1.25, left: 60, bottom: 7.5, right: 78))
  }

  @Test func whatLeavesTheFrameIsDroppedOrMarked() throws {
    // 10 × 10; after the shift to the left 2 of its 10 columns remain.
    let box = Box(.upright(top: 10, left: 20, bottom: 20, right: 30), label: 3)
    let points = [Keypoint(ImagePoint(row: 15, column: 21)), Keypoint(ImagePoint(row: 15, column: 29))]
    let shift: [GeometryOperation] = [.shift(down: .constant(0), right: .constant(-28))]
    func result(_ share: Double) throws -> DataSet {
      try moved(picture { _, _ in 0 }, Annotations(boxes: [[box]], keypoints: [points], minVisible: share), shift)
    }
    let kept = try #require(try result(0.2).boxes(0)?.first)
    #expect(kept.shape == .upright(top: 10, left: 0, bottom: 20, right: 2) && abs(kept.visible - 0.2) < 1e-9 && kept.label == 3)
    #expect(try result(0.21).boxes(0) == [])
    #expect(try result(0.2).keypoints(0)?.map(\.isSeen) == [false, true])
    #expect(try result(0.2).keypoints(0)?.map(\.point.column) == [-7, 1])
    let gone = try moved(picture { _, _ in 0 }, Annotations(boxes: [[box]], minVisible: 0), [.shift(down: .constant(0), right: .constant(-30))])
    #expect(try gone.boxes(0) == [])
  }

  @Test func rotatedBoxesTurnWithTheImage() throws {
    let box = Box(.rotated(row: 30, column: 40, height: 8, width: 20, angle: 10))
    let turned = try moved(picture { _, _ in 0 }, Annotations(boxes: [[box]]), [.rotate(.constant(25), about: .spot(.center))])
    guard case .rotated(let row, let column, let height, let width, let angle) = try #require(try turned.boxes(0)?.first).shape else {
      Issue.record("the box is upright")
      return
    }
    #expect(abs(row - 30) < 1e-9 && abs(column - 40) < 1e-9 && abs(height - 8) < 1e-9 && abs(width - 20) < 1e-9 && abs(angle - 35) < 1e-9)
    let mirrored = try moved(picture { _, _ in 0 }, Annotations(boxes: [[box]]), [.flip(vertical: false, horizontal: true, chance: 1)])
    guard case .rotated(_, _, _, let wide, let other) = try #require(try mirrored.boxes(0)?.first).shape else { return }
    #expect(abs(other + 10) < 1e-9 && abs(wide - 20) < 1e-9)
  }

  @Test func namesOfSidesAreExchangedInMirrors() throws {
    let names = ["nose", "left_eye", "right_eye", "leftEar", "rightEar", "L-hip", "R-hip", "left", "bright"]
    let points = names.indices.map { Keypoint(ImagePoint(row: 5, column: Double(10 + $0)), name: Int32($0), object: 1) }
    let annotations = Annotations(keypoints: [points], keypointNames: names)
    let flip: [GeometryOperation] = [.flip(vertical: false, horizontal: true, chance: 1)]
    let mirrored = try #require(try moved(picture { _, _ in 0 }, annotations, flip).keypoints(0))
    #expect(mirrored.map(\.name) == points.map(\.name))
    // Column 10 + i becomes 70 - i; both points of a pair change places, `left` without a `right` stays.
    #expect(mirrored.map(\.point.column) == [70, 68, 69, 66, 67, 64, 65, 63, 62])
    let twice = try moved(picture { _, _ in 0 }, annotations, [.flip(vertical: true, horizontal: true, chance: 1)]).keypoints(0)
    #expect(twice?.map(\.point.column) == [70, 69, 68, 67, 66, 65, 64, 63, 62])
    let transposed = try moved(picture { _, _ in 0 }, annotations, [.transpose]).keypoints(0)
    #expect(transposed?.map(\.point.row) == [10, 12, 11, 14, 13, 16, 15, 17, 18])
    // A lone point is renamed.
    let lone = Annotations(keypoints: [[points[1]], [points[2]]], keypointNames: names)
    let images = try Tensor(dtype: .u8, shape: [2, 60, 80, 1]) { _ in 0 }
    let set = try DataSet(.dense(images), annotations: lone).applying([Self.step(.flip(vertical: false, horizontal: true, chance: 1))])
    #expect(try set.keypoints(0)?.map(\.name) == [2] && set.keypoints(1)?.map(\.name) == [1])
  }

  @Test func annotationsFollowTheirImages() throws {
    let images = try Tensor(dtype: .u8, shape: [3, 6, 8, 1]) { Double($0) }
    let boxes = (0..<3).map { [Box(.upright(top: 1, left: Double($0), bottom: 3, right: 5), label: Int32($0))] }
    let masks = try Masks(tensors: [Tensor(dtype: .u8, shape: [3, 6, 8]) { Double($0 / 48) }], isDense: true)
    let soft = try Labels(soft: Tensor([0.5, 0.5, 1, 0, 0.25, 0.75] as [Float], shape: [3, 2]))
    let set = try DataSet(.dense(images), target: soft, annotations: Annotations(masks: masks, boxes: boxes))
    let part = set.selecting([2, 0])
    #expect(try part.boxes(0) == boxes[2] && part.boxes(1) == boxes[0])
    #expect(try part.masks(engine).map { [$0[0], $0[48]] } == [2, 0])
    #expect(try part.target?.tensor()[1] == 0.75)
    let grown = try set.applying([Self.step(.flip(vertical: false, horizontal: true, chance: 1))], copies: 2, keep: true)
    #expect(try grown.count == 9 && grown.boxes(3) == boxes[1] && grown.boxes(4) == grown.boxes(5) && grown.boxes(4) != boxes[1])
    #expect(grown.target?.count == 9)
    #expect(try set.isSame(as: set.selecting([0, 1, 2]), engine))
    var others = boxes
    others[1][0].label = 2
    #expect(try !set.isSame(as: DataSet(.dense(images), target: soft, annotations: Annotations(masks: masks, boxes: others)), engine))
  }

  @Test func colourLeavesThemAndPicturesOfOriginalsKeepTheirs() throws {
    let box = Box(.upright(top: 1, left: 2, bottom: 3, right: 5))
    let set = try DataSet(.dense(picture { _, _ in 0.5 }), annotations: Annotations(boxes: [[box]]))
    let inverted = try set.applying([RecipeStep(ColourOperation.invert(chance: 1) as any ImageOperation, key: RandomKey(bits: 1), place: 0)])
    #expect(try inverted.boxes(0) == [box])
  }
}
