import Diagnostics
import Effects
import Images

/// The samples of tar shards in the convention of WebDataset: consecutive members that share a name up to the first dot
/// after the last slash. https://github.com/webdataset/webdataset
struct ShardIndex {
  struct Sample {
    /// The index of its shard, and its position among the samples of the shard.
    let shard: Int
    let position: Int
    let key: String
    /// The text of its `.cls` file.
    let label: String?
    /// Where the header of its first member begins in the tar file.
    let offset: Int
  }

  let paths: [String]
  private(set) var samples: [Sample] = []
  private(set) var captions = ShardCaptions()
  private(set) var contents = ShardContents()
  /// The first shard that is compressed, whose samples can be read only one after the other.
  private(set) var compressed: String?

  /// Reads all headers, the labels, and what annotates the pictures, which are skipped. `classes` are the names of the labels, if they are
  /// known.
  init(_ paths: [String], classes: [String]?, _ cancellation: Cancellation?) throws {
    self.paths = paths
    for (shard, path) in paths.enumerated() {
      let reader = try TarReader(path)
      var (position, offset, key, label, caption): (Int, Int, String?, String?, String?) = (0, 0, nil, nil, nil)
      func finish(_ samples: inout [Sample]) {
        guard let finished = key else { return }
        samples.append(Sample(shard: shard, position: position, key: finished, label: label, offset: offset))
        captions.add(caption)
        position += 1
        (label, caption) = (nil, nil)
      }
      while let member = try reader.next() {
        try cancellation?.check()
        guard let name = SampleName(member.name) else { continue }
        if name.key != key {
          finish(&samples)
          (key, offset) = (name.key, reader.headerPosition)
        }
        if name.ending == "cls", member.size <= ShardIndex.largestLabel {
          label = String(decoding: try reader.content(of: member), as: UTF8.self).trimmed
        } else if name.ending == "txt" {
          caption = member.size <= ShardIndex.largestLabel ? String(decoding: try reader.content(of: member), as: UTF8.self).trimmed : ""
        } else if name.ending == SampleJSON.ending {
          let content = try reader.content(of: member)
          // A damaged one is reported when its picture is grown.
          if let found = try? SampleJSON.read(content, file: member.name, names: classes ?? []) { contents.add(found) }
        } else if name.ending == SampleJSON.maskEnding {
          contents.addMask()
        }
      }
      finish(&samples)
      if compressed == nil, reader.isCompressed { compressed = path }
    }
  }

  /// All members of a sample, read from where it begins, on any thread. Throws if its shard is compressed.
  func members(of number: Int) throws -> [(ending: String, content: [UInt8])] {
    let sample = samples[number]
    let reader = try TarReader(paths[sample.shard], from: sample.offset)
    var found: [(ending: String, content: [UInt8])] = []
    while let member = try reader.next() {
      guard let name = SampleName(member.name) else { continue }
      guard name.key == sample.key else { break }
      found.append((name.ending, try reader.content(of: member)))
    }
    guard !found.isEmpty else { throw ShardIndex.changed(paths[sample.shard]) }
    return found
  }

  fileprivate static func changed(_ path: String) -> Fault {
    Fault(ShardErrors.brokenShard, "`\(path)` has changed since it was read first", hint: "start again when the file is complete")
  }

  private static let largestLabel = 4096
}

/// The name of a member: the key of its sample, and what follows the first dot.
struct SampleName {
  let key: String
  let ending: String

  /// Nil for members that belong to no sample, such as hidden files.
  init?(_ name: String) {
    let bytes = Array(name.utf8)
    let start = (bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
    guard let dot = bytes[start...].firstIndex(of: UInt8(ascii: ".")), dot > start else { return nil }
    key = String(decoding: bytes[..<dot], as: UTF8.self)
    ending = String(decoding: bytes[(dot + 1)...], as: UTF8.self).lowercased()
  }
}

extension SampleName {
  /// Whether the member is a picture.
  static func isPicture(_ ending: String) -> Bool { PictureFormat.hasImageExtension("." + (ending.split(separator: ".").last ?? "")) }

  /// Throws unless a sample has one picture; returns its position. `name` is that of the sample.
  static func picture(among endings: [String], of name: String) throws -> Int {
    let pictures = endings.indices.filter { isPicture(endings[$0]) && endings[$0] != SampleJSON.maskEnding }
    guard pictures.count == 1, let picture = pictures.first else {
      let found = pictures.isEmpty ? "no picture" : pictures.map { "." + endings[$0] }.joined(separator: " and ")
      throw Fault(
        ShardErrors.badSample, "the sample `\(name)` has \(found), expected one picture",
        hint: "a mask is named `.\(SampleJSON.maskEnding)`; other pictures would not follow the recipe")
    }
    return picture
  }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    let isSpace: (Character) -> Bool = { $0.isWhitespace }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}

/// The samples of shards, read one after the other: an index may only be followed by a greater one.
final class SampleReader {
  private let index: ShardIndex
  private var reader: TarReader?
  private var (shard, position) = (-1, 0)
  /// The first member of the next sample.
  private var pending: TarReader.Member?

  init(_ index: ShardIndex) { self.index = index }

  /// All members of the sample.
  func read(_ number: Int) throws -> [(ending: String, content: [UInt8])] {
    let sample = index.samples[number]
    if sample.shard != shard || position > sample.position {
      reader = try TarReader(index.paths[sample.shard])
      (shard, position, pending) = (sample.shard, 0, nil)
      pending = try nextMember()
    }
    while position < sample.position { _ = try members(keeping: false) }
    return try members(keeping: true)
  }

  private func members(keeping keeps: Bool) throws -> [(ending: String, content: [UInt8])] {
    guard let first = pending, let key = SampleName(first.name)?.key else { throw ShardIndex.changed(index.paths[shard]) }
    var found: [(ending: String, content: [UInt8])] = []
    var member: TarReader.Member? = first
    while let current = member, let name = SampleName(current.name), name.key == key {
      if keeps { found.append((name.ending, try reader?.content(of: current) ?? [])) }
      member = try nextMember()
    }
    pending = member
    position += 1
    return found
  }

  /// The next member that belongs to a sample.
  private func nextMember() throws -> TarReader.Member? {
    while let member = try reader?.next() { if SampleName(member.name) != nil { return member } }
    return nil
  }
}
