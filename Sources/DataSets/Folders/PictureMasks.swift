import Diagnostics
import Effects

/// The masks in a folder of images: PNG files of the images' names in `masks/`. It is a folder of masks, and no class, if
/// `saved.csv` or `grow.csv` says so, if it is beside a folder `images/` and nothing else, or if it holds a mask for every image
/// of a folder without classes.
struct PictureMasks {
  private let folder: String
  /// The masks of images, if they are listed.
  private let listed: [String: String]
  private let files: any FileAccess

  /// Takes the masks out of `listing`; nil if there are none.
  init?(_ listing: inout PictureFolder.Listing, _ index: FolderIndex?, _ path: String, isGrown: Bool = false, _ files: any FileAccess) throws {
    guard let place = listing.classes.firstIndex(where: { $0.folder == FolderIndex.maskFolder }) else { return nil }
    self.files = files
    folder = path
    if let index {
      guard !index.masks.isEmpty else { return nil }
      listed = Dictionary(zip(index.pictures, index.masks)) { first, _ in first }
      listing.classes.remove(at: place)
      return
    }
    if isGrown {
      listing.classes.remove(at: place)
      let pictures = listing.own + listing.classes.flatMap { group in group.pictures.map { group.folder + "/" + $0 } }
      listed = Dictionary(pictures.map { ($0, PictureMasks.path(of: ResultNames.split($0).file)) }) { first, _ in first }
      return
    }
    listed = [:]
    var others = listing
    others.classes.remove(at: place)
    // The usual form of data for segmentation, whose images have no classes.
    if others.own.isEmpty, others.classes.map(\.folder) == ["images"] {
      listing = (others.classes[0].pictures.map { "images/" + $0 }, [])
      return
    }
    guard others.classes.isEmpty, !others.own.isEmpty, others.own.allSatisfy({ files.exists(path + PictureMasks.path(of: $0)) }) else { return nil }
    listing = others
  }

  private static func path(of picture: String) -> String {
    let name = picture.hasPrefix("images/") ? String(picture.dropFirst(7)) : picture
    return FolderIndex.maskFolder + "/" + YOLO.stem(name) + ".png"
  }

  func paths(of pictures: [String]) throws -> [String] {
    try pictures.map { picture in
      let mask = listed[picture] ?? PictureMasks.path(of: picture)
      guard files.exists(folder + mask) else {
        throw Fault(
          AnnotationErrors.badMask, "`\(folder)\(picture)` has no mask: there is no file `\(folder)\(mask)`",
          hint: "each image needs a mask of its name in `\(FolderIndex.maskFolder)/`; a mask of 0 is empty")
      }
      return mask
    }
  }
}
