import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

// Where data comes from.
extension Library {
  /// The classes of Fashion-MNIST, by label. https://github.com/zalandoresearch/fashion-mnist
  private static let clothesNames = [
    "t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle-boot",
  ]
  private static let digitNames = (0...9).map(String.init)
  private static let partParameter = Parameter("part", .string, "which images", default: "\"train\"", choices: ["train", "test"])
  private static let fashionFolder = "/usr/share/datasets/fashion-mnist"

  static let dataSets: [Builtin] = [
    Builtin(
      "clothes", "2,000 images of clothes with labels, 200 of each of ten classes, inside the binary",
      examples: [
        Example("print(clothes())", "2000 images of 28×28×1 of 10 classes"), Example("print(clothes().names[0:3])", "(\"t-shirt\", \"trouser\", \"pullover\")"),
      ],
      references: ["H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, arXiv:1708.07747"]
    ) { call in try embedded(call, "clothes", clothesNames) },
    Builtin(
      "digits", "1,797 images of handwritten digits, 8×8, inside the binary",
      examples: [Example("print(digits())", "1797 images of 8×8×1 of 10 classes")],
      references: ["E. Alpaydin, C. Kaynak, Optical recognition of handwritten digits, UCI Machine Learning Repository, 1998"]
    ) { call in try embedded(call, "digits", digitNames) },
    Builtin(
      "fashion", "All of Fashion-MNIST: 60,000 images to train on, 10,000 to test",
      [partParameter, Parameter("folder", .string, "where its four IDX files lie", default: "\"\(fashionFolder)\"")],
      references: ["H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST, arXiv:1708.07747"], hasEffects: true,
      whenChecked: .instead { call in
        let (folder, part) = (call.string(1, or: fashionFolder), try call.choice(0, or: "train"))
        return headers(call, folder) { try Headers.mnist(folder, part: part, names: clothesNames, call.effects.files) }
      }
    ) { call in
      let part = try call.choice(0, or: "train")
      do {
        return call.machine.make(
          foreign: DataSetValue(try Readers.mnist(call.string(1, or: fashionFolder), part: part, names: clothesNames, call.effects.files)))
      } catch let fault as Fault where fault.diagnostic.id.code == "L0401" && !call.has(1) {
        throw call.refuse(
          "Fashion-MNIST is not installed in \(fashionFolder)",
          hint: "on Debian: `apt-get install dataset-fashion-mnist`; or give its folder: `fashion(folder=\"...\")`")
      }
    },
    Builtin(
      "mnist", "MNIST, or a set of the same form, from a folder with its four IDX files, gzipped or not",
      [Parameter("folder", .string, "the folder"), partParameter], references: ["http://yann.lecun.com/exdb/mnist"], hasEffects: true,
      whenChecked: .instead { call in
        let part = try call.choice(1, or: "train")
        return headers(call, call.string(0)) { try Headers.mnist(call.string(0), part: part, names: digitNames, call.effects.files) }
      }
    ) { call in
      let set = try Readers.mnist(call.string(0), part: call.choice(1, or: "train"), names: digitNames, call.effects.files)
      return call.machine.make(foreign: DataSetValue(set))
    },
    Builtin(
      "images", "The pictures of a folder (PNG, JPEG, BMP, GIF, TIFF, WebP), photos turned upright; its sub-folders are classes",
      [Parameter("folder", .string, "the folder")],
      hasEffects: true,
      whenChecked: .instead { call in headers(call, call.string(0)) { try Headers.folder(call.string(0), call.effects.files) } }
    ) { call in try loadFolder(call, call.string(0)) },
    Builtin(
      "csv", "A table of numbers as a data set of rows, from a file with an example on each line",
      [
        Parameter("file", .string, "the file; its fields stand between commas, semicolons or tabs"),
        Parameter("label", .any, "the column that holds the classes, by name or place: whole numbers, or words, then sorted", default: "nothing"),
        Parameter("columns", .list, "the columns to take, by name or place", default: "all others"),
        Parameter("header", .truth, "whether the first line holds names; if nobody says, it does unless it holds a number", default: "found out"),
      ],
      references: ["Y. Shafranovich, Common format and MIME type for comma-separated values, RFC 4180"], hasEffects: true,
      whenChecked: .instead { call in
        let choices = try tableChoices(call)
        return headers(call, call.string(0)) { try CSV.read(call.string(0), choices, call.effects.files) }
      }
    ) { call in
      let set = try CSV.read(call.string(0), tableChoices(call), call.effects.files)
      return call.machine.make(foreign: DataSetValue(set))
    },
    Builtin(
      "dataset", "Images or rows of numbers with labels as a data set",
      [
        Parameter(
          "images", .tensor, "images, [count, height, width, channels] or [count, height, width], 0 to 1 (of u8, 0 to 255), or rows, [count, columns]"),
        Parameter("labels", .any, "a label for each, from 0", default: "nothing"),
        Parameter("names", .list, "the classes' names, by label", default: "()"),
        Parameter("columns", .list, "the columns' names, for rows", default: "()"),
      ],
      examples: [
        Example(
          "d = dataset(zeros(4, 2, 2), labels=(0, 1, 0, 1), names=(\"a\", \"b\"))\nprint(d, d[d.labels == 1])",
          "4 images of 2×2×1 of 2 classes 2 images of 2×2×1 of 2 classes"),
        Example("print(dataset([[1, 2], [3, 4], [5, 6]]))", "3 rows of 2 columns"),
      ]
    ) { call in
      if try call.term(0).node.isUnknown { return try unknownDataSet(call) }
      var tensor = try call.engine.value(call.term(0).node)
      if tensor.type.rank == 3 { tensor = tensor.reshaped(tensor.shape + [1]) }
      guard isSource(tensor.shape) else { throw call.wrong(0, hint: sourceHint(tensor.type)) }
      let labels = call.has(1) && call[1].tag != .nothing ? try labels(call) : nil
      return call.machine.make(foreign: DataSetValue(try DataSet(source(call, tensor), labels: labels, names: names(call, labels))))
    },
  ]

