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
    var table = "file,label,name\n"
    try files.makeFolder(path)
    for index in 0..<images.shape[0] {
      let number = String(index)
      var name = String(repeating: "0", count: digits - number.count) + number + ".png"
      if let label = labels?[index] {
        let className = names.indices.contains(Int(label)) ? names[Int(label)] : "\(label)"
        name = className + "/" + name
        table += "\(name),\(label),\(className)\n"
      }
      let one = images.rows(index..<index + 1)
      try files.write(PNG.encode(one.reshaped(Array(images.shape.dropFirst()))), to: path + name)
    }
    if labels != nil { try files.write(Array(table.utf8), to: path + "labels.csv") }
  }
}
