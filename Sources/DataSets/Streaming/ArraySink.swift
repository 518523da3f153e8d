import Diagnostics
import Effects
import Tensors

/// All results in one array, written image by image: u8[count, height, width, channels] in an `.npz` file, or an `.idx` file
/// with the labels beside it. The count in the header is known at the end, if pictures are left out.
final class ArraySink: PictureSink {
  private let plan: GrowPlan
  private let workspace: GrowWorkspace
  private let files: any FileAccess
  private let file: OutputFile
  private let annotations: AnnotationStreams
  /// [height, width, channels], once a result is written.
  private var shape: [Int]?
  private var checksum: UInt32 = 0
  private var count = 0
  private var skipped: [SkippedPicture] = []
  private var isRecorded = true

  init(_ plan: GrowPlan, _ workspace: GrowWorkspace, _ files: any FileAccess) throws {
    (self.plan, self.workspace, self.files) = (plan, workspace, files)
    file = try OutputFile(workspace.folder + "images", continuing: true)
    annotations = try AnnotationStreams(plan.kinds, in: workspace.folder)
    try resume()
  }

  private var isZip: Bool { plan.settings.format == .npz }
  private static let entry = "images.npy"

  var isOrdered: Bool { true }
  func has(_ job: GrowPlan.Job) -> Bool { false }

  // MARK: Going on

  /// Finds the shape and the number of complete images in the file.
  private func resume() throws {
    let start = try file.read(at: 0, count: 4096)
    let zipHeader = ZipStream.headerLength(ArraySink.entry)
    if isZip {
      if let header = try? NPYHeader(Array(start.dropFirst(zipHeader))), header.shape.count == 4 { shape = Array(header.shape.dropFirst()) }
    } else if let sizes = try? IDX.shape(of: start), sizes.count >= 3 {
      shape = Array((sizes + [1])[1...3])
    }
    guard let shape, !start.isEmpty else {
      try annotations.truncate(to: 0, area: 0)
      return try file.truncate(to: 0)
    }
    let (offset, size) = (header(shape, count: 0, checksum: 0).count, shape.reduce(1, *))
    // What follows the images may be there, too.
    count = min(max(0, file.length - offset) / size, plan.resultCount - workspace.earlier.map(\.results.count).reduce(0, +))
    let area = shape[0] * shape[1]
    count = min(count, annotations.count(area: area) ?? count)
    try annotations.truncate(to: count, area: area)
    guard count > 0 else {
      self.shape = nil
      return try file.truncate(to: 0)
    }
    try file.truncate(to: offset + count * size)
    skipped = workspace.earlier.filter { $0.results.lowerBound < next }
    var place = offset
    while isZip, place < offset + count * size {
      let block = try file.read(at: place, count: min(1 << 20, offset + count * size - place))
      checksum = Deflate.checksum(block, after: checksum)
      place += block.count
    }
  }

  /// The first result that is neither in the file nor left out.
  private var next: Int {
    var (number, left) = (0, count)
    for skip in workspace.earlier.sorted(by: { $0.results.lowerBound < $1.results.lowerBound }) {
      guard skip.results.lowerBound - number <= left else { break }
      left -= skip.results.lowerBound - number
      number = skip.results.upperBound
    }
    return number + left
  }

  func missing() -> [Range<Int>] {
    let next = count == 0 ? 0 : next
    return next < plan.resultCount ? [next..<plan.resultCount] : []
  }

  // MARK: Writing

  private func header(_ shape: [Int], count: Int, checksum: UInt32) -> [UInt8] {
    guard isZip else { return IDX.header([count] + (shape[2] == 1 ? Array(shape.dropLast()) : shape)) }
    let array = NPYHeader.text(type: "|u1", shape: [count] + shape)
    let size = array.count + count * shape.reduce(1, *)
    var zip = ZipStream()
    return zip.header(ArraySink.entry, checksum: checksum, size: size, at: 0) + array
  }

