import Glibc

/// The back ends by name, and the choice of one by the environment.
package enum Backends {
  package static let names = ["cpu", "reference"]

  /// Nil if there is no back end of this name.
  package static func named(_ name: String, threads: Int) -> (any Backend)? {
    switch name {
    case "cpu": setting("LOAM_ISA").flatMap { CPUBackend(instructionSet: $0, threads: threads) } ?? CPUBackend(threads: threads)
    case "reference": ReferenceBackend(threads: threads)
    default: nil
    }
  }

  /// What `LOAM_BACKEND` and `LOAM_ISA` choose; without them the best that this processor has.
  package static func chosen(threads: Int = ThreadPool.defaultThreads) -> any Backend {
    setting("LOAM_BACKEND").flatMap { named($0, threads: threads) } ?? named("cpu", threads: threads) ?? CPUBackend(threads: threads)
  }

  /// What is wrong with the environment's choice; nil if nothing is.
  package static func complaint() -> String? {
    if let name = setting("LOAM_BACKEND"), !names.contains(name) {
      return "invalid LOAM_BACKEND=\(name); expected \(names.joined(separator: " or "))"
    }
    guard let name = setting("LOAM_ISA"), CPUBackend(instructionSet: name, threads: 1) == nil else { return nil }
    let available = CPUBackend.instructionSets.filter { CPUBackend(instructionSet: $0, threads: 1) != nil }
    return "invalid LOAM_ISA=\(name); this processor has \(available.joined(separator: ", "))"
  }

  private static func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
