import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

// Built-in data sets, and data from files and tensors.
extension Library {
  /// The classes of Fashion-MNIST, by label. https://github.com/zalandoresearch/fashion-mnist
  private static let clothesNames = [
    "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot",
  ]
  private static let digitNames = (0...9).map(String.init)
  private static let fashionFolder = "/usr/share/datasets/fashion-mnist"

  private static let part = Parameter("part", "the images to use", default: "train", choices: ["train", "test"])
  private static let fashionFiles = Parameter("folder", .string, "the folder of its four IDX files", default: fashionFolder)
  private static let folder = Parameter("folder", .string, "the folder")
  private static let images = Parameter(
    "images", .tensorOrRecord,
    "images, [count, height, width, channels] or [count, height, width], 0 to 1 (of u8, 0 to 255), or rows, [count, columns]; or a record of arrays that `save` wrote"
  )
  private static let labels = Parameter("labels", optional: .any, "a class for each, from 0, or the shares of all classes for each, [count, classes]")
  private static let names = Parameter("names", optional: .list, "the names of the classes, by label", shown: "()")
  private static let columns = Parameter("columns", optional: .list, "the names of the columns, for rows", shown: "()")

  static let dataSets: [Builtin] = [
    Builtin(
      "clothes", "2,000 labelled images of clothes, 200 of each of ten classes, embedded in the binary",
      examples: [
        Example("print(clothes())", "2000 images of 28×28×1 of 10 classes"),
        Example("print(clothes().names[0:3])", "(\"t-shirt\", \"trouser\", \"pullover\")"),
      ],
      references: ["H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, arXiv:1708.07747"]
    ) { call in try embedded(call, "clothes", clothesNames) },
    Builtin(
      "digits", "1,797 labelled images of handwritten digits, 8×8, embedded in the binary",
      examples: [Example("print(digits())", "1797 images of 8×8×1 of 10 classes")],
      references: ["E. Alpaydin, C. Kaynak, Optical recognition of handwritten digits, UCI Machine Learning Repository, 1998"]
    ) { call in try embedded(call, "digits", digitNames) },
    Builtin(
      "fashion", "The complete Fashion-MNIST: 60,000 images for training, 10,000 for testing", [part, fashionFiles],
      references: ["H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, arXiv:1708.07747"], hasEffects: true,
      whenChecked: .instead { call in
        let (folder, part) = (try call[fashionFiles], try call[Library.part])
        return headers(call, folder) { try Headers.mnist(folder, part: part, names: clothesNames, call.effects.files) }
      }
    ) { call in
      do {
        let set = try Readers.mnist(call[fashionFiles], part: call[part], names: clothesNames, call.effects.files)
        return call.machine.make(foreign: DataSetValue(set))
      } catch let fault as Fault where fault.diagnostic.id.code == "L0401" && !call.has(fashionFiles) {
        throw call.refuse(
          "Fashion-MNIST is not installed in \(fashionFolder)",
          hint: "on Debian: `apt-get install dataset-fashion-mnist`; or pass its folder: `fashion(folder=\"...\")`")
      }
    },
    Builtin(
      "mnist", "MNIST, or a data set in its format, from a folder with four IDX files, gzipped or not",
      [folder, part], references: ["http://yann.lecun.com/exdb/mnist"], hasEffects: true,
      whenChecked: .instead { call in
        let (folder, part) = (try call[Library.folder], try call[Library.part])
        return headers(call, folder) { try Headers.mnist(folder, part: part, names: digitNames, call.effects.files) }
      }
    ) { call in
      let set = try Readers.mnist(call[folder], part: call[part], names: digitNames, call.effects.files)
      return call.machine.make(foreign: DataSetValue(set))
    },
    Builtin(
      "images", "The pictures of a folder (PNG, JPEG, BMP, GIF, TIFF, WebP), photos rotated upright; its subfolders are classes", [folder],
      hasEffects: true,
      whenChecked: .instead { call in
        let folder = try call[Library.folder]
        return headers(call, folder) { try Headers.folder(folder, call.effects.files) }
      }
    ) { call in try loadFolder(call, call[folder]) },
    Builtin(
      "dataset", "Images or rows of numbers as a data set, with labels, masks, boxes and keypoints if there are any",
      [images, labels, names, columns] + AnnotationArguments.all,
      examples: [
        Example(
          "d = dataset(zeros(4, 2, 2), labels=(0, 1, 0, 1), names=(\"a\", \"b\"))\nprint(d, d[d.labels == 1])",
          "4 images of 2×2×1 of 2 classes 2 images of 2×2×1 of 2 classes"),
        Example("print(dataset([[1, 2], [3, 4], [5, 6]]))", "3 rows of 2 columns"),
        Example(
          "d = dataset(zeros(1, 4, 6), boxes=(({top: 0, left: 1, bottom: 2, right: 3},),))\nb = flip(d).boxes[0][0]\nprint(b.left, b.right)", "3.0 5.0"),
      ]
    ) { call in
      let given = try call[images]
      if given.tag == .record { return try arrayDataSet(call, given) }
      let node = try term(call).node
      if node.isUnknown { return try unknownDataSet(call, node.type) }
      var tensor = try call.engine.value(node)
      if tensor.type.rank == 3 { tensor = tensor.reshaped(tensor.shape + [1]) }
      guard isSource(tensor.shape) else { throw call.wrong(images, expected: sources, hint: sourceHint) }
      let target = try call[Library.labels].map { try labels(call, $0) }
      let names = try classNames(call, target)
      let annotations = try AnnotationArguments.read(call, tensor.shape, names: names)
      return call.machine.make(foreign: DataSetValue(try DataSet(source(call, tensor), target: target, names: names, annotations: annotations)))
    },
  ]

