import Diagnostics
import Testing

@Suite struct ControlGroupTests {
  private func available(_ files: [String: String]) -> Int? { ControlGroup { files[$0] }.availableMemory() }

  @Test func withoutALimitThereIsNone() {
    #expect(available([:]) == nil)
    #expect(available(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "max\n", "/sys/fs/cgroup/memory.current": "5000\n"]) == nil)
    #expect(
      available([
        "/proc/self/cgroup": "4:memory:/\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes": "5000\n",
      ]) == nil)
    #expect(available(["/proc/self/cgroup": "nonsense", "/sys/fs/cgroup/memory.max": "1"]) == nil)
  }

  @Test func filesThatCanBeDroppedAreNotUsed() {
    let files = [
      "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "1000\n", "/sys/fs/cgroup/memory.current": "700\n",
      "/sys/fs/cgroup/memory.stat": "anon 400\ninactive_file 250\nactive_file 50\n",
    ]
    #expect(available(files) == 550)
  }

  @Test func theTightestOfTheGroupsAroundCounts() {
    let outer = "/sys/fs/cgroup/slurm", inner = "/sys/fs/cgroup/slurm/job 7"
    var files = [
      "/proc/self/cgroup": "0::/slurm/job 7\n", "\(outer)/memory.max": "1000\n", "\(outer)/memory.current": "900\n",
      "\(inner)/memory.max": "500\n", "\(inner)/memory.current": "100\n",
    ]
    #expect(available(files) == 100)
    files["\(outer)/memory.max"] = "max\n"
    #expect(available(files) == 400)
  }

  @Test func version1CountsItsMemoryController() {
    let folder = "/sys/fs/cgroup/memory/docker/abc"
    let files = [
      "/proc/self/cgroup": "7:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/\n", "\(folder)/memory.limit_in_bytes": "1000\n",
      "\(folder)/memory.usage_in_bytes": "1200\n", "\(folder)/memory.stat": "inactive_file 1\ntotal_inactive_file 300\n",
    ]
    #expect(available(files) == 100)
  }

  private static let processors: [([String: String], Double?)] = [
    ([:], nil),
    (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "max 100000\n"], nil),
    (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "nonsense\n"], nil),
    (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "150000 100000\n"], 1.5),
    (["/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/cpu.max": "200000 100000\n", "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n"], 2),
    (
      [
        "/proc/self/cgroup": "4:memory:/x\n7:cpu,cpuacct:/x\n0::/\n", "/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "50000\n",
        "/sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
      ], 0.5
    ),
  ]

  @Test(arguments: processors.indices)
  func timeOfProcessorsIsLimited(_ index: Int) {
    let (files, wanted) = Self.processors[index]
    #expect(ControlGroup { files[$0] }.processors() == wanted)
  }
}
