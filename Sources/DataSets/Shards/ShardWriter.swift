import Diagnostics
import Effects
import Engine
import Images

extension Writers {
  /// A tar file in the convention of WebDataset, with a sample for each image: its picture, its class, its mask, and its boxes, keypoints and
  /// soft label. The names of classes are in a file beside it.
  package static func shard(_ set: DataSet, to path: String, _ files: any FileAccess, _ engine: Engine, _ cancellation: Cancellation? = nil) throws {
    try set.requireImages()
    try checkMasks(set, engine)
    var hasRecord = !set.annotations.hasNoObjects
    if case .soft = set.target { hasRecord = true }
    let file = try files.writer(path)
    let tar = try TarWriter(path) { try file.append($0) }
    try set.forEachImage(Workers(engine, cancellation), engine) {
      try PNG.encodeFast($0)
    } then: { position, picture in
      let key = ResultNames.padded(position, count: set.count)
      try tar.add("\(key).png", picture)
      if let labels = set.labels { try tar.add("\(key).cls", Array("\(labels[position])".utf8)) }
      let annotations = try set.sampleAnnotations(position, engine)
      for member in try annotations.members(names: set.names, after: hasRecord ? [] : nil) { try tar.add("\(key).\(member.ending)", member.content) }
    }
    try tar.finish()
    let list = ShardClasses.file(of: path)
    if set.target != nil || !set.names.isEmpty {
      try files.write(ClassFile.bytes(set.names), to: list)
    } else if files.exists(list) {
      try files.remove(list)
    }
    try file.finish()
  }
}

extension SampleAnnotations {
  /// The files of a sample that hold them; none if there is nothing. `given` are other members of the JSON file, nil without one.
  func members(names: [String], after given: [(name: String, text: String)]?) throws -> [(ending: String, content: [UInt8])] {
    var members: [(ending: String, content: [UInt8])] = []
    if let mask { members.append((SampleJSON.maskEnding, try ClassPNG.encode(mask.asBytes()))) }
    if let given { members.append((SampleJSON.ending, SampleJSON.text(self, names: names, after: given))) }
    return members
  }
}
