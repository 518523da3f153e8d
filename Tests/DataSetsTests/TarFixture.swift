import DataSets
import Effects

/// Tar files of given members.
enum TarFixture {
  static func write(_ members: [(name: String, content: [UInt8])], to file: any FileWriter) throws {
    let tar = try TarWriter("test.tar") { try file.append($0) }
    for (name, content) in members { try tar.add(name, content) }
    try tar.finish()
    try file.finish()
  }
}
