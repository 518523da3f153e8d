import Diagnostics
import Effects
import Images
import Tensors

/// Data sets to files.
package enum Writers {
  /// One PNG for each image, in a sub-folder for each class where there are labels (as
  /// torchvision's ImageFolder and Keras read them), and a table `labels.csv`.
  package static func folder(_ images: Tensor, labels: [Int32]?, names: [String], to path: String, _ files: any FileAccess) throws {
    let digits = max(5, String(images.shape[0]).count)
    let folders = folders(of: names)
    var table = "file,label,name\n"
    try files.makeFolder(path)
    for index in 0..<images.shape[0] {
      let number = String(index)
      var name = String(repeating: "0", count: digits - number.count) + number + ".png"
      if let label = labels?[index] {
        let isNamed = names.indices.contains(Int(label))
        name = (isNamed ? folders[Int(label)] : "\(label)") + "/" + name
        table += "\(CSVWriter.field(name)),\(label),\(CSVWriter.field(isNamed ? names[Int(label)] : "\(label)"))\n"
      }
      let one = images.rows(index..<index + 1)
      try files.write(PNG.encode(one.reshaped(Array(images.shape.dropFirst()))), to: path + name)
    }
    if labels != nil { try files.write(Array(table.utf8), to: path + "labels.csv") }
  }

  /// A folder for each class, all different, visible, and within the one that is written: names may come from anywhere,
  /// and "T-shirt/top" is one of them.
  private static func folders(of names: [String]) -> [String] {
    var taken: Set<String> = []
    return names.enumerated().map { label, name in
      var folder = String(name.map { $0 == "/" || $0 == "\\" || $0.isNewline || $0 == "\0" ? "-" : $0 })
      if folder.isEmpty { folder = "\(label)" }
      if folder.hasPrefix(".") { folder = "_" + folder }
      if !taken.insert(folder).inserted {
        folder += "-\(label)"
        taken.insert(folder)
      }
      return folder
    }
  }
}
