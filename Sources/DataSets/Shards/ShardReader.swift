import Diagnostics
import Effects
import Images

/// The pictures of shards as files in memory, encoded as they are, so that they are decoded when they are looked at.
final class ShardFiles: FileAccess {
  private var contents: [String: [UInt8]] = [:]

  /// Adds a picture; returns its path, which is unique: keys may repeat.
  func add(_ content: [UInt8], as path: String) -> String {
    var (unique, number) = (path, 2)
    while contents[unique] != nil { (unique, number) = ("\(path)#\(number)", number + 1) }
    contents[unique] = content
    return unique
  }

  func read(_ path: String) throws -> [UInt8] {
    guard let content = contents[path] else { throw Fault(FileErrors.missing, "no such file: `\(path)`") }
    return content
  }

  func exists(_ path: String) -> Bool { contents[path] != nil }
  func isFolder(_ path: String) -> Bool { false }
  func list(_ folder: String) throws -> [String] { contents.keys.sorted() }
  func write(_ bytes: [UInt8], to path: String) throws { throw Fault(FileErrors.unwritable, "`\(path)` cannot be written") }
  func makeFolder(_ path: String) throws { throw Fault(FileErrors.unwritable, "`\(path)` cannot be written") }
}

extension Readers {
  package static let shardEndings = [".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.zst"]

  package static func isShard(_ path: String) -> Bool { shardEndings.contains { path.lowercased().hasSuffix($0) } }

  /// The shards of a folder, in order.
  package static func shards(in folder: String, _ files: any FileAccess) throws -> [String] {
    let path = folder.hasSuffix("/") ? folder : folder + "/"
    return try files.list(folder).filter { !$0.hasPrefix(".") && isShard($0) }.map { path + $0 }
  }

  /// The samples of tar shards in the convention of WebDataset: a picture each, its class in `.cls` or `.txt`, and what annotates it in
  /// `.mask.png` and `.json`. Other files beside them are not read. The shards are in memory as they are on disk.
  package static func shards(_ paths: [String], _ files: any FileAccess, _ cancellation: Cancellation? = nil) throws -> DataSet {
    var samples = LoadedSamples(names: try paths.first.flatMap { try ShardClasses.names(beside: $0, files) })
    for path in paths {
      try TarReader.reading(files.read(path), name: path) { reader in
        try forEachSample(reader, cancellation) { try samples.add($0, $1, of: path) }
      }
    }
    guard !samples.isEmpty else {
      throw Fault(
        DataErrors.empty, "there are no samples in \(paths.map { "`\($0)`" }.prefix(3).joined(separator: ", "))",
        hint: "a sample is a picture, such as `000123.png`, with files of the same name beside it")
    }
    return try samples.dataSet(cancellation)
  }

  /// The members of each sample that are read.
  private static func forEachSample(
    _ reader: TarReader, _ cancellation: Cancellation?, _ body: (_ key: String, _ members: [(ending: String, content: [UInt8])]) throws -> Void
  ) throws {
    var (key, members): (String?, [(ending: String, content: [UInt8])]) = (nil, [])
    while let member = try reader.next() {
      try cancellation?.check()
      guard let name = SampleName(member.name) else { continue }
      if name.key != key {
        if let key { try body(key, members) }
        (key, members) = (name.key, [])
      }
      if ["cls", "txt", SampleJSON.ending].contains(name.ending) || SampleName.isPicture(name.ending) {
        members.append((name.ending, try reader.content(of: member)))
      }
    }
    if let key { try body(key, members) }
  }
}
