import DataSets
import Diagnostics
import Engine
import Images
import Tensors
import Testing

/// Data sets end to end, with all that annotates their images.
@Suite("Joining data sets") struct DataSetJoiningTests {
  private let engine = Engine(threads: 1)
  private static let (count, height, width) = (3, 10, 12)

  private func box(_ top: Double, _ left: Double, _ label: Int32?) -> Box {
    Box(.upright(top: top, left: left, bottom: top + 4, right: left + 5), label: label, object: 1)
  }

  private func set(
    names: [String], labels: Labels? = nil, masks: Int32? = nil, boxes: [[Box]]? = nil, keypoints: [[Keypoint]]? = nil, points: [String] = [],
    minVisible: Double = 0.1, seed: Int = 0
  ) throws -> DataSet {
    let pixels = try Tensor(dtype: .u8, shape: [Self.count, Self.height, Self.width, 1]) { Double(($0 * 7 + seed) % 256) }
    let given = try masks.map { highest in
      let numbers = try Tensor(dtype: highest > 255 ? .i32 : .u8, shape: [Self.count, Self.height, Self.width]) { Double($0 * 5 % Int(highest + 1)) }
      return try Masks(tensors: [numbers], isDense: true)
    }
    let annotations = Annotations(masks: given, boxes: boxes, keypoints: keypoints, keypointNames: points, minVisible: minVisible)
    return try DataSet(.dense(pixels), target: labels, names: names, annotations: annotations)
  }

  private func turned(_ set: DataSet) throws -> DataSet {
    try set.applying([RecipeStep(GeometryOperation.rotate(.uniform(-40, 40), about: .spot(.center)), key: RandomKey(bits: 3), place: 0)], copies: 2)
  }

  private func joined(_ sets: DataSet...) throws -> DataSet { try DataSet(joining: sets, engine) }

  private func same(_ a: Tensor, _ b: Tensor) -> Bool { a.shape == b.shape && (0..<a.count).allSatisfy { a[$0] == b[$0] } }

  private var rotated: Box { Box(.rotated(row: 5, column: 6, height: 4, width: 6, angle: 30), label: 0, object: 1) }

