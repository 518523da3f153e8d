import Engine
import Tensors

/// The objects of images, which become masks when they are looked at: 0 where there is no object, else one more than the
/// label. Where objects overlap, the smaller one is on top, of equal ones the later one.
package struct ObjectMasks: Sendable {
  struct Object: Sendable {
    let label: Int32
    let outline: Segmentation
    /// The position of its box among those of its image; nil if it has none.
    var box: Int?
    var isCrowd = false
  }

  /// For each image.
  let objects: [[Object]]
  /// [height, width]
  let shapes: [[Int]]
  let dtype: DType

  init(_ objects: [[Object]], shapes: [[Int]]) {
    (self.objects, self.shapes) = (objects, shapes)
    dtype = objects.joined().contains { $0.label >= 255 } ? .i32 : .u8
  }

  var byteCount: Int {
    objects.joined().reduce(0) { sum, object in
      switch object.outline {
      case .polygons(let polygons): sum + polygons.reduce(64) { $0 + $1.count * 4 + 32 }
      case .pixels(let pixels): sum + pixels.runs.count * 4 + 96
      }
    }
  }

  func mask(_ index: Int) throws -> Tensor {
    let (height, width) = (shapes[index][0], shapes[index][1])
    var classes = [Int32](repeating: 0, count: height * width)
    // The area of each object, counting each pixel once: it is marked by the number of the object.
    let areas = objects[index].enumerated().map { number, object in
      var area = 0
      object.outline.forEachPixel(height: height, width: width) { pixel in
        if classes[pixel] != Int32(number + 1) { area += 1 }
        classes[pixel] = Int32(number + 1)
      }
      return area
    }
    for pixel in classes.indices { classes[pixel] = 0 }
    let order = areas.indices.sorted { areas[$0] != areas[$1] ? areas[$0] > areas[$1] : $0 < $1 }
    for number in order {
      let object = objects[index][number]
      object.outline.forEachPixel(height: height, width: width) { classes[$0] = object.label + 1 }
    }
    return try Tensor(dtype: dtype, shape: [height, width]) { Double(classes[$0]) }
  }
}