  private static func term(_ call: Call) throws -> Term {
    guard let term = try Kind<Term>.tensor.read(call[images], call.machine) else { throw call.wrong(images, expected: sources, hint: sourceHint) }
    return term
  }

  /// Classes, or soft labels if they are a matrix.
  private static func labels(_ call: Call, _ value: Value) throws -> Labels {
    if value.tag == .tensor, value.node.type.rank == 2 { return try Labels(soft: call.engine.value(value.node)) }
    return .classes(try numbers(call, labels: value))
  }

  /// Classes as a tensor or a list, each checked before it is converted.
  private static func numbers(_ call: Call, labels value: Value) throws -> [Int32] {
    if value.tag == .tensor { return try classes(call.engine.value(value.node)) }
    guard let numbers = try call.machine.wholeNumbers(value) else { throw call.wrong(labels, expected: "a list or tensor of integers from 0") }
    return try numbers.enumerated().map { position, number in
      guard let label = Int32(exactly: number), label >= 0 else { throw DataErrors.invalidLabel("\(number)", at: position) }
      return label
    }
  }

  static func classes(_ tensor: Tensor) throws -> [Int32] {
    try (0..<tensor.count).map { position in
      guard let label = Int32(exactly: tensor[position]), label >= 0 else { throw DataErrors.invalidLabel(plainText(tensor[position]), at: position) }
      return label
    }
  }

  /// As given; for sampled rows, those of the table that their model was trained on.
  private static func classNames(_ call: Call, _ labels: Labels?) throws -> [String] {
    if let names = try strings(call, names) { return names }
    guard let known = try term(call).node.tableSchema, case .classes(let labels) = labels, let highest = labels.max() else { return [] }
    guard Int(highest) < known.classes.count else { return [] }
    return known.classes
  }

  private static func isSource(_ shape: [Int]) -> Bool { shape.count == 4 || (shape.count == 2 && shape[1] > 0) }

  private static let sources = "a tensor of images or rows"
  private static let sourceHint = "images are [count, height, width, channels] or [count, height, width], rows [count, columns]"

