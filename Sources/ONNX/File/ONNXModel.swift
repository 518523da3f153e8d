import Tensors

/// A model of the Open Neural Network Exchange format, of the parts that are written.
/// The field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
struct ONNXModel {
  /// Read by onnxruntime since 1.11 of 2022.
  static let irVersion = 8
  static let operatorSet = 17

  /// The name of the dimension that counts the examples.
  static let batchName = "n"

  var graphName: String
  var documentation: String
  var metadata: [(key: String, value: String)]
  var inputs: [ONNXValue]
  var outputs: [ONNXValue]
  var initializers: [ONNXInitializer]
  var nodes: [ONNXNode]

  func message() -> ProtobufMessage {
    var graph = ProtobufMessage()
    for node in nodes { graph.put(1, node.message()) }
    graph.put(2, graphName)
    for initializer in initializers { graph.put(5, initializer.message()) }
    if !documentation.isEmpty { graph.put(10, documentation) }
    for input in inputs { graph.put(11, input.message()) }
    for output in outputs { graph.put(12, output.message()) }

    var set = ProtobufMessage()
    set.put(1, "")
    set.put(2, ONNXModel.operatorSet)
    var model = ProtobufMessage()
    model.put(1, ONNXModel.irVersion)
    model.put(2, "Loam")
    model.put(6, documentation)
    model.put(7, graph)
    model.put(8, set)
    for (key, value) in metadata {
      var entry = ProtobufMessage()
      entry.put(1, key)
      entry.put(2, value)
      model.put(14, entry)
    }
    return model
  }
}

/// An element type: a number of the enumeration `TensorProto.DataType`.
enum ONNXType: Int {
  case float = 1
  case uint8 = 2
  case int32 = 6
  case int64 = 7
  case bool = 9
  case double = 11

  init(_ dtype: DType) {
    switch dtype {
    case .f32: self = .float
    case .f64: self = .double
    case .i32: self = .int32
    case .u8: self = .uint8
    case .bool: self = .bool
    }
  }
}

/// An input or output of the graph: a `ValueInfoProto`.
struct ONNXValue {
  var name: String
  var type: ONNXType
  var shape: [Dimension]
  var documentation = ""

  func message() -> ProtobufMessage {
    var shapeMessage = ProtobufMessage()
    for size in shape {
      var dimension = ProtobufMessage()
      if size.isFixed { dimension.put(1, size.offset) } else { dimension.put(2, size.text(ONNXModel.batchName)) }
      shapeMessage.put(1, dimension)
    }
    var tensor = ProtobufMessage()
    tensor.put(1, type.rawValue)
    tensor.put(2, shapeMessage)
    var typeMessage = ProtobufMessage()
    typeMessage.put(1, tensor)
    var value = ProtobufMessage()
    value.put(1, name)
    value.put(2, typeMessage)
    if !documentation.isEmpty { value.put(3, documentation) }
    return value
  }
}

/// A constant of the graph: a `TensorProto`.
struct ONNXInitializer {
  enum Content {
    case tensor(Tensor)
    /// Sizes and axes, which are 64-bit integers in ONNX.
    case integers([Int])
  }

  var name: String
  var content: Content

  func message() -> ProtobufMessage {
    var message = ProtobufMessage()
    switch content {
    case .tensor(let tensor):
      for size in tensor.shape { message.put(1, size) }
      message.put(2, ONNXType(tensor.dtype).rawValue)
      message.put(8, name)
      message.put(9, tensor)
    case .integers(let integers):
      message.put(1, integers.count)
      message.put(2, ONNXType.int64.rawValue)
      message.put(8, name)
      message.put(9, integers.flatMap { number in withUnsafeBytes(of: Int64(number).littleEndian) { Array($0) } })
    }
    return message
  }
}

/// An operator with its operands: a `NodeProto`.
struct ONNXNode {
  var type: String
  var inputs: [String]
  var output: String
  var attributes: [ONNXAttribute] = []

  func message() -> ProtobufMessage {
    var message = ProtobufMessage()
    for input in inputs { message.put(1, input) }
    message.put(2, output)
    message.put(3, output)
    message.put(4, type)
    for attribute in attributes { message.put(5, attribute.message()) }
    return message
  }
}

/// An `AttributeProto`.
struct ONNXAttribute {
  enum Content {
    case integer(Int)
    case integers([Int])
    case text(String)
  }

  var name: String
  var content: Content

  init(_ name: String, _ integer: Int) { (self.name, content) = (name, .integer(integer)) }
  init(_ name: String, _ integers: [Int]) { (self.name, content) = (name, .integers(integers)) }
  init(_ name: String, _ text: String) { (self.name, content) = (name, .text(text)) }

  func message() -> ProtobufMessage {
    var message = ProtobufMessage()
    message.put(1, name)
    switch content {
    case .integer(let number):
      message.put(3, number)
      message.put(20, 2)
    case .integers(let numbers):
      for number in numbers { message.put(8, number) }
      message.put(20, 7)
    case .text(let text):
      message.put(4, text)
      message.put(20, 3)
    }
    return message
  }
}
