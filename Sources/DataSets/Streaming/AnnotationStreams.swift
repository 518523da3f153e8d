import Diagnostics
import Effects
import Tensors

/// What annotates the images of an array while it is being written, in files of records beside it, so that an interrupted run
/// goes on.
final class AnnotationStreams {
  let kinds: SampleKinds
  private let masks: OutputFile?
  private let softLabels: OutputFile?
  /// The rows of all images.
  private let rows: [(layout: AnnotationRows, rows: OutputFile, ends: OutputFile)]
  private let names: OutputFile?
  /// Of keypoints, in order of appearance.
  private var keypointNames: [String] = []

  /// `folder` is that of temporary files.
  init(_ kinds: SampleKinds, in folder: String) throws {
    self.kinds = kinds
    func file(_ name: String, if isNeeded: Bool) throws -> OutputFile? { isNeeded ? try OutputFile(folder + name, continuing: true) : nil }
    masks = try file("masks", if: kinds.hasMasks)
    softLabels = try file("soft-labels", if: kinds.softClasses != nil)
    names = try file("keypoint-names", if: kinds.hasKeypoints)
    let layouts = (kinds.hasBoxes ? [AnnotationRows.boxes] : []) + (kinds.hasKeypoints ? [AnnotationRows.keypoints] : [])
    rows = try layouts.map { ($0, try OutputFile(folder + $0.columns[0].name, continuing: true), try OutputFile(folder + $0.offsets, continuing: true)) }
    if let names {
      keypointNames = String(decoding: try names.read(at: 0, count: names.length), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast().map(String.init)
    }
  }

  // MARK: Going on

  /// The number of images, of this number of pixels, that all files have records of; nil if there are no files.
  func count(area: Int) -> Int? {
    let counts = [masks.map { $0.length / max(1, area) }, softLabels.map { $0.length / shareBytes }] + rows.map { $0.ends.length / 8 }
    return counts.compactMap { $0 }.min()
  }

  func truncate(to count: Int, area: Int) throws {
    try masks?.truncate(to: count * area)
    try softLabels?.truncate(to: count * shareBytes)
    for (layout, rows, ends) in rows {
      try rows.truncate(to: end(of: count, ends) * layout.width * 8)
      try ends.truncate(to: count * 8)
    }
  }

  private var shareBytes: Int { max(1, kinds.softClasses ?? 1) * 4 }

  /// The number of rows of the first images.
  private func end(of count: Int, _ ends: OutputFile) throws -> Int {
    guard count > 0 else { return 0 }
    return try ends.read(at: (count - 1) * 8, count: 8).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  // MARK: Writing

  /// Adds what annotates the next image.
  func append(_ sample: SampleAnnotations) throws {
    if let masks, let mask = try sample.mask?.asBytes() { try masks.append(UnsafeRawBufferPointer(start: mask.storage.bytes, count: mask.count)) }
    if let softLabels { try (sample.softLabel ?? []).withUnsafeBytes { try softLabels.append($0) } }
    for (layout, rows, ends) in rows {
      let new =
        layout.offsets == AnnotationRows.boxes.offsets
        ? (sample.objects.boxes ?? []).filter { !$0.isCrowd }.map(AnnotationRows.row)
        : try (sample.objects.keypoints ?? []).map { keypoint in
          AnnotationRows.row(keypoint, name: try keypoint.name.map { try place(of: sample.keypointNames[Int($0)]) })
        }
      try new.flatMap { $0 }.withUnsafeBytes { try rows.append($0) }
      let end = rows.length / 8 / layout.width
      guard end <= Int(Int32.max) else {
        throw Fault(ShardErrors.badChoice, "\(end) \(layout.columns[0].name) are too many for one file", hint: "write tar shards")
      }
      try withUnsafeBytes(of: Int64(end)) { try ends.append($0) }
    }
  }

  /// Of the name of a keypoint among all.
  private func place(of name: String) throws -> Int32 {
    let line = ClassFile.line(name)
    if let place = keypointNames.firstIndex(of: line) { return Int32(place) }
    try names?.append(Array((line + "\n").utf8))
    keypointNames.append(line)
    return Int32(keypointNames.count - 1)
  }

  // MARK: Finishing

  /// The masks of images of this shape, [height, width, ...], as a file of their own.
  func writeMasks(_ header: [UInt8], to target: String, temporary: String) throws {
    guard let masks else { return }
    let file = try OutputFile(temporary)
    try file.append(header)
    try masks.forEachBlock { try file.append($0) }
    try file.finish(as: target)
  }

  /// Adds all arrays, for `count` images of this shape.
  func add(to zip: inout ZipStream, _ file: OutputFile, count: Int, shape: [Int], minVisible: Double?) throws {
    if let masks { try zip.add(AnnotationRows.masks, "|u1", [count, shape[0], shape[1]], to: file) { try masks.forEachBlock($0) } }
    for (layout, rows, ends) in rows {
      let total = rows.length / 8 / layout.width
      for column in layout.columns where try isNeeded(column, layout, rows) {
        try zip.add(column.name, NPY.type(column.type), layout.shape(column, count: total), to: file) { append in
          try forEachPart(layout, rows) { part in
            let numbers = try layout.tensor(column, part)
            try append(Array(UnsafeRawBufferPointer(start: numbers.storage.bytes, count: numbers.type.byteCount)))
          }
        }
      }
      try zip.add(layout.offsets, NPY.type(.i32), [count + 1], to: file) { append in
        try append([0, 0, 0, 0])
        // The lower half of each number.
        try ends.forEachBlock { block in try append(stride(from: 0, to: block.count, by: 8).flatMap { block[$0..<$0 + 4] }) }
      }
    }
    if !keypointNames.isEmpty { try zip.add(AnnotationRows.keypointNames + ".npy", NPY.encode(.strings(keypointNames)), to: file) }
    guard let minVisible, !rows.isEmpty, minVisible != Annotations.defaultMinVisible else { return }
    try zip.add(AnnotationRows.minVisible + ".npy", NPY.encode(.tensor(Tensor(dtype: .f64, shape: []) { _ in minVisible })), to: file)
  }

  /// Adds soft labels, if there are any, as the labels of `count` images.
  func addSoftLabels(to zip: inout ZipStream, _ file: OutputFile, count: Int) throws {
    guard let softLabels, let classes = kinds.softClasses else { return }
    try zip.add("labels", NPY.type(.f32), [count, classes], to: file) { try softLabels.forEachBlock($0) }
  }

  private func isNeeded(_ column: AnnotationRows.Column, _ layout: AnnotationRows, _ rows: OutputFile) throws -> Bool {
    var isNeeded = column.usual == nil
    if !isNeeded { try forEachPart(layout, rows) { isNeeded = isNeeded || AnnotationRows.isNeeded(column, $0, width: layout.width) } }
    return isNeeded
  }

  private func forEachPart(_ layout: AnnotationRows, _ rows: OutputFile, _ body: ([Double]) throws -> Void) throws {
    try rows.forEachBlock(of: 4096 * layout.width * 8) { block in
      try body(block.withUnsafeBytes { bytes in (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) } })
    }
  }

  /// The highest label of a box; -1 if there is none.
  func highestLabel() throws -> Int {
    var highest = -1.0
    for (layout, rows, _) in rows where layout.offsets == AnnotationRows.boxes.offsets {
      try forEachPart(layout, rows) { part in
        for start in stride(from: 9, to: part.count, by: layout.width) { highest = max(highest, part[start]) }
      }
    }
    return Int(highest)
  }
}

extension OutputFile {
  /// The whole file, in parts.
  fileprivate func forEachBlock(of size: Int = 1 << 20, _ body: ([UInt8]) throws -> Void) throws {
    var place = 0
    while case let block = try read(at: place, count: size), !block.isEmpty {
      try body(block)
      place += block.count
    }
  }
}
