import Engine

/// What happens to one image, with everything drawn: stages in order, the last one with its geometry still open, so that
/// more can be composed into it.
package struct ImagePlan: Sendable {
  package enum Stage: Sendable {
    /// All adjacent geometry, sampled once.
    case sample(Framed)
    /// All adjacent operations on single pixels, in one pass.
    case points([PointOperation])
    case area(any AreaOperation)
    /// A weighted sum of plans that begin with the image so far and keep its size.
    case sum([(weight: Float, plan: ImagePlan)])
    case mix(Mix)
  }

  /// What the present step may mix with, and its place in the recipe.
  package var neighbours = Neighbours.none
  package var step = 0
  package private(set) var shares: [MixShare] = []

  private var closed: [Stage] = []
  private var open: Framed
  /// As the last operation of the open geometry that asks for one.
  package var sampling: Sampling {
    get { open.sampling }
    set { open.sampling = newValue }
  }
  package private(set) var channels: Int

  package init(height: Int, width: Int, channels: Int) {
    open = Framed(map: ImageMap(), height: height, width: width)
    self.channels = channels
  }

  /// Of the result so far.
  package var height: Int { open.height }
  package var width: Int { open.width }

  package var stages: [Stage] { isOpen ? closed + [.sample(open)] : closed }

  /// The only stage, if it is geometry; saves the list.
  var single: Framed? { closed.isEmpty ? open : nil }

  /// The maps of the geometry, in order; each from a result to its source.
  package var maps: [Framed] { stages.compactMap { if case .sample(let framed) = $0 { framed } else { nil } } }

  private var isOpen: Bool { closed.isEmpty || open.moves }

  /// Composes a map from pixels of the result to points of the image so far.
  package mutating func move(_ map: AffineMap) {
    open.map = open.map.after(map)
    open.moves = true
  }

  package mutating func move(_ map: AffineMap, height: Int, width: Int) {
    move(map)
    (open.height, open.width) = (height, width)
  }

  /// A perspective or elastic map within the frame.
  package mutating func bend(_ bend: ImageMap.Bend) {
    open.map = open.map.bent(bend)
    open.moves = true
  }

  package mutating func add(_ point: PointOperation) {
    close()
    if case .points(var points)? = closed.last {
      // Removed first, so that appending copies nothing.
      closed.removeLast()
      points.append(point)
      closed.append(.points(points))
    } else {
      closed.append(.points([point]))
    }
  }

  package mutating func add(_ area: any AreaOperation) {
    close()
    closed.append(.area(area))
  }

  package mutating func add(_ branches: [(weight: Float, plan: ImagePlan)]) {
    close()
    closed.append(.sum(branches))
  }

  /// Mixes with other images; the weights are those of the labels.
  package mutating func mix(_ layout: Mix.Layout, own: Float, with others: [(position: Int, weight: Float, item: Int, plan: ImagePlan)]) {
    close()
    closed.append(.mix(Mix(layout: layout, others: others.map { Mix.Other(item: $0.item, plan: $0.plan) })))
    shares.append(MixShare(step: step, own: own, others: others.map { ($0.position, $0.weight, $0.plan.shares) }))
  }

  /// The pictures that are needed besides the image's own.
  package var otherItems: [Int] {
    closed.flatMap { stage -> [Int] in
      guard case .mix(let mix) = stage else { return [] }
      return mix.others.flatMap { [$0.item] + $0.plan.otherItems }
    }
  }

  private mutating func close() {
    if open.moves { closed.append(.sample(open)) }
    open = Framed(map: ImageMap(), height: open.height, width: open.width)
  }
}

/// Geometry: for each pixel of a frame, the point of the source that it shows.
package struct Framed: Sendable {
  package var map: ImageMap
  package var height: Int
  package var width: Int
  package var sampling = Sampling()
  /// Whether any operation has set the map or the frame.
  var moves = false

  package init(map: ImageMap, height: Int, width: Int) {
    self.map = map
    self.height = height
    self.width = width
  }

  /// Whether no pixel of an axis-aligned result is outside a source of this size.
  func isInside(height sourceHeight: Int, width sourceWidth: Int) -> Bool {
    func fits(_ scale: Double, _ offset: Double, _ count: Int, _ limit: Int) -> Bool {
      let (first, last) = (offset, scale * Double(count - 1) + offset)
      // The outermost centres are half an output pixel from the edges.
      let margin = (abs(scale) - 1) / 2 - 1e-9
      return min(first, last) >= margin && max(first, last) <= Double(limit - 1) - margin
    }
    let affine = map.affine
    return fits(affine.a, affine.c, height, sourceHeight) && fits(affine.e, affine.f, width, sourceWidth)
  }
}
