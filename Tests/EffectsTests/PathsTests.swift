import Effects
import Testing

/// Paths as text.
@Suite struct PathsTests {
  @Test(arguments: [
    ("a/b", ["a", "b"]), ("./a//b/", ["a", "b"]), ("a/../b", ["b"]), ("../a", ["..", "a"]), ("a/../../b", ["..", "b"]), ("../../a", ["..", "..", "a"]),
    ("/../a", ["a"]), ("/a/./b/..", ["a"]), ("", []), ("/", []),
  ])
  func partsAreWhatIsNamed(_ path: String, _ parts: [String]) { #expect(Paths.parts(of: path) == parts) }

  @Test func aFolderHoldsItsFile() {
    #expect(Paths.folder(of: "/a/b") == "/a" && Paths.folder(of: "/a") == "/" && Paths.folder(of: "/") == "/")
  }

  @Test(arguments: [
    ("/a/b/c", "/a", "b/c"), ("/a/b", "/a/c/d", "../../b"), ("/x", "/", "x"), ("/a", "/a/b", ".."), ("/ab/c", "/a", "../ab/c"),
  ])
  func relativePathsLeadThere(_ path: String, _ folder: String, _ relative: String) {
    #expect(Paths.relative(path, to: folder) == relative)
    #expect(Paths.parts(of: Paths.joined(folder, relative)) == Paths.parts(of: path))
  }

  /// Behind a name that may be a link, `..` is what the file system makes of it.
  @Test(arguments: [
    ("/a/b", "c", "/a/b/c"), ("/a/b", "../c", "/a/c"), ("/a/b", "./../../c", "/c"), ("/a", "link/../c", "/a/link/../c"), ("/a", "/c", "/c"),
    ("a", "../../c", "../c"), ("", "c", "c"), ("/", "../c", "/c"),
  ])
  func pathsAreJoined(_ folder: String, _ path: String, _ joined: String) { #expect(Paths.joined(folder, path) == joined) }
}
