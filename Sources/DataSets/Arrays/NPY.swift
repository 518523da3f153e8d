import Diagnostics
import Tensors

/// A file with one NumPy array.
package enum NPY {
  package enum Content {
    case tensor(Tensor)
    case strings([String])
    case string(String)
  }

  package static func decode(_ bytes: [UInt8], name: String) throws -> Content {
    let header: NPYHeader
    do {
      header = try NPYHeader(bytes)
    } catch {
      throw fault(error, name)
    }
    let numbers = NPYNumbers(bytes, header, name: name)
    if let width = numbers.textWidth {
      let strings = try numbers.strings(width)
      return header.shape.isEmpty ? .string(strings.first ?? "") : .strings(strings)
    }
    return .tensor(try numbers.tensor())
  }

  package static func encode(_ content: Content) -> [UInt8] {
    switch content {
    case .tensor(let tensor):
      let count = tensor.count * tensor.dtype.size
      return NPYHeader.text(type: type(tensor.dtype), shape: tensor.shape) + UnsafeRawBufferPointer(start: tensor.storage.bytes, count: count)
    case .strings(let strings): return encode(strings, shape: [strings.count])
    case .string(let string): return encode([string], shape: [])
    }
  }

  /// NumPy's name of a type.
  static func type(_ type: DType) -> String {
    switch type {
    case .f32: "<f4"
    case .f64: "<f8"
    case .i32: "<i4"
    case .u8: "|u1"
    case .bool: "|b1"
    }
  }

  /// Four bytes per code point, padded with zeros to the longest string.
  private static func encode(_ strings: [String], shape: [Int]) -> [UInt8] {
    let longest = max(1, strings.map { $0.unicodeScalars.count }.max() ?? 1)
    var bytes = NPYHeader.text(type: "<U\(longest)", shape: shape)
    for text in strings {
      for scalar in text.unicodeScalars { bytes += [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: scalar.value >> $0) } }
      bytes += [UInt8](repeating: 0, count: 4 * (longest - text.unicodeScalars.count))
    }
    return bytes
  }

  private static func fault(_ problem: NPYHeader.Problem, _ name: String) -> Fault {
    switch problem {
    case .notNumPy:
      Fault(
        DataErrors.badArrays, "`\(name)` is not a NumPy file: it has no NumPy signature", hint: "in Python, `numpy.save` and `numpy.savez` write such files")
    case .cutShort: Fault(DataErrors.badArrays, "the header of `\(name)` is truncated", hint: "was the download cut short? Download or save it again")
    case .damaged: Fault(DataErrors.badArrays, "the header of `\(name)` is damaged", hint: "save it again in Python: `numpy.save(file, array)`")
    case .structured:
      Fault(
        DataErrors.badArrays, "`\(name)` contains records of several fields, expected numbers",
        hint: "save each field separately: `numpy.save(file, array[\"name\"])`")
    }
  }
}
