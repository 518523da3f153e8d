import Images
import Machine

// Operations that mix images of a data set, and their labels.
extension Library {
  private static let mixupAlpha = Parameter(
    "alpha", .number, "the weight is drawn from Beta(alpha, alpha): small values mix little", default: 0.2, in: Above(0))
  private static let cutmixAlpha = Parameter("alpha", .number, "the share of the area that is kept is drawn from Beta(alpha, alpha)", default: 1, in: Above(0))

  static let mixingOperations: [Builtin] = [
    operation(
      "mixup", "Mixes each image of a data set with another, and their labels, by a random weight; the boxes and keypoints of both are kept",
      [mixupAlpha],
      examples: [Example("d = dataset(ones(4, 2, 2), labels=(0, 1, 0, 1)) |> mixup(1)\nprint(d, sum(d.labels, axis=1))", "4 images of 2×2×1 [1, 1, 1, 1]")],
      references: ["H. Zhang and others, mixup: beyond empirical risk minimization, arXiv:1710.09412"]
    ) { MixUp(alpha: try $0[mixupAlpha]) },
    operation(
      "cutmix", "Replaces a random rectangle of each image by that of another, with what is annotated in it, and mixes their labels by area",
      [cutmixAlpha],
      examples: [Example("print(clothes()[0:8] |> cutmix() |> flip(chance=0.5))", "8 images of 28×28×1 of 10 classes")],
      references: ["S. Yun and others, CutMix, arXiv:1905.04899"]
    ) { CutMix(alpha: try $0[cutmixAlpha]) },
    operation(
      "mosaic", "Puts parts of four images of a data set together at a random point, with what is annotated in them, and mixes their labels by area", [],
      examples: [
        Example("print(clothes()[0:8] |> mosaic())", "8 images of 28×28×1 of 10 classes"),
        Example(
          "d = dataset(zeros(1, 4, 4), boxes=(({top: 0, left: 0, bottom: 4, right: 4},),), min_visible=0) |> mosaic()\nprint(len(d.boxes[0]), sum(map(d.boxes[0], b -> b.visible)))",
          "4 1.0"),
      ],
      references: ["A. Bochkovskiy and others, YOLOv4, arXiv:2004.10934"]
    ) { _ in Mosaic() },
  ]
}
