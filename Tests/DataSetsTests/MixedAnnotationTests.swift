import DataSets
import Engine
import Images
import Tensors
import Testing

/// Annotations of mixed images, compared with their pixels: each picture has one box, filled with a colour of its own.
@Suite struct MixedAnnotationTests {
  private let engine = Engine(threads: 1)
  private static let (count, height, width) = (12, 20, 30)

  private func box(_ image: Int) -> (top: Int, left: Int, bottom: Int, right: Int) { (2 + image % 4, 3 + image, 11 + image % 6, 12 + image) }

  private func pixel(_ place: Int) -> Double {
    let (image, row, column) = (place / Self.width / Self.height, place / Self.width % Self.height, place % Self.width)
    let box = box(image)
    return row >= box.top && row < box.bottom && column >= box.left && column < box.right ? Double(image + 1) : 0
  }

  /// The keypoint is the centre of a pixel in the middle of the box.
  private func point(_ image: Int) -> ImagePoint {
    ImagePoint(row: Double((box(image).top + box(image).bottom) / 2) + 0.5, column: Double((box(image).left + box(image).right) / 2) + 0.5)
  }

  private func set(minVisible: Double = 0, wide: Bool = false) throws -> DataSet {
    let pixels = try Tensor(dtype: .u8, shape: [Self.count, Self.height, Self.width, 1]) { pixel($0) }
    let masks = try Masks(
      tensors: [Tensor(dtype: wide ? .i32 : .u8, shape: [Self.count, Self.height, Self.width]) { pixel($0) * (wide ? 1000 : 1) }], isDense: true)
    let boxes = (0..<Self.count).map { image in
      let box = box(image)
      let shape = Box.Shape.upright(top: Double(box.top), left: Double(box.left), bottom: Double(box.bottom), right: Double(box.right))
      return [Box(shape, label: Int32(image), object: 3)]
    }
    let keypoints = (0..<Self.count).map { [Keypoint(point($0), name: 0, object: 3)] }
    let annotations = Annotations(masks: masks, boxes: boxes, keypoints: keypoints, keypointNames: ["nose"], minVisible: minVisible)
    return try DataSet(.dense(pixels), labels: (0..<Int32(Self.count)).map { $0 }, annotations: annotations)
  }

  private func step(_ operation: any ImageOperation, _ key: UInt64 = 11) -> RecipeStep { RecipeStep(operation, key: RandomKey(bits: key), place: 0) }

  private func same(_ a: Tensor, _ b: Tensor) -> Bool { a.shape == b.shape && (0..<a.count).allSatisfy { a[$0] == b[$0] } }

  private enum Operation: String, CaseIterable {
    case cutmix, mosaic, twice, turned

    func steps(_ step: (any ImageOperation, UInt64) -> RecipeStep) -> [RecipeStep] {
      switch self {
      case .cutmix: [step(CutMix(alpha: 1), 11)]
      case .mosaic: [step(Mosaic(), 11)]
      case .twice: [step(Mosaic(), 11), step(CutMix(alpha: 1), 12)]
      case .turned: [step(Mosaic(), 11), step(GeometryOperation.quarterTurn(.constant(1)), 12), step(Mosaic(), 13)]
      }
    }
  }

  @Test(arguments: Operation.allCases, [false, true])
  private func annotationsFitThePixels(_ operation: Operation, wide: Bool) throws {
    let mixed = try set(wide: wide).applying(operation.steps(step), copies: 4)
    var compared = 0
    for position in 0..<mixed.count {
      let image = try mixed.example(position, engine)
      let (height, width) = (image.shape[0], image.shape[1])
      let pixels = (0..<image.count).map { Int((image[$0] * 255).rounded()) }
      let mask = try #require(try mixed.mask(position, engine))
      #expect(mask.dtype == (wide ? .i32 : .u8) && mask.shape == [height, width])
      #expect((0..<pixels.count).allSatisfy { Double(pixels[$0]) * (wide ? 1000 : 1) == mask[$0] })
      let boxes = try #require(try mixed.boxes(position))
      let seen = try #require(try mixed.keypoints(position))
      for value in Set(pixels).union(boxes.map { Int($0.label ?? 0) + 1 }) where value > 0 {
        let own = boxes.filter { Int($0.label ?? -1) == value - 1 }
        // A picture may be mixed with itself.
        guard own.count == 1, let box = own.first else {
          #expect(own.count > 1)
          continue
        }
        let places = pixels.indices.filter { pixels[$0] == value }
        let (rows, columns) = (places.map { $0 / width }, places.map { $0 % width })
        #expect(box.bounds.top == rows.min().map(Double.init) && box.bounds.bottom == rows.max().map { Double($0 + 1) })
        #expect(box.bounds.left == columns.min().map(Double.init) && box.bounds.right == columns.max().map { Double($0 + 1) })
        let size = self.box(value - 1)
        if operation == .cutmix || operation == .mosaic {
          #expect(abs(box.visible * Double((size.bottom - size.top) * (size.right - size.left)) - Double(places.count)) < 1e-6)
          compared += 1
        }
      }
      for keypoint in seen where keypoint.isSeen {
        let place = Int(keypoint.point.row) * width + Int(keypoint.point.column)
        #expect(boxes.contains { $0.object == keypoint.object && Int($0.label ?? -1) == pixels[place] - 1 })
      }
    }
    #expect(compared > 40 || operation == .twice || operation == .turned)
    let whole = try #require(try mixed.masks(engine))
    let last = mixed.count - 1
    #expect(try same(whole.rows(last..<last + 1).reshaped(Array(whole.shape.dropFirst())), #require(try mixed.mask(last, engine))))
  }

