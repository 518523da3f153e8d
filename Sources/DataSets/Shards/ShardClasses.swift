import Effects

/// The list of the classes of tar shards: `classes.txt` in their folder, or beside a single file `NAME.tar` the file
/// `NAME-classes.txt`. An empty list says that labels have no names.
package enum ShardClasses {
  /// Beside a shard, or in a folder of shards; nil if there is none.
  package static func names(beside path: String, _ files: any FileAccess) throws -> [String]? {
    if files.isFolder(path) { return try ClassFile.names(in: path.hasSuffix("/") ? path : path + "/", files) }
    let own = file(of: path)
    if files.exists(own) { return ClassFile.names(try files.read(own)) }
    let folder = ResultNames.split(path).folder
    return try ClassFile.names(in: folder.isEmpty && !path.hasPrefix("/") ? "" : folder + "/", files)
  }

  static func file(of shard: String) -> String {
    let ending = Readers.shardEndings.filter { shard.lowercased().hasSuffix($0) }.max { $0.utf8.count < $1.utf8.count } ?? ""
    return String(shard.dropLast(ending.count)) + "-" + ClassFile.name
  }
}