  /// Labels as a tensor or a list, each looked at before it is converted.
  private static func labels(_ call: Call) throws -> [Int32] {
    if call[1].tag == .tensor {
      let tensor = try call.engine.value(call[1].node)
      return try (0..<tensor.count).map { position in
        guard let label = Int32(exactly: tensor[position]), label >= 0 else {
          throw DataErrors.invalidLabel(plainText(tensor[position]), at: position)
        }
        return label
      }
    }
    guard let numbers = try call.machine.wholeNumbers(call[1]) else { throw call.wrong(1, hint: "labels are integers from 0") }
    return try numbers.enumerated().map { position, number in
      guard let label = Int32(exactly: number), label >= 0 else { throw DataErrors.invalidLabel("\(number)", at: position) }
      return label
    }
  }

  /// As given; of sampled rows, those of the table that their model was trained on.
  private static func names(_ call: Call, _ labels: [Int32]?) throws -> [String] {
    if call.has(2) { return try texts(call, 2) }
    guard let known = call[0].node.tableSchema, let highest = labels?.max(), Int(highest) < known.classes.count else { return [] }
    return known.classes
  }

  private static func isSource(_ shape: [Int]) -> Bool { shape.count == 4 || (shape.count == 2 && shape[1] > 0) }

  private static func sourceHint(_ type: TensorType) -> String {
    "a data set's images are [count, height, width, channels], its rows [count, columns]; \(type.description) is neither"
  }

  private static func source(_ call: Call, _ tensor: Tensor) throws -> DataSet.Source {
    guard tensor.type.rank == 2 else {
      // Bytes stay bytes: 0 to 255 is what files hold, and a program sees 0 to 1.
      let images = try ImageBatch(tensor).tensor
      return .dense(tensor.dtype == .u8 ? tensor : images)
    }
    let known = call[0].tag == .tensor ? call[0].node.tableSchema : nil
    let columns = call.has(3) ? try texts(call, 3) : known?.columns ?? []
    guard columns.isEmpty || columns.count == tensor.shape[1] else {
      throw Fault(DataErrors.counts, "there are \(tensor.shape[1]) columns and \(columns.count) names of columns", hint: "each column has one name")
    }
    return .rows(Rows(try floats(tensor), columns: columns, label: known?.label ?? "label"))
  }

  /// Integers that f32 would round become f64.
  static func floats(_ tensor: Tensor) throws -> Tensor {
    guard !tensor.dtype.isFloat else { return tensor }
    let fits = (0..<tensor.count).allSatisfy { Double(Float(tensor[$0])) == tensor[$0] }
    return try Tensor(dtype: fits ? .f32 : .f64, shape: tensor.shape) { tensor[$0] }
  }

  private static func texts(_ call: Call, _ index: Int) throws -> [String] {
    try call.has(index) ? call[index].listItems.map { try call.machine.text($0) } : []
  }

  private static func tableChoices(_ call: Call) throws -> CSV.Options {
    func column(_ value: Value, _ index: Int) throws -> CSV.Column {
      if value.tag == .string { return .named(value.string) }
      guard let place = try call.machine.integer(value) else { throw call.wrong(index, hint: "a column is named, \"weight\", or counted from 0") }
      return .place(place)
    }
    var choices = CSV.Options(hasNames: call.has(3) ? try call.truth(3, or: true) : nil)
    if call.has(1), call[1].tag != .nothing { choices.label = try column(call[1], 1) }
    if call.has(2) { choices.columns = try call[2].listItems.map { try column($0, 2) } }
    return choices
  }

  /// What a check knows of data in files: their headers, if they are there by now.
  private static func headers(_ call: Call, _ path: String, _ read: () throws -> DataSet?) -> Value {
    if let set = try? read() { return call.machine.make(foreign: DataSetValue(set)) }
    call.machine.checking?.note("what is read from `\(path)` is not known before the run", at: call.span)
    return .unknown
  }

  /// A data set of images that only a run would know.
  private static func unknownDataSet(_ call: Call) throws -> Value {
    let type = try call.term(0).type
    var shape = type.shape
    if shape.count == 3 { shape += [1] }
    guard isSource(shape) else { throw call.wrong(0, hint: sourceHint(type)) }
    let isLabelled = call.has(1) && call[1].tag != .nothing
    let names = try texts(call, 2)
    guard shape.count == 2 else { return call.machine.make(foreign: DataSetValue(try Headers.without(pixels: shape, isLabelled: isLabelled, names))) }
    let numbers = try Tensor(uninitialized: TensorType(call.term(0).dtype.floating, shape))
    let rows = try DataSet.Source.rows(Rows(numbers, columns: texts(call, 3), isKnown: false))
    return call.machine.make(foreign: DataSetValue(try DataSet(rows, labels: isLabelled ? [Int32](repeating: 0, count: shape[0]) : nil, names: names)))
  }

  private static func embedded(_ call: Call, _ name: String, _ names: [String]) throws -> Value {
    guard let images = Embedded.data("\(name)-images.idx.gz"), let labels = Embedded.data("\(name)-labels.idx.gz") else {
      throw call.refuse("this binary carries no data set `\(name)`")
    }
    let set = try Readers.classified(
      images: IDX.decode(images, name: name), labels: IDX.decode(labels, name: name), names: names, name: name)
    return call.machine.make(foreign: DataSetValue(set))
  }
}
