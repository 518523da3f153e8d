import Diagnostics
import Effects

/// The pictures beside a lesson: read for comparing, written for new outputs, and taken away when no
/// output names them any more.
package struct Assets {
  private let lesson: Lesson
  private let files: any FileAccess

  /// `files` are those of the lesson's own folder.
  package init(of lesson: Lesson, _ files: any FileAccess) {
    self.lesson = lesson
    self.files = files
  }

  /// The pictures that kept outputs link to, by link; those that cannot be read are left out.
  package func kept() -> [String: Picture] {
    var pictures: [String: Picture] = [:]
    for part in lesson.cells.flatMap({ $0.kept?.parts ?? [] }) {
      guard case .picture(let url, _) = part, pictures[url] == nil else { continue }
      pictures[url] = try? read(LinkPath.path(of: url))
    }
    return pictures
  }

  private func read(_ path: String) throws -> Picture { try PictureFile.decode(files.read(path), name: path) }

  /// Writes those that are not there yet with the same pixels.
  package func write(_ pictures: [String: Picture]) throws {
    for (name, picture) in pictures.sorted(by: { $0.key < $1.key }) {
      let path = lesson.assets + "/" + name
      if (try? read(path)) == picture { continue }
      try files.write(PictureFile.encode(picture), to: path)
    }
  }

  /// Takes away pictures of ours that the text does not name, and the folder if nothing is left in it.
  package func removeStale(naming links: Set<String>) {
    let named = Set(links.map(LinkPath.path))
    guard let names = try? files.list(lesson.assets) else { return }
    var left = names.count
    for name in names where PictureFile.isOurs(name) && !named.contains(lesson.assets + "/" + name) && !named.contains("./" + lesson.assets + "/" + name) {
      if (try? files.remove(lesson.assets + "/" + name)) != nil { left -= 1 }
    }
    if left == 0, !names.isEmpty { try? files.remove(lesson.assets) }
  }
}
