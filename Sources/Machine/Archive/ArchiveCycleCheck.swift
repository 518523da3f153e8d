import Tensors

/// Checks that values do not contain themselves and are not nested too deeply, which all code that traverses values
/// relies on. A program cannot create such values, but a file could contain them.
struct ArchiveCycleCheck {
  private let objects: [Value]
  /// The depth of each visited object; -1 while its parts are being visited.
  private var depths: [Int: Int] = [:]

  init(_ objects: [Value]) { self.objects = objects }

  consuming func check() throws {
    for object in objects { try visit(object) }
  }

  private mutating func visit(_ root: Value) throws {
    var stack: [(value: Value, parts: [Value], next: Int, depth: Int)] = []
    func enter(_ value: Value) throws {
      guard value.isHeap else { return }
      if let known = depths[value.bits] {
        guard known >= 0, stack.count + known <= ArchiveFormat.maximumDepth else { throw ByteReader.Malformed() }
        if !stack.isEmpty { stack[stack.count - 1].depth = max(stack[stack.count - 1].depth, known + 1) }
        return
      }
      guard stack.count < ArchiveFormat.maximumDepth else { throw ByteReader.Malformed() }
      depths[value.bits] = -1
      stack.append((value, ArchiveCycleCheck.parts(of: value), 0, 0))
    }
    try enter(root)
    while let top = stack.last {
      if top.next < top.parts.count {
        stack[stack.count - 1].next += 1
        try enter(top.parts[top.next])
      } else {
        stack.removeLast()
        depths[top.value.bits] = top.depth
        if !stack.isEmpty { stack[stack.count - 1].depth = max(stack[stack.count - 1].depth, top.depth + 1) }
      }
    }
  }

  /// The values that a value contains. Functions do not count: one of a model may refer to that model.
  private static func parts(of value: Value) -> [Value] {
    value.tag == .model ? [value.asModel.pointee.arguments, value.asModel.pointee.fields] : value.children
  }
}
