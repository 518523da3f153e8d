import Diagnostics
import Engine
import Glibc
import Tensors

/// All trained weights of a model in one flat buffer, with parallel buffers for gradients and optimiser moments. The
/// weights of each part that `losses` names are contiguous.
package final class ParameterBuffer {
  package struct Slot {
    package let path: String
    package let part: String
    package let type: TensorType
    /// In floats; a multiple of 16.
    package let offset: Int
  }

  package let slots: [Slot]
  package let values: Storage
  package let gradients: Storage
  package let first: Storage
  package let second: Storage
  package let count: Int

  /// Allocates the buffers. Slots keep the order of `weights`, which is that of the model.
  package init(_ weights: [(path: String, part: String, type: TensorType)]) throws {
    // Parts are laid out in order of first appearance.
    var parts: [String] = []
    for weight in weights where !parts.contains(weight.part) { parts.append(weight.part) }
    var offsets = [Int](repeating: 0, count: weights.count)
    var end = 0
    for part in parts {
      for (index, weight) in weights.enumerated() where weight.part == part {
        guard weight.type.dtype == .f32 else {
          throw Fault(
            TrainingErrors.badSetting, "parameter `\(weight.path)` must be f32, got \(weight.type.description)",
            hint: "convert it: `param(f32(...))`")
        }
        offsets[index] = end
        end += (weight.type.count + 15) / 16 * 16
      }
    }
    count = end
    slots = weights.enumerated().map { index, weight in
      Slot(path: weight.path, part: weight.part, type: weight.type, offset: offsets[index])
    }
    let bytes = max(end, 16) * 4
    func buffer() throws -> Storage { try Storage(zeroed: bytes, describing: "the weights of this model") }
    (values, gradients, first, second) = (try buffer(), try buffer(), try buffer(), try buffer())
  }

  /// Computes the initial weights in place.
  package func fill(_ weights: [Node], _ engine: Engine) throws {
    let outputs = zip(weights, slots).map { Plan.Output(node: $0, storage: view(of: values, $1), isPrivate: true) }
    try Plan(stages: [Plan.Stage(outputs: outputs)], engine: engine).run()
  }

  /// Writes a gradient to its place.
  func output(of gradient: (slot: Int, node: Node)) -> Plan.Output {
    Plan.Output(node: gradient.node, storage: view(of: gradients, slots[gradient.slot]), isPrivate: true)
  }

  package func view(of storage: Storage, _ slot: Slot) -> Storage {
    Storage(within: storage, at: slot.offset * 4, byteCount: slot.type.byteCount)
  }

  /// The range of a part; the whole buffer for nil.
  package func range(ofPart part: String?) -> Range<Int>? {
    guard let part else { return 0..<count }
    let own = slots.filter { $0.part == part }
    guard let low = own.map(\.offset).min(), let high = own.map({ $0.offset + ($0.type.count + 15) / 16 * 16 }).max() else { return nil }
    return low..<high
  }

  /// Copies optimiser moments into the buffer. Returns false and copies nothing if their types do not match.
  package func restoreMoments(_ first: [Tensor], _ second: [Tensor]) -> Bool {
    guard first.map(\.type) == slots.map(\.type) else { return false }
    for (index, slot) in slots.enumerated() {
      memcpy(self.first.bytes + slot.offset * 4, first[index].storage.bytes, slot.type.byteCount)
      memcpy(self.second.bytes + slot.offset * 4, second[index].storage.bytes, slot.type.byteCount)
    }
    return true
  }

  /// Copies weights and moments into the buffer. Returns false and copies nothing if their types do not match.
  func restore(_ tensors: TrainingTensors) -> Bool {
    let types = slots.map(\.type)
    guard tensors.values.map(\.type) == types, tensors.second.map(\.type) == types else { return false }
    for (slot, value) in zip(slots, tensors.values) { memcpy(values.bytes + slot.offset * 4, value.storage.bytes, slot.type.byteCount) }
    return restoreMoments(tensors.first, tensors.second)
  }

  /// Weights or moments as views of the buffer, for use once nothing writes to it any more.
  package func tensors(in storage: Storage) -> [Tensor] { slots.map { Tensor($0.type, storage: view(of: storage, $0)) } }
}
