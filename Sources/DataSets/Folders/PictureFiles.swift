import Diagnostics
import Effects
import Engine
import Images
import Tensors

/// Images in files. At first, only their headers are read. Pixels are decoded on access, and cached up to a limit; a
/// file that has changed since is an error.
package final class PictureFiles: @unchecked Sendable {
  struct Item: Equatable {
    let path: String
    let header: PictureHeader
    let stamp: FileStamp?
  }

  let items: [Item]
  /// The largest number of channels of all images: grey is converted to colour, and images without opacity become
  /// opaque.
  private let channels: Int
  let isUniform: Bool
  /// Whether pixels are numbers of classes: the pictures are masks.
  private let holdsClasses: Bool
  private let files: any FileAccess
  private let cancellation: Cancellation?
  /// Accessed only by the thread that requests images.
  private var cached: [Tensor?]
  private(set) var cachedBytes = 0
  private let cacheLimit: Int
  /// The number of decoded files, repetitions included.
  package private(set) var decodings = 0

  /// Nearly all headers fit into this many bytes.
  private static let beginning = 1 << 16

  package init(
    _ paths: [String], holdsClasses: Bool = false, _ files: any FileAccess, _ cancellation: Cancellation? = nil, cacheLimit: Int = 2 << 30
  ) throws {
    self.files = files
    self.holdsClasses = holdsClasses
    self.cancellation = cancellation
    self.cacheLimit = cacheLimit
    items = try paths.map { path in
      if cancellation?.isRequested == true { throw Interrupted() }
      return try holdsClasses ? PictureFiles.mask(path, files) : PictureFiles.item(path, files)
    }
    channels = items.map(\.header.channels).max() ?? 1
    isUniform = items.allSatisfy { [first = items.first?.header] in $0.header.height == first?.height && $0.header.width == first?.width }
    cached = [Tensor?](repeating: nil, count: items.count)
  }

  private static func item(_ path: String, _ files: any FileAccess) throws -> Item {
    let stamp = files.stamp(path)
    return Item(path: path, header: try PictureFormat.header(of: path, files, first: [beginning]), stamp: stamp)
  }

  private static func mask(_ path: String, _ files: any FileAccess) throws -> Item {
    let stamp = files.stamp(path)
    if let header = ClassPNG.header(try files.read(path, first: beginning)) { return Item(path: path, header: header, stamp: stamp) }
    let whole = try files.read(path)
    if let header = ClassPNG.header(whole) { return Item(path: path, header: header, stamp: stamp) }
    // The decoder reports what is wrong with the file.
    _ = try ClassPNG.decode(whole, name: path)
    throw Fault(ImageErrors.badPicture, "`\(path)` is not a readable mask")
  }

  var count: Int { items.count }
  func shape(_ index: Int) -> [Int] { [items[index].header.height, items[index].header.width, channels] }
  /// Files of which only the first image is read.
  package var withMore: [String] { items.filter(\.header.hasMore).map(\.path) }

  /// The images at these indices, [height, width, channels] each. Files are read in order and decoded in parallel.
  func pictures(_ indices: [Int], _ engine: Engine, isInterruptible: Bool) throws -> [Tensor] {
    let missing = Set(indices.filter { cached[$0] == nil }).sorted()
    guard !missing.isEmpty else { return indices.compactMap { cached[$0] } }
    let workers = Workers(engine, isInterruptible ? cancellation : nil)
    var decoded: [Int: Tensor] = [:]
    for start in stride(from: 0, to: missing.count, by: workers.batchSize) {
      let part = missing[start..<min(missing.count, start + workers.batchSize)]
      // Errors are reported in the order of the files: report damaged files before this one first.
      var (contents, failure): ([[UInt8]], (any Error)?) = ([], nil)
      for index in part {
        do { contents.append(try content(index)) } catch {
          failure = error
          break
        }
      }
      let tensors = try workers.map(contents.count) { try decode(contents[$0], part[part.startIndex + $0]) }
      if let failure { throw failure }
      for (index, tensor) in zip(part, tensors) { decoded[index] = tensor }
    }
    decodings += missing.count
    for (index, tensor) in decoded where cachedBytes + tensor.type.byteCount <= cacheLimit {
      cached[index] = tensor
      cachedBytes += tensor.type.byteCount
    }
    return indices.compactMap { cached[$0] ?? decoded[$0] }
  }

  private func content(_ index: Int) throws -> [UInt8] {
    let item = items[index]
    let bytes = try files.read(item.path)
    guard files.stamp(item.path) == item.stamp else { throw changed(item) }
    return bytes
  }

  private func decode(_ bytes: [UInt8], _ index: Int) throws -> Tensor {
    let item = items[index]
    let picture = try holdsClasses ? ClassPNG.decode(bytes, name: item.path) : PictureFormat.decode(bytes, name: item.path)
    guard picture.shape == item.header.shape, picture.dtype == item.header.dtype else { throw changed(item) }
    return try picture.spread(to: channels)
  }

  private func changed(_ item: Item) -> Fault {
    Fault(ImageErrors.badPicture, "`\(item.path)` has changed since the folder was read", hint: "read the folder again when the file is complete")
  }
}

extension Tensor {
  /// An image [height, width, channels] with more channels: grey becomes colour, and a fourth channel is opaque.
  func spread(to channels: Int) throws -> Tensor {
    let own = shape[2]
    guard own != channels else { return self }
    return try Tensor(dtype: dtype, shape: [shape[0], shape[1], channels]) { index in
      let (pixel, channel) = (index / channels, index % channels)
      if channel == 3 { return dtype == .u8 ? 255 : 1 }
      return self[pixel * own + (own == 1 ? 0 : channel)]
    }
  }
}
