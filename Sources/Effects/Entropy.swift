/// Random bits that nobody can predict, for what must stay secret. All else draws its random numbers from the seed.
package protocol Entropy: AnyObject {
  func word() -> UInt32
}

/// The random numbers of the operating system (`getrandom`).
package final class SystemEntropy: Entropy {
  package init() {}

  package func word() -> UInt32 {
    var system = SystemRandomNumberGenerator()
    return system.next()
  }
}
