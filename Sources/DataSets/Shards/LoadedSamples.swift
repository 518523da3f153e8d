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
  private var contents = ShardContents()

  init(names: [String]?) { self.names = names }

  var isEmpty: Bool { places.isEmpty }

  mutating func add(_ key: String, _ members: [(ending: String, content: [UInt8])], of shard: String) throws {
    let place = Place(key: key, shard: shard)
    func content(_ ending: String) -> [UInt8]? { members.first { $0.ending == ending }?.content }
    func text(_ ending: String) -> String? { content(ending).map { String(decoding: $0, as: UTF8.self).trimmed } }
    let picture = members[try SampleName.picture(among: members.map(\.ending), of: place.name)]
    let json = "\(place.name).\(SampleJSON.ending)"
    let own = try content(SampleJSON.ending).flatMap { try SampleJSON.read($0, file: json, names: names ?? []) } ?? SampleAnnotations()
    annotations.append(own)
    contents.add(own)
    pictures.append(files.add(picture.content, as: "\(place.name).\(picture.ending)"))
    masks.append(content(SampleJSON.maskEnding).map { files.add($0, as: "\(place.name).\(SampleJSON.maskEnding)") })
    labels.append(text("cls"))
    captions.add(text("txt"))
    places.append(place)
  }

  func dataSet(_ cancellation: Cancellation?) throws -> DataSet {
    let classified = try ShardLabels(labels, captions: captions, classes: names) { (places[$0].key, places[$0].shard) }
    let source = try PictureFiles(pictures, files, cancellation)
    let classes = names == nil ? contents.merged(classified.classes) : classified.classes
    let target = try Labels(soft: annotations.map(\.softLabel)) { places[$0].name } ?? classified.labels.map { .classes($0) }
    var result = Annotations(keypointNames: contents.keypointNames, minVisible: contents.kinds.minVisible ?? Annotations.defaultMinVisible)
    if let paths = try ShardIndex.all(masks, of: "mask", named: { places[$0].name }) {
      result.masks = Masks(.files(try PictureFiles(paths, holdsClasses: true, files, cancellation)))
    }
    if contents.kinds.hasBoxes { result.boxes = annotations.map { ($0.objects.boxes ?? []).filter { !$0.isCrowd } } }
    if contents.kinds.hasKeypoints { result.keypoints = annotations.map { contents.keypoints(of: $0) } }
    for (index, annotation) in annotations.enumerated() { try annotation.check(places[index].name, shape: source.shape(index), classes: classes.count) }
    return try DataSet(.files(source), target: target, names: classes, annotations: result)
  }
}