  /// The images of a part are annotated as they were, whatever its recipe does to them, with other numbers for the same names.
  @Test func annotationsAreJoined() throws {
    let points = [Keypoint(ImagePoint(row: 2, column: 3), name: 0, object: 1), Keypoint(ImagePoint(row: 4, column: 9), name: 1, isSeen: false)]
    let first = try turned(
      set(names: ["cat", "dog"], masks: 3, boxes: [[box(1, 2, 0), box(3, 4, 1)], [], [rotated]], keypoints: [points, [], []], points: ["left_ear", "nose"]))
    let second = try set(
      names: ["cat", "dog", "owl"], masks: 1000, boxes: [[box(2, 1, 2)], [box(0, 0, nil)], []], keypoints: [[], points, points],
      points: ["nose", "left_ear"], minVisible: 0.5, seed: 9)
    let all = try joined(first, second)
    #expect(all.count == 9 && all.names == ["cat", "dog", "owl"] && all.recipe.isEmpty && all.annotations.minVisible == 0.1)
    #expect(all.annotations.keypointNames.names == ["left_ear", "nose"])
    for position in 0..<9 {
      let (set, own) = position < 6 ? (first, position) : (second, position - 6)
      #expect(try same(all.example(position, engine), set.example(own, engine)))
      #expect(try all.boxes(position) == set.boxes(own))
      #expect(try same(#require(try all.mask(position, engine)), #require(try set.mask(own, engine))))
      let (a, b) = (try #require(try all.keypoints(position)), try #require(try set.keypoints(own)))
      #expect(a.map(\.point) == b.map(\.point) && a.map(\.isSeen) == b.map(\.isSeen) && a.map(\.object) == b.map(\.object))
      let names = (all.annotations.keypointNames.names, set.annotations.keypointNames.names)
      #expect(a.map { names.0[Int($0.name ?? 0)] } == b.map { names.1[Int($0.name ?? 0)] })
    }
    #expect(try all.boxes(0)?.first != first.annotations.boxes?[0].first && all.boxes(6)?.first?.label == 2)
    // Parts of the result keep them.
    let part = all.selecting([8, 0])
    #expect(try part.keypoints(0)?.count == 2 && part.boxes(1) == all.boxes(0) && same(#require(try part.mask(1, engine)), #require(try all.mask(0, engine))))
  }

  /// The first list, then what others add.
  @Test func classesAreJoinedByName() throws {
    let first = try set(names: ["cat", "dog"], labels: .classes([0, 1, 1]), boxes: [[box(1, 1, 1)], [], []])
    let second = try set(names: ["owl", "dog"], labels: .classes([0, 1, 0]), boxes: [[box(1, 1, 0)], [box(1, 1, 1)], [box(1, 1, nil)]])
    let all = try joined(first, second, set(names: ["cat", "dog"], labels: .classes([1, 0, 0])))
    #expect(all.names == ["cat", "dog", "owl"] && all.labels == [0, 1, 1, 2, 1, 2, 1, 0, 0])
    #expect(try (0..<9).map { try all.boxes($0)?.map(\.label) } == [[1], [], [], [2], [1], [nil], [], [], []])
    // A list may name two classes alike.
    let twice = try set(names: ["a", "a", "b"], labels: .classes([0, 1, 2]))
    #expect(try joined(twice, twice).labels == [0, 1, 2, 0, 1, 2] && joined(twice, twice).names == ["a", "a", "b"])
    #expect(try joined(set(names: ["a"], labels: .classes([0, 0, 0])), twice).labels == [0, 0, 0, 0, 1, 2])
  }

  /// Without boxes or keypoints an image has none, but it needs a mask.
  @Test func whatOnlySomeHave() throws {
    let plain = try set(names: [])
    let all = try joined(plain, set(names: ["cat"], boxes: [[box(1, 1, 0)], [], []], minVisible: 0.4))
    #expect(all.names == ["cat"] && all.annotations.minVisible == 0.4 && all.annotations.keypoints == nil && all.annotations.masks == nil)
    #expect(try (0..<6).map { try all.boxes($0)?.count } == [0, 0, 0, 1, 0, 0])
    #expect(throws: Fault.self) { try joined(set(names: [], masks: 1), plain) }
    let fault = try #require(throws: Fault.self) { try joined(set(names: [], masks: 1), plain) }
    #expect(fault.diagnostic.message.contains("others have masks, and number 1 has none"))
    #expect(fault.diagnostic.hint?.contains("masks=zeros(3, 10, 12)") == true)
  }

  @Test func whatCannotBeJoined() throws {
    func message(_ sets: DataSet...) throws -> String { try #require(throws: Fault.self) { try DataSet(joining: sets, engine) }.diagnostic.message }
    #expect(try message(set(names: ["cat", "dog"], masks: 1), set(names: ["dog", "cat"], masks: 1)).contains("number 1 has masks, and its classes dog, cat"))
    #expect(try message(set(names: ["cat"]), set(names: [], labels: .classes([0, 0, 0]))).contains("the classes of number 1 have no names"))
    #expect(try message(set(names: ["cat"]), set(names: [], boxes: [[box(1, 1, 0)], [], []])).contains("the classes of number 1 have no names"))
    #expect(try message(set(names: ["cat"], labels: .classes([0, 0, 0])), set(names: ["cat"])).contains("some have labels and some have none"))
    let soft = try set(names: [], labels: .soft([1, 0, 1, 0, 1, 0], classes: 2))
    #expect(try message(soft, set(names: [], labels: .classes([0, 2, 0]))).contains("some labels are shares of 2 classes, others need 3"))
  }

  /// Shares follow the names of their classes, and a class is a share of 1.
  @Test func softLabelsAreJoined() throws {
    let soft = try set(names: ["cat", "dog"], labels: .soft([0.25, 0.75, 1, 0, 0.5, 0.5], classes: 2))
    let others = try set(names: ["dog", "owl"], labels: .classes([0, 1, 1]))
    #expect(try joined(soft, others).target == .soft([0.25, 0.75, 0, 1, 0, 0, 0.5, 0.5, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1], classes: 3))
    #expect(try joined(others, soft).target == .soft([1, 0, 0, 0, 1, 0, 0, 1, 0, 0.75, 0, 0.25, 0, 0, 1, 0.5, 0, 0.5], classes: 3))
  }
}