  func write(_ pictures: [GrownPicture]) throws {
    // On resuming, what is left out before an image must be known.
    if !isRecorded { try workspace.write(skipped: skipped, isComplete: false) }
    isRecorded = true
    for picture in pictures {
      if let shape, shape != picture.shape { throw unequal(shape, picture) }
      if shape == nil {
        shape = picture.shape
        try file.append(header(picture.shape, count: plan.resultCount, checksum: 0))
      }
      // The image comes last: if it is there, so is what annotates it.
      try annotations.append(picture.sample)
      try file.append(picture.content)
      if isZip { checksum = Deflate.checksum(picture.content, after: checksum) }
      count += 1
    }
  }

  private func unequal(_ shape: [Int], _ picture: GrownPicture) -> Fault {
    let left = Set(skipped.map(\.results.lowerBound))
    let first = (0..<picture.number).first { !left.contains($0) } ?? 0
    let (a, b) = (plan.source.name(plan.result(first).picture), plan.source.name(plan.result(picture.number).picture))
    func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }
    let sizes = "`\(a)` becomes \(text(shape)), `\(b)` becomes \(text(picture.shape))"
    return Fault(
      ShardErrors.unequalResults, "the results differ in size: \(sizes); a .\(plan.settings.format.rawValue) file needs one size",
      hint: shape[2] == picture.shape[2]
        ? "end the recipe with `|> resize(\(shape[0]), \(shape[1]))`" : "write a folder or tar shards, or give all pictures the same channels")
  }

  func skip(_ picture: SkippedPicture) {
    skipped.append(picture)
    isRecorded = false
  }

  func finish() throws -> [SkippedPicture] {
    guard let shape else { throw Fault(DataErrors.empty, "all pictures are broken: there is nothing to write to `\(workspace.output)`") }
    let left = Set(skipped.flatMap { Array($0.results) })
    let labels =
      plan.source.label(0) == nil ? nil : (0..<plan.resultCount).filter { !left.contains($0) }.map { plan.source.label(plan.result($0).picture) ?? 0 }
    try isZip ? finishZip(shape, labels) : finishIDX(shape, labels)
    return skipped
  }

  private func finishZip(_ shape: [Int], _ labels: [Int32]?) throws {
    let array = NPYHeader.text(type: "|u1", shape: [count] + shape)
    let (data, size) = (count * shape.reduce(1, *), array.count + count * shape.reduce(1, *))
    var zip = ZipStream()
    let header = zip.header(ArraySink.entry, checksum: Deflate.checksum(Deflate.checksum(array), then: checksum, length: data), size: size, at: 0)
    try file.write(header + array, at: 0)
    if annotations.kinds.softClasses != nil {
      try annotations.addSoftLabels(to: &zip, file, count: count)
    } else if let labels {
      try zip.add("labels.npy", NPY.encode(.tensor(Tensor(labels, shape: [labels.count]))), to: file)
    }
    let names = try names()
    if !names.isEmpty { try zip.add("names.npy", NPY.encode(.strings(names)), to: file) }
    try annotations.add(to: &zip, file, count: count, shape: shape, minVisible: plan.settings.minVisible ?? annotations.kinds.minVisible)
    try zip.finish(file)
    try file.finish(as: workspace.output)
  }

  /// Of all classes; of boxes of another class its number.
  private func names() throws -> [String] {
    let names = plan.classList ?? plan.source.classes
    let highest = try annotations.highestLabel()
    return names.isEmpty || highest < names.count ? names : names + (names.count...highest).map { "\($0)" }
  }

  private func finishIDX(_ shape: [Int], _ labels: [Int32]?) throws {
    try file.write(header(shape, count: count, checksum: 0), at: 0)
    let stem = workspace.output.lowercased().hasSuffix(".idx") ? String(workspace.output.dropLast(4)) : workspace.output
    if let labels { try files.write(IDX.encode(Tensor(dtype: .u8, shape: [labels.count]) { Double(labels[$0]) }), to: stem + IDX.labelEnding) }
    try annotations.writeMasks(
      IDX.header([count] + shape.prefix(2)), to: stem + IDX.maskEnding, temporary: workspace.temporary(AnnotationRows.masks))
    try file.finish(as: workspace.output)
  }
}
