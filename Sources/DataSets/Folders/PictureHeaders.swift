import Diagnostics
import Effects
import Images

extension PictureFormat {
  /// From the first bytes of a file, of these counts in turn, or else from all. Throws for a file that is not a picture.
  static func header(of name: String, _ files: any FileAccess, first counts: [Int] = [1 << 12, 1 << 16]) throws -> PictureHeader {
    var whole: [UInt8]?
    for count in counts {
      let start = try files.read(name, first: count)
      if start.count < count { whole = start }
      if let header = header(start, isWhole: whole != nil) { return header }
      if whole != nil { break }
    }
    return try header(of: whole ?? files.read(name), name: name)
  }

  /// From a whole file.
  static func header(of content: [UInt8], name: String) throws -> PictureHeader {
    if let header = header(content) { return header }
    // The decoder reports what is wrong with the file.
    let picture = try decode(content, name: name)
    guard let header = PictureHeader(height: picture.shape[0], width: picture.shape[1], channels: picture.shape[2], dtype: picture.dtype) else {
      throw Fault(ImageErrors.badPicture, "`\(name)` is not a readable image")
    }
    return header
  }
}
