import Diagnostics
import Effects
import Images

/// The samples of shards as one data set.
struct LoadedSamples {
  private struct Place {
    let key: String
    let shard: String
    var name: String { shard + "/" + key }
  }

  private let files = ShardFiles()
  /// The list of classes, if there is one.
  private let names: [String]?
  private var places: [Place] = []
  private var (pictures, labels): ([String], [String?]) = ([], [])
  private var masks: [String?] = []
  private var captions = ShardCaptions()
  private var annotations: [SampleAnnotations] = []

  init(names: [String]?) { self.names = names }

  var isEmpty: Bool { places.isEmpty }

  mutating func add(_ key: String, _ members: [(ending: String, content: [UInt8])], of shard: String) throws {
    let place = Place(key: key, shard: shard)
    func content(_ ending: String) -> [UInt8]? { members.first { $0.ending == ending }?.content }
    func text(_ ending: String) -> String? { content(ending).map { String(decoding: $0, as: UTF8.self).trimmed } }
    let picture = members[try SampleName.picture(among: members.map(\.ending), of: place.name)]
    let json = "\(place.name).\(SampleJSON.ending)"
    annotations.append(try content(SampleJSON.ending).flatMap { try SampleJSON.read($0, file: json, names: names ?? []) } ?? SampleAnnotations())
    pictures.append(files.add(picture.content, as: "\(place.name).\(picture.ending)"))
    masks.append(content(SampleJSON.maskEnding).map { files.add($0, as: "\(place.name).\(SampleJSON.maskEnding)") })
    labels.append(text("cls"))
    captions.add(text("txt"))
    places.append(place)
  }

  func dataSet(_ cancellation: Cancellation?) throws -> DataSet {
    let classified = try ShardLabels(labels, captions: captions, classes: names) { (places[$0].key, places[$0].shard) }
    let source = try PictureFiles(pictures, files, cancellation)
    let classes = names == nil ? merged(classified.classes) : classified.classes
    let target = try softLabels() ?? classified.labels.map { .classes($0) }
    var result = Annotations(minVisible: annotations.lazy.compactMap(\.minVisible).first ?? Annotations.defaultMinVisible)
    if let paths = try all(masks, of: "mask") { result.masks = Masks(.files(try PictureFiles(paths, holdsClasses: true, files, cancellation))) }
    if annotations.contains(where: { $0.objects.boxes != nil }) { result.boxes = annotations.map { $0.objects.boxes ?? [] } }
    if annotations.contains(where: { $0.objects.keypoints != nil }) { addKeypoints(to: &result) }
    for (index, annotation) in annotations.enumerated() { try annotation.check(places[index].name, shape: source.shape(index), classes: classes.count) }
    return try DataSet(.files(source), target: target, names: classes, annotations: result)
  }

  /// The values of all samples; nil if none has one. Throws if only some have.
  private func all<Value>(_ values: [Value?], of what: String) throws -> [Value]? {
    let found = values.compactMap { $0 }
    guard !found.isEmpty else { return nil }
    if let missing = values.firstIndex(where: { $0 == nil }) {
      throw Fault(ShardErrors.badSample, "the sample `\(places[missing].name)` has no \(what), but others have one", hint: "add it, or remove the others")
    }
    return found
  }

  private func softLabels() throws -> Labels? {
    guard let shares = try all(annotations.map(\.softLabel), of: "soft label") else { return nil }
    if let other = shares.firstIndex(where: { $0.count != shares[0].count }) {
      throw Fault(
        ShardErrors.badSample, "`soft_label` of `\(places[other].name)` has \(counted(shares[other].count, "share")), that of others \(shares[0].count)",
        hint: "each has the share of every class")
    }
    return .soft(shares.flatMap { $0 }, classes: shares[0].count)
  }

  /// With the names that boxes have, where no list says more.
  private func merged(_ classes: [String]) -> [String] {
    var known: [Int32: String] = [:]
    for annotation in annotations { known.merge(annotation.boxNames) { first, _ in first } }
    guard let highest = known.keys.max(), highest < LoadedSamples.mostClasses else { return classes }
    return (0..<max(classes.count, Int(highest) + 1)).map { known[Int32($0)] ?? (classes.indices.contains($0) ? classes[$0] : "\($0)") }
  }

  private static let mostClasses = 1 << 20

  /// The samples may list the names of keypoints in different orders.
  private func addKeypoints(to result: inout Annotations) {
    var (names, numbers): ([String], [String: Int32]) = ([], [:])
    for name in annotations.flatMap(\.keypointNames) where numbers[name] == nil {
      numbers[name] = Int32(names.count)
      names.append(name)
    }
    result.keypointNames = KeypointNames(names)
    result.keypoints = annotations.map { annotation in
      (annotation.objects.keypoints ?? []).map { keypoint in
        var keypoint = keypoint
        keypoint.name = keypoint.name.flatMap { numbers[annotation.keypointNames[Int($0)]] }
        return keypoint
      }
    }
  }
}
