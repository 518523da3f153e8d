/// The limit of memory of the process's control group: of a container, or of a job of a batch system. /proc/meminfo does not know
/// it; a process that goes beyond it is killed.
package struct ControlGroup {
  /// Reads a small file; nil if there is none.
  private let read: (String) -> String?

  package init(reading read: @escaping (String) -> String?) { self.read = read }

  /// The bytes that can still be used, in the group and in those around it; nil without a limit. Files that were read and can be
  /// dropped do not count as used.
  package func available() -> Int? {
    (read("/proc/self/cgroup") ?? "").split(separator: "\n").flatMap { line -> [Int] in
      // `0::/path` in version 2, `4:memory:/path` in version 1 (cgroups(7)).
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      if parts[1].isEmpty { return groups("/sys/fs/cgroup", parts[2]).compactMap(ofVersion2) }
      guard parts[1].split(separator: ",").contains("memory") else { return [] }
      return groups("/sys/fs/cgroup/memory", parts[2]).compactMap(ofVersion1)
    }.min()
  }

  /// The folders of a group and of those around it. In a container, the outermost folder is that of the group itself, and the path
  /// may be one outside.
  private func groups(_ root: String, _ path: Substring) -> [String] {
    var folders = [root]
    for part in path.split(separator: "/") { folders.append(folders[folders.count - 1] + "/" + part) }
    return folders
  }

  private func ofVersion2(_ folder: String) -> Int? {
    free(limit: number(folder + "/memory.max"), used: number(folder + "/memory.current"), droppable: statistic("inactive_file", folder))
  }

  private func ofVersion1(_ folder: String) -> Int? {
    free(
      limit: number(folder + "/memory.limit_in_bytes"), used: number(folder + "/memory.usage_in_bytes"),
      droppable: statistic("total_inactive_file", folder))
  }

  /// A limit beyond any memory is none: version 1 has a number near 2^63, version 2 the word `max`.
  private func free(limit: Int?, used: Int?, droppable: Int?) -> Int? {
    guard let limit, limit < 1 << 60, let used else { return nil }
    return max(0, limit - max(0, used - (droppable ?? 0)))
  }

  private func number(_ path: String) -> Int? { read(path).flatMap { Int($0.split(separator: "\n").first ?? "") } }

  /// A line `name value` of memory.stat.
  private func statistic(_ name: String, _ folder: String) -> Int? {
    for line in (read(folder + "/memory.stat") ?? "").split(separator: "\n") where line.hasPrefix(name + " ") {
      return Int(line.dropFirst(name.count + 1))
    }
    return nil
  }
}