  private static func source(_ call: Call, _ tensor: Tensor) throws -> DataSet.Source {
    guard tensor.type.rank == 2 else {
      // Bytes are kept as 0 to 255, as in files; a program sees 0 to 1.
      let images = try ImageBatch(tensor).tensor
      return .dense(tensor.dtype == .u8 ? tensor : images)
    }
    let known = try term(call).node.tableSchema
    let columns = try strings(call, columns) ?? known?.columns ?? []
    guard columns.isEmpty || columns.count == tensor.shape[1] else {
      throw Fault(DataErrors.counts, "got \(counted(columns.count, "name")) for \(counted(tensor.shape[1], "column"))", hint: "each column needs one name")
    }
    return .rows(Rows(try floats(tensor), columns: columns, label: known?.label ?? "label"))
  }

  /// Integers that f32 would round become f64.
  static func floats(_ tensor: Tensor) throws -> Tensor {
    guard !tensor.dtype.isFloat else { return tensor }
    let fits = (0..<tensor.count).allSatisfy { Double(Float(tensor[$0])) == tensor[$0] }
    return try Tensor(dtype: fits ? .f32 : .f64, shape: tensor.shape) { tensor[$0] }
  }

  /// Nil if the argument is omitted.
  private static func strings(_ call: Call, _ parameter: Parameter<Value?>) throws -> [String]? {
    try call[parameter].map { try $0.listItems.map { try call.machine.text($0) } }
  }

  /// What a check knows of data in files: their headers, if the files exist.
  private static func headers(_ call: Call, _ path: String, _ read: () throws -> DataSet?) -> Value {
    if let set = try? read() { return call.machine.make(foreign: DataSetValue(set)) }
    call.machine.policy.note("the content of `\(path)` is only known in a run", at: call.span)
    return .unknown
  }

  /// A data set whose examples only a run knows.
  private static func unknownDataSet(_ call: Call, _ type: TensorType) throws -> Value {
    var shape = type.shape
    if shape.count == 3 { shape += [1] }
    guard isSource(shape) else { throw call.wrong(images, expected: sources, hint: sourceHint) }
    let names = try strings(call, names) ?? []
    let target = try unknownLabels(call, shape[0])
    let annotations = try AnnotationArguments.read(call, shape, names: names)
    guard shape.count == 2 else {
      return call.machine.make(foreign: DataSetValue(try Headers.without(pixels: shape, target: target, names, annotations: annotations)))
    }
    let numbers = try Tensor(uninitialized: TensorType(type.dtype.floating, shape))
    let rows = try DataSet.Source.rows(Rows(numbers, columns: strings(call, columns) ?? [], isKnown: false))
    return call.machine.make(foreign: DataSetValue(try DataSet(rows, target: target, names: names)))
  }

  /// Labels of the right kind for a check; nil if there are none.
  private static func unknownLabels(_ call: Call, _ count: Int) throws -> Labels? {
    guard let given = try call[labels] else { return nil }
    guard given.tag == .tensor, given.node.type.rank == 2, given.node.shape[1] > 0 else { return .classes([Int32](repeating: 0, count: count)) }
    let classes = given.node.shape[1]
    try call.machine.checkMemory(for: count * classes, of: 4)
    return .soft([Float](repeating: 1 / Float(classes), count: count * classes), classes: classes)
  }

  private static func embedded(_ call: Call, _ name: String, _ names: [String]) throws -> Value {
    guard let images = Embedded.data("\(name)-images.idx.gz"), let labels = Embedded.data("\(name)-labels.idx.gz") else {
      throw call.refuse("the data set `\(name)` is not embedded in this binary")
    }
    let set = try Readers.classified(
      images: IDX.decode(images, name: name), labels: IDX.decode(labels, name: name), names: names, name: name)
    return call.machine.make(foreign: DataSetValue(set))
  }
}
