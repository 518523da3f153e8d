import Diagnostics
import Effects
import Images

extension PictureFormat {
  /// From the first bytes of a file that suffice. Throws for a file that is not a picture.
  static func header(of name: String, _ files: any FileAccess) throws -> PictureHeader {
    for count in [1 << 12, 1 << 16] {
      let start = try files.read(name, first: count)
      if let header = header(start, isWhole: start.count < count) { return header }
    }
    let picture = try decode(files.read(name), name: name)
    guard let header = PictureHeader(height: picture.shape[0], width: picture.shape[1], channels: picture.shape[2], dtype: picture.dtype) else {
      throw Fault(ImageErrors.badPicture, "`\(name)` is not a readable image")
    }
    return header
  }
}
