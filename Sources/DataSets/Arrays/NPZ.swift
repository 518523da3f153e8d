import Diagnostics

/// A file with several NumPy arrays: a zip archive with one .npy entry each.
package enum NPZ {
  package typealias Entry = (name: String, content: NPY.Content)

  package static func decode(_ bytes: [UInt8], name: String) throws -> [Entry] {
    let zip = try ZipReader(bytes, name: name)
    var arrays: [Entry] = []
    var names: Set<String> = []
    for entry in zip.entries where entry.name.hasSuffix(".npy") {
      let own = String(entry.name.dropLast(4))
      guard names.insert(own).inserted else {
        throw Fault(DataErrors.badArrays, "`\(name)` contains two arrays named `\(own)`")
      }
      arrays.append((own, try NPY.decode(zip.content(entry), name: "\(name)/\(entry.name)")))
    }
    guard !arrays.isEmpty else {
      throw Fault(DataErrors.badArrays, "there are no arrays in `\(name)`", hint: "in Python, `numpy.savez(file, images=..., labels=...)` writes arrays")
    }
    return arrays
  }

  /// Stored uncompressed, as by `numpy.savez`.
  package static func encode(_ arrays: [Entry], name: String) throws -> [UInt8] {
    var zip = ZipWriter(name: name)
    for array in arrays { try zip.add(array.name + ".npy", NPY.encode(array.content)) }
    return zip.finished()
  }
}
