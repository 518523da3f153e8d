import Tables

/// A class of objects in COCO's format.
struct COCOCategory {
  let id: Int
  let name: String
  var supercategory: String?
  /// The names of its keypoints, as positions in a list of all names.
  var keypoints: [Int32] = []
  /// Pairs of keypoints that are joined by a line, counted from 1.
  var skeleton: [[Int]] = []
  /// Whether it is that of objects without a class.
  var isUnlabelled = false

  /// `keypointNames` are all names.
  func text(_ keypointNames: [String]) -> String {
    var members = ["\"id\": \(id)", "\"name\": \(JSONText.string(name))"]
    if let supercategory { members.append("\"supercategory\": \(JSONText.string(supercategory))") }
    if isUnlabelled { members.append("\"unlabelled\": true") }
    if !keypoints.isEmpty {
      members.append("\"keypoints\": [\(keypoints.map { JSONText.string(keypointNames[Int($0)]) }.joined(separator: ", "))]")
      members.append("\"skeleton\": \(skeleton)")
    }
    return "{\(members.joined(separator: ", "))}"
  }
}
