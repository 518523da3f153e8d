import Diagnostics
import Effects

/// The pictures beside a lesson: read for comparison, written for new outputs, and removed when no output refers to
/// them.
package struct Assets {
  private let lesson: Lesson
  private let files: any FileAccess

  /// `files` gives access to the folder of the lesson.
  package init(of lesson: Lesson, _ files: any FileAccess) {
    self.lesson = lesson
    self.files = files
  }

  /// The pictures of the saved outputs, by link; unreadable ones are omitted.
  package func saved() -> [String: Picture] {
    var pictures: [String: Picture] = [:]
    for part in lesson.cells.flatMap({ $0.saved?.parts ?? [] }) {
      guard case .picture(let url, _) = part, pictures[url] == nil else { continue }
      pictures[url] = try? read(LinkPath.path(of: url))
    }
    return pictures
  }

  private func read(_ path: String) throws -> Picture { try PictureFile.decode(files.read(path), name: path) }

  /// Writes pictures that do not exist yet with the same pixels.
  package func write(_ pictures: [String: Picture]) throws {
    for (name, picture) in pictures.sorted(by: { $0.key < $1.key }) {
      let path = lesson.assets + "/" + name
      if (try? read(path)) == picture { continue }
      try files.write(PictureFile.encode(picture), to: path)
    }
  }

  /// Removes generated pictures to which the text does not refer, and the folder if it is empty.
  package func removeStale(naming links: Set<String>) {
    let named = Set(links.map(LinkPath.path))
    guard let names = try? files.list(lesson.assets) else { return }
    var left = names.count
    for name in names where PictureFile.isGenerated(name) && !named.contains(lesson.assets + "/" + name) && !named.contains("./" + lesson.assets + "/" + name) {
      if (try? files.remove(lesson.assets + "/" + name)) != nil { left -= 1 }
    }
    if left == 0, !names.isEmpty { try? files.remove(lesson.assets) }
  }
}
