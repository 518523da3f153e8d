import Diagnostics
import Engine
import Machine
import Tensors

// The smallest elements of rows.
extension Library {
  private static let searched = Parameter("x", .tensor, "a tensor; each row along its last axis is searched")
  private static let count = Parameter("count", .int, "the number of elements of each row", default: 1, in: 1...1 << 24)

  static let orders: [Builtin] = [
    Builtin(
      "smallest", "The smallest elements along the last axis in ascending order and their positions, as a list; nan last", [searched, count],
      examples: [
        Example("(values, positions) = smallest([[5, 1, 3], [2, 4, 0]], 2)\nprint(values, positions)", "[[1, 3],\n [0, 2]] [[1, 2],\n [2, 0]]"),
        Example("print(-smallest(-[3, 9, 4], 2)[0])", "[9, 4]"),
      ]
    ) { call in
      let (x, count) = (try call[searched], try call[count])
      guard let length = x.shape.last else { throw call.refuse("`smallest` expects a tensor with an axis, got a single number") }
      guard count <= length else {
        throw call.refuse("`smallest`: `count` is \(count), but the rows of \(x.type.description) have \(counted(length, "element"))")
      }
      let shape = Array(x.shape.dropLast()) + [count]
      if x.node.isUnknown {
        let types = [TensorType(x.dtype, shape), TensorType(.i32, shape)]
        return call.machine.make(list: types.map { call.machine.make(node: call.engine.placeholder($0)) })
      }
      guard x.type.count < Int(Int32.max) else {
        throw Fault(TensorErrors.tooLarge, "`smallest` is limited to 2147483647 elements, got \(x.type.count)")
      }
      let rows = x.type.count / length
      let places = try Tensor(uninitialized: TensorType(.i32, [rows * count]))
      let positions = try Tensor(uninitialized: TensorType(.i32, shape))
      // A double represents the elements of every type exactly.
      let numbers = try call.engine.value(x.cast(.f64).node)
      try withExtendedLifetime(numbers) {
        let (number, place, position) = (numbers.storage.bind(Double.self), places.storage.bind(Int32.self), positions.storage.bind(Int32.self))
        try Workers(call.engine, call.effects.cancellation).forEachRange(rows, grain: max(1, 65_536 / max(length, 1))) { range in
          var kept = SmallestElements(count)
          for row in range {
            kept.search(number + row * length, length)
            for (index, found) in kept.positions.enumerated() {
              position[row * count + index] = Int32(found)
              place[row * count + index] = Int32(row * length + found)
            }
          }
        }
      }
      // Taken from the graph, so that they have a gradient.
      let values = try x.reshaped([x.type.count]).applying(Gather(), call.engine.term(call.engine.leaf(places))).reshaped(shape)
      return call.machine.make(list: [call.result(values), call.machine.make(tensor: positions)])
    }
  ]
}

/// The positions of the smallest elements of a row, in ascending order; of equal ones the first.
private struct SmallestElements {
  private let count: Int
  private(set) var positions: [Int] = []

  init(_ count: Int) {
    self.count = count
    positions.reserveCapacity(count + 1)
  }

  /// Sorting is quicker than inserting if many are wanted.
  private static let mostInserted = 64

  mutating func search(_ row: UnsafeMutablePointer<Double>, _ length: Int) {
    func precedes(_ a: Double, _ b: Double) -> Bool { a < b || (b.isNaN && !a.isNaN) }
    guard count <= SmallestElements.mostInserted else {
      let order = (0..<length).sorted { precedes(row[$0], row[$1]) || (!precedes(row[$1], row[$0]) && $0 < $1) }
      positions = Array(order.prefix(count))
      return
    }
    positions.removeAll(keepingCapacity: true)
    for place in 0..<length {
      if positions.count == count {
        guard precedes(row[place], row[positions[count - 1]]) else { continue }
        positions.removeLast()
      }
      var index = positions.count
      while index > 0, precedes(row[place], row[positions[index - 1]]) { index -= 1 }
      positions.insert(place, at: index)
    }
  }
}
