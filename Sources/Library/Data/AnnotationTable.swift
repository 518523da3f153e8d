import DataSets
import Diagnostics
import Images
import Machine

// Annotated images from files of other programs, and boxes in their coordinates.
extension Library {
  private static let annotations = Parameter("file", .string, "the JSON file of annotations")
  private static let annotated = Parameter("images", .string, "the folder of the images")
  private static let segmentation = Parameter(
    "masks", .boolean, "whether the outlines of objects become masks: 0 is no object, other numbers are one more than the label", default: false)
  private static let yoloFolder = Parameter("folder", .string, "the folder with `images/` and `labels/`")
  private static let yoloPart = Parameter("part", optional: .string, "the sub-folder of both to read, such as \"train\"")
  private static let yoloTarget = Parameter("folder", .string, "a new or empty folder, or one that `save_yolo` wrote")
  private static let pascalFolder = Parameter("folder", .string, "the folder with `JPEGImages/` and `Annotations/`")
  private static let pascalPart = Parameter(
    "part", optional: .string, "the list of pictures to read, such as \"train\" for `ImageSets/Main/train.txt`", shown: "all")
  private static let pascalTarget = Parameter("folder", .string, "a new or empty folder, or one that `save_pascal` wrote")
  private static let pascalReferences = [
    "M. Everingham and others, The Pascal visual object classes (VOC) challenge, International Journal of Computer Vision 88, 2010"
  ]
  private static let boxed = Parameter("data", .foreign("a data set", DataSetValue.self), "a data set with boxes")
  private static let format = Parameter("format", "how four numbers describe a box", choices: BoxFormat.allCases.map(\.rawValue))

  static let annotationFiles: [Builtin] = [
    Builtin(
      "coco", "Images with boxes and keypoints from a file in COCO's format; its categories are the classes",
      [annotations, annotated, AnnotationArguments.minVisible, segmentation],
      references: ["T. Lin and others, Microsoft COCO: Common objects in context, arXiv:1405.0312"], hasEffects: true, whenChecked: .unknown
    ) { call in
      let set = try Readers.coco(
        call[annotations], images: call[annotated], minVisible: call[AnnotationArguments.minVisible], masks: call[segmentation], call.effects.files,
        call.effects.cancellation
      ) { call.effects.progress.writeLine("note: \($0)") }
      return call.machine.make(foreign: DataSetValue(set))
    },
    Builtin(
      "yolo", "Images with boxes from a folder in YOLO's format; the classes are named in `classes.txt` or `data.yaml`",
      [yoloFolder, yoloPart, AnnotationArguments.minVisible], references: ["https://docs.ultralytics.com/datasets/detect"], hasEffects: true,
      whenChecked: .unknown
    ) { call in
      let set = try Readers.yolo(
        call[yoloFolder], part: call[yoloPart], minVisible: call[AnnotationArguments.minVisible], call.effects.files, call.effects.cancellation
      ) { call.effects.progress.writeLine("note: \($0)") }
      return call.machine.make(foreign: DataSetValue(set))
    },
    Builtin(
      "save_yolo", "Writes the images of a data set and their boxes to a folder in YOLO's format", [boxed, yoloTarget],
      references: ["https://docs.ultralytics.com/datasets/detect"], hasEffects: true, whenChecked: .skip
    ) { call in
      let set = try call[boxed].set
      guard set.annotations.boxes != nil else { throw call.wrong(boxed, expected: "a data set with boxes", hint: "`dataset(images, boxes=...)` has boxes") }
      try Writers.yolo(set, to: call[yoloTarget], call.effects.files, call.engine, call.effects.cancellation)
      return .nothing
    },
    Builtin(
      "pascal", "Images with boxes from a folder in the format of Pascal VOC; the classes are sorted by name, or listed in `classes.txt`",
      [pascalFolder, pascalPart, AnnotationArguments.minVisible], references: pascalReferences, hasEffects: true, whenChecked: .unknown
    ) { call in
      let set = try Readers.pascal(
        call[pascalFolder], part: call[pascalPart], minVisible: call[AnnotationArguments.minVisible], call.effects.files, call.effects.cancellation
      ) { call.effects.progress.writeLine("note: \($0)") }
      return call.machine.make(foreign: DataSetValue(set))
    },
    Builtin(
      "save_pascal", "Writes the images of a data set and their boxes, rounded to whole pixels, to a folder in the format of Pascal VOC",
      [boxed, pascalTarget], references: pascalReferences, hasEffects: true, whenChecked: .skip
    ) { call in
      let set = try call[boxed].set
      guard set.annotations.boxes != nil else { throw call.wrong(boxed, expected: "a data set with boxes", hint: "`dataset(images, boxes=...)` has boxes") }
      try Writers.pascal(set, to: call[pascalTarget], call.effects.files, call.engine, call.effects.cancellation)
      return .nothing
    },
    Builtin(
      "box_coordinates", "The boxes of each image as lists of four numbers, and the label if there is one; of a rotated box, the box around it",
      [boxed, format],
      examples: [
        Example(
          "d = dataset(zeros(1, 4, 8), boxes=(({top: 1, left: 2, bottom: 3, right: 6, label: 1},),))\nprint(box_coordinates(d, \"coco\"))",
          "(((2.0, 1.0, 4.0, 2.0, 1),),)"),
        Example(
          "d = dataset(zeros(1, 4, 8), boxes=(((2, 1, 4, 2),),), box_format=\"coco\")\nprint(box_coordinates(d, \"yolo\"))",
          "(((0.5, 0.5, 0.5, 0.5),),)"),
      ]
    ) { call in
      let (set, machine) = (try call[boxed].set, call.machine)
      guard set.annotations.boxes != nil else { throw call.wrong(boxed, expected: "a data set with boxes", hint: "`dataset(images, boxes=...)` has boxes") }
      guard machine.policy.readsData, let format = BoxFormat(rawValue: try call[format]) else { return .unknown }
      return try AnnotationValues(machine).perImage(set.count) { image in
        let shape = try set.shape(of: image)
        return machine.make(
          list: try (set.boxes(image) ?? []).map { box in
            machine.make(list: format.numbers(box, in: shape).map { Value($0) } + (box.label.map { [Value(Int($0))] } ?? []))
          }, sharing: true)
      }
    },
  ]
}
