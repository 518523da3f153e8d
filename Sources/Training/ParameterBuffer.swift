import Diagnostics
import Engine
import Glibc
import Tensors

/// All trained weights of a model in one flat buffer, with their gradients and the optimiser's
/// moments beside them; the parts that `losses` names are contiguous.
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

  /// Copies the weights in. They come in the order of the model; slots keep that order.
  package init(_ weights: [(path: String, part: String, tensor: Tensor)]) throws {
    // Neighbours in the buffer belong to one part: parts follow each other as they first appear.
    var parts: [String] = []
    for weight in weights where !parts.contains(weight.part) { parts.append(weight.part) }
    var offsets = [Int](repeating: 0, count: weights.count)
    var end = 0
    for part in parts {
      for (index, weight) in weights.enumerated() where weight.part == part {
        guard weight.tensor.dtype == .f32 else {
          throw Fault(
            TrainingErrors.badSetting, "the parameter `\(weight.path)` is \(weight.tensor.type.description); training works on f32",
            hint: "make it with `param(f32(...))`")
        }
        offsets[index] = end
        end += (weight.tensor.count + 15) / 16 * 16
      }
    }
    count = end
    slots = weights.enumerated().map { index, weight in
      Slot(path: weight.path, part: weight.part, type: weight.tensor.type, offset: offsets[index])
    }
    let bytes = max(end, 16) * 4
    func buffer() throws -> Storage {
      let storage = try Storage(byteCount: bytes, describing: "the weights of this model")
      memset(storage.bytes, 0, bytes)
      return storage
    }
    (values, gradients, first, second) = (try buffer(), try buffer(), try buffer(), try buffer())
    for (slot, weight) in zip(slots, weights) {
      memcpy(values.bytes + slot.offset * 4, weight.tensor.storage.bytes, weight.tensor.type.byteCount)
    }
  }

  package func window(_ storage: Storage, _ slot: Slot) -> Storage {
    Storage(within: storage, at: slot.offset * 4, byteCount: slot.type.byteCount)
  }

  /// The stretch that a part takes; all of it for nil.
  package func range(ofPart part: String?) -> Range<Int>? {
    guard let part else { return 0..<count }
    let own = slots.filter { $0.part == part }
    guard let low = own.map(\.offset).min(), let high = own.map({ $0.offset + ($0.type.count + 15) / 16 * 16 }).max() else { return nil }
    return low..<high
  }

  /// The weights as they are now, as tensors of their own.
  package func tensors() throws -> [Tensor] {
    try slots.map { slot in
      let tensor = try Tensor(uninitialized: slot.type)
      memcpy(tensor.storage.bytes, values.bytes + slot.offset * 4, slot.type.byteCount)
      return tensor
    }
  }
}
