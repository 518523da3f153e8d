/// The limits of the process's control group: of a container, or of a job of a batch system. Neither /proc/meminfo nor the set of
/// processors that the process may run on knows them. A process that exceeds its memory is killed; one that exceeds its CPU
/// quota is throttled.
package struct ControlGroup {
  /// Reads a small file; nil if there is none.
  private let read: (String) -> String?

  package init(reading read: @escaping (String) -> String? = SystemFile.contents) { self.read = read }

  /// The bytes that can still be used, in the group and in those around it; nil without a limit. Files that were read and can be
  /// dropped do not count as used.
  package func availableMemory() -> Int? { folders(of: "memory").compactMap { $0.isVersion2 ? memory2($0.path) : memory1($0.path) }.min() }

  /// How many processors the group may use, and those around it; not always a whole number; nil without a limit.
  package func processors() -> Double? { folders(of: "cpu").compactMap { $0.isVersion2 ? processors2($0.path) : processors1($0.path) }.min() }

  /// The folders of a controller's groups, the outermost first.
  private func folders(of controller: Substring) -> [(path: String, isVersion2: Bool)] {
    (read("/proc/self/cgroup") ?? "").split(separator: "\n").flatMap { line -> [(path: String, isVersion2: Bool)] in
      // `0::/path` in version 2, `4:memory:/path` in version 1 (cgroups(7)).
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      if parts[1].isEmpty { return groups("/sys/fs/cgroup", parts[2]).map { ($0, true) } }
      guard parts[1].split(separator: ",").contains(controller) else { return [] }
      return groups("/sys/fs/cgroup/" + controller, parts[2]).map { ($0, false) }
    }
  }

  /// The folders of a group and of those around it. In a container, the outermost folder is that of the group itself, and the path
  /// may be one outside.
  private func groups(_ root: String, _ path: Substring) -> [String] {
    var folders = [root]
    for part in path.split(separator: "/") { folders.append(folders[folders.count - 1] + "/" + part) }
    return folders
  }

  // MARK: Memory

  private func memory2(_ folder: String) -> Int? {
    free(limit: number(folder + "/memory.max"), used: number(folder + "/memory.current"), droppable: statistic("inactive_file", folder))
  }

  private func memory1(_ folder: String) -> Int? {
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

  // MARK: Processors

  /// `cpu.max` holds the time that may be used in each period, or `max`, and the period.
  private func processors2(_ folder: String) -> Double? {
    let numbers = (read(folder + "/cpu.max") ?? "").split { $0 == " " || $0 == "\n" }.map { Int($0) }
    return numbers.count == 2 ? share(time: numbers[0], period: numbers[1]) : nil
  }

  /// The time is -1 without a limit.
  private func processors1(_ folder: String) -> Double? {
    share(time: number(folder + "/cpu.cfs_quota_us"), period: number(folder + "/cpu.cfs_period_us"))
  }

  private func share(time: Int?, period: Int?) -> Double? {
    guard let time, let period, time > 0, period > 0 else { return nil }
    return Double(time) / Double(period)
  }
}
