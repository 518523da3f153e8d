/// A size as a function of the number of examples n: scale × n + offset.
struct Dimension: Hashable {
  let scale: Int
  let offset: Int

  init(_ size: Int) { (scale, offset) = (0, size) }

  private init(scale: Int, offset: Int) { (self.scale, self.offset) = (scale, offset) }

  /// The function with these values at these numbers of examples; nil if there is none.
  init?(_ values: [Int], at batches: [Int]) {
    guard values.contains(where: { $0 != values[0] }) else {
      self.init(values[0])
      return
    }
    let (rise, run) = (values[1] - values[0], batches[1] - batches[0])
    guard rise % run == 0 else { return nil }
    let scale = rise / run
    let offset = values[0] - scale * batches[0]
    guard zip(values, batches).allSatisfy({ scale * $1 + offset == $0 }) else { return nil }
    self.init(scale: scale, offset: offset)
  }

  static let batch = Dimension(scale: 1, offset: 0)

  func adding(_ number: Int) -> Dimension { Dimension(scale: scale, offset: offset + number) }

  var isFixed: Bool { scale == 0 }

  /// `n`, `2*n + 1`
  func text(_ name: String) -> String {
    let product = scale == 1 ? name : "\(scale)*\(name)"
    return offset == 0 ? product : "\(product) \(offset < 0 ? "-" : "+") \(abs(offset))"
  }
}
