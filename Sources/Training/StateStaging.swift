import Engine
import Glibc
import Tensors

/// New values of states, computed beside the old ones, which the rest of the step still reads.
final class StateStaging {
  typealias States = [(value: Node, storage: Storage, afterUpdates: Bool)]

  private var sides: [ObjectIdentifier: Storage] = [:]

  func outputs(_ states: States) throws -> [Plan.Output] {
    try states.map { state in
      let id = ObjectIdentifier(state.storage)
      let side = try sides[id] ?? Storage(byteCount: state.value.type.byteCount, describing: "a state")
      sides[id] = side
      return Plan.Output(node: state.value, storage: side, isPrivate: true)
    }
  }

  /// Copies the new values over the old ones.
  func commit(_ states: States) {
    for state in states {
      if let side = sides[ObjectIdentifier(state.storage)] { memcpy(state.storage.bytes, side.bytes, state.value.type.byteCount) }
    }
  }
}
