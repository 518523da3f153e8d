import Diagnostics

/// What a run makes: together with the input, this determines every byte of the output.
package struct GrowSettings: Equatable, Sendable {
  package enum Format: String, CaseIterable, Sendable {
    case png, jpg, npz, idx, tar

    /// Whether all results are in one file.
    package var isOneFile: Bool { self == .npz || self == .idx }
    /// Whether each result is a file in a folder.
    package var isFolder: Bool { self == .png || self == .jpg }
  }

  /// The program that returned the recipe.
  package var recipe = ""
  package var seed = 0
  package var copies = 1
  /// Whether the pictures themselves come before their copies.
  package var keepsOriginals = false
  package var format = Format.png
  /// Of JPEG, 1 to 100; in shards, nil is PNG.
  package var quality: Int?
  /// The share of a box that must stay visible; nil is that of the annotations.
  package var minVisible: Double?
  /// The number of samples in a tar shard.
  package var shardSize = 1000

  package static let usualQuality = 95

  package init() {}

  /// The number of results of one picture.
  package var perPicture: Int { copies + (keepsOriginals ? 1 : 0) }

  /// The extension of a picture; nil for arrays.
  var pictureEnding: String? {
    switch format {
    case .png: "png"
    case .jpg: "jpg"
    case .tar: quality == nil ? "png" : "jpg"
    case .npz, .idx: nil
    }
  }

  /// Throws if a number is out of range, or two choices exclude each other.
  package func check() throws {
    func refuse(_ what: String, _ hint: String) -> Fault { Fault(ShardErrors.badChoice, what, hint: hint) }
    guard (1...GrowSettings.mostCopies).contains(copies) else {
      throw refuse("--copies must be between 1 and \(GrowSettings.mostCopies), got \(copies)", "each picture becomes that many new ones")
    }
    guard (1...GrowSettings.mostCopies).contains(shardSize) else {
      throw refuse("--shard-size must be between 1 and \(GrowSettings.mostCopies), got \(shardSize)", "the number of samples in each tar file")
    }
    if let minVisible, !(0...1).contains(minVisible) {
      throw refuse("--min-visible must be between 0 and 1, got \(minVisible.brief)", "a box is dropped if less than this share of it stays visible")
    }
    if let quality {
      guard (1...100).contains(quality) else { throw refuse("--quality must be between 1 and 100, got \(quality)", "95 is nearly lossless") }
      guard format == .jpg || format == .tar else { throw refuse("--quality is for JPEG, but the format is \(format.rawValue)", "add `--format jpg`") }
    }
  }

  private static let mostCopies = 1_000_000
}
