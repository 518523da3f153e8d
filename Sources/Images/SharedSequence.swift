/// A sequence that is only ever added to at its end. What is added lies behind the elements that both have, so that a
/// loop of additions takes as long as the sequence that it makes. For one thread, as the values of a program are.
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
    // Somebody else has added to the same beginning.
    guard shared.all.count == count else { return SharedSequence(elements + more) }
    shared.all += more
    return SharedSequence(shared, count: count + more.count)
  }
}
