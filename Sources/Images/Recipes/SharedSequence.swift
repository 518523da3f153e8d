/// A sequence to which elements are only appended. Copies share their common prefix, so that a loop of appends takes
/// linear time. For one thread, like the values of a program.
package struct SharedSequence<Element: Sendable>: @unchecked Sendable {
  private final class Elements {
    var all: [Element]
    init(_ all: [Element]) { self.all = all }
  }

  private let shared: Elements
  package let count: Int

  package init(_ elements: [Element] = []) {
    shared = Elements(elements)
    count = elements.count
  }

  private init(_ shared: Elements, count: Int) {
    self.shared = shared
    self.count = count
  }

  package var elements: ArraySlice<Element> { shared.all[..<count] }

  package func adding(_ more: [Element]) -> SharedSequence {
    // Another copy has appended to the same prefix.
    guard shared.all.count == count else { return SharedSequence(elements + more) }
    shared.all += more
    return SharedSequence(shared, count: count + more.count)
  }
}
