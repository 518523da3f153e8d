import Images

/// The boxes and keypoints of all pictures of an input, for one file in COCO's format. Those of a picture are read when they are needed.
package struct COCOContents {
  /// Of the classes, by label.
  let names: [String]
  /// By label; none if the input has another format.
  var categories: [COCOCategory] = []
  let keypointNames: [String]
  let hasBoxes: Bool
  let hasKeypoints: Bool
  /// Reads those of a picture that another one is mixed with: on any thread, in any order.
  let read: (_ picture: Int) throws -> Picture
  /// Prepares to read those of a picture: called by one thread at a time, with ascending indices. The result reads them, on any thread.
  let open: (_ picture: Int) throws -> () throws -> Picture

  struct Picture {
    /// [height, width, channels]
    let shape: [Int]
    let objects: PictureObjects
  }
}