  /// Both images are visible; the mask is that of the heavier one.
  @Test func blendedImagesKeepBoth() throws {
    let (plain, mixed) = (try set(), try set().applying([step(MixUp(alpha: 1))]))
    var heavier = Set<Bool>()
    for position in 0..<mixed.count {
      let share = try #require(try mixed.plan(position).shares.first)
      let other = share.others[0].position
      let (own, others) = (try #require(try plain.boxes(position)), try #require(try plain.boxes(other)))
      let boxes = try #require(try mixed.boxes(position))
      #expect(boxes.map(\.shape) == (own + others).map(\.shape) && boxes.map(\.label) == (own + others).map(\.label))
      #expect(boxes.map(\.visible) == [1, 1] && boxes.map(\.object) == [3, 7])
      #expect(try mixed.keypoints(position)?.map(\.object) == [3, 7])
      let isOwn = share.own >= 0.5
      heavier.insert(isOwn)
      #expect(try same(#require(try mixed.mask(position, engine)), #require(try plain.mask(isOwn ? position : other, engine))))
    }
    #expect(heavier.count == 2)
  }

  @Test(arguments: [Operation.cutmix, .mosaic])
  private func boxesAreDroppedBelowTheShare(_ operation: Operation) throws {
    let (all, strict) = (try set().applying(operation.steps(step), copies: 3), try set(minVisible: 0.5).applying(operation.steps(step), copies: 3))
    var dropped = 0
    for position in 0..<all.count {
      let (boxes, kept) = (try #require(try all.boxes(position)), try #require(try strict.boxes(position)))
      #expect(kept.map(\.shape) == boxes.filter { $0.visible >= 0.5 }.map(\.shape))
      dropped += boxes.count - kept.count
    }
    #expect(dropped > 5)
  }

  /// A rotated box stays whole, and says how much of it is visible.
  @Test func rotatedBoxesStayWhole() throws {
    let shape = Box.Shape.rotated(row: 10, column: 15, height: 4, width: 6, angle: 90)
    let pixels = try Tensor(dtype: .u8, shape: [2, 20, 30, 1]) { _ in 0 }
    let plain = try DataSet(.dense(pixels), annotations: Annotations(boxes: [[Box(shape)], []], minVisible: 0))
    let mixed = try plain.applying([step(Mosaic())], copies: 30)
    var shares: [Double] = []
    for position in 0..<mixed.count {
      for box in try #require(try mixed.boxes(position)) {
        guard case .rotated(_, _, let height, let width, let angle) = box.shape else { throw DataSetProblem() }
        #expect([height, width, angle] == [4, 6, 90])
        shares.append(box.visible)
      }
    }
    #expect(shares.contains { $0 < 0.9 } && shares.contains(1) && shares.allSatisfy { $0 > 0 && $0 <= 1 })
  }

  private struct DataSetProblem: Error {}

  @Test func mixedSetsAreComparedAndSelected() throws {
    let mixed = try set().applying([step(Mosaic())])
    #expect(try mixed.isSame(as: set().applying([step(Mosaic())]), engine))
    #expect(try !mixed.isSame(as: set().applying([step(Mosaic(), 5)]), engine))
    #expect(try mixed.selecting([4]).boxes(0) == mixed.boxes(4))
    let without = try DataSet(.dense(Tensor(dtype: .u8, shape: [2, 4, 4, 1]) { _ in 0 }), labels: [0, 1]).applying([step(Mosaic())])
    #expect(try without.boxes(0) == nil && without.keypoints(0) == nil && without.mask(0, engine) == nil)
  }
}
