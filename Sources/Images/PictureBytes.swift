import Tensors

/// Pictures of 8 bits per channel, as files hold them.
package enum PictureBytes {
  /// A picture as u8: f32 from 0 to 1 is rounded, u8 stays as it is.
  package static func of(_ picture: Tensor) throws -> Tensor {
    guard picture.dtype != .u8 else { return picture }
    let bytes = try Tensor(uninitialized: TensorType(.u8, picture.shape))
    let output = bytes.storage.bind(UInt8.self)
    guard picture.dtype == .f32 else {
      for index in 0..<picture.count { output[index] = PNG.byte(picture[index]) }
      return bytes
    }
    let input = picture.floats()
    for index in 0..<picture.count {
      let value = input[index]
      // NaN is neither above nor below, and becomes 0.
      output[index] = value > 0 ? UInt8((value < 1 ? value : 1) * 255 + 0.5) : 0
    }
    return bytes
  }
}
