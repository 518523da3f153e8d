import DataSets
import Diagnostics
import Engine
import Images
import Machine
import Tensors

/// A data set as a value of the language.
package final class DataSetValue: Foreign {
  package let set: DataSet

  package init(_ set: DataSet) { self.set = set }

  package var typeName: String { "data set" }

  package var text: String {
    let classes = set.names.isEmpty ? "" : " of \(set.names.count) classes"
    if let rows = set.rows {
      let width = rows.numbers.shape[1]
      return "\(counted(set.count, "row")) of \(counted(width, "column"))\(classes)"
    }
    let shape = (try? set.exampleShape()).map { " of \($0.map(String.init).joined(separator: "×"))" } ?? " of different sizes"
    return "\(set.count) images\(shape)\(classes)"
  }

  package var footprint: Int { self.set.ownByteCount }
  package var storages: [Storage] { self.set.storages }

  package var fieldNames: [String] { (self.set.rows == nil ? ["images", "bytes"] : ["rows", "columns"]) + ["labels", "names"] + presentAnnotations }

  private var annotationNames: [String] { self.set.rows == nil ? ["masks", "boxes", "keypoints"] : [] }
  private var presentAnnotations: [String] {
    let own = self.set.annotations
    return zip(["masks", "boxes", "keypoints"], [own.masks != nil, own.boxes != nil, own.keypoints != nil]).filter(\.1).map(\.0)
  }

  package func isEqual(to other: any Foreign, _ machine: Machine) throws -> Bool {
    guard let other = other as? DataSetValue else { return false }
    return try set === other.set || set.isSame(as: other.set, machine.engine)
  }

  /// All images or rows as one tensor.
  package func examples(_ machine: Machine) throws -> Value {
    let type = TensorType(dtype, [set.count] + (try set.exampleShape()))
    return machine.make(node: try machine.policy.data(type, machine.engine) { try set.examples(machine.engine) })
  }

  package func field(_ name: String, _ machine: Machine) throws -> Value? {
    switch name {
    case "images": return set.rows == nil ? try examples(machine) : nil
    case "bytes":
      guard set.rows == nil else { return nil }
      let type = TensorType(.u8, [set.count] + (try set.exampleShape()))
      return machine.make(node: try machine.policy.data(type, machine.engine) { try set.bytes(machine.engine) })
    case "rows": return set.rows == nil ? nil : try examples(machine)
    case "columns": return set.rows.map { machine.make(list: $0.columns.map { machine.make(string: $0) }) }
    case "labels":
      guard let target = set.target else { return .nothing }
      let type =
        switch target {
        case .classes(let labels): TensorType(.i32, [labels.count])
        case .soft(_, let classes): TensorType(.f32, [target.count, classes])
        }
      return machine.make(node: try machine.policy.data(type, machine.engine) { try target.tensor() })
    case "names": return machine.make(list: set.names.map { machine.make(string: $0) })
    default: return annotationNames.contains(name) ? try annotations(name, machine) : nil
    }
  }

  package func count() -> Int? { set.count }

  /// The element type of the examples in a program.
  private var dtype: DType { self.set.rows?.numbers.dtype ?? .f32 }

  /// The name of an example's field.
  private var itemName: String { self.set.rows == nil ? "image" : "row" }

  /// One example: `.image` or `.row`, `.label`, `.name`.
  package func element(_ index: Int, _ machine: Machine) throws -> Value? {
    guard machine.policy.readsData else { return try unknownElement(machine) }
    let example = machine.engine.leaf(try set.example(index, machine.engine))
    if set.rows == nil { example.provenance = Provenance(set, index) }
    var fields = [(name: itemName, value: machine.make(node: example))]
    switch set.target {
    case .classes(let labels)?:
      let label = Int(labels[index])
      fields.append((name: "label", value: Value(label)))
      if set.names.indices.contains(label) { fields.append((name: "name", value: machine.make(string: set.names[label]))) }
    case .soft?: fields.append((name: "label", value: machine.make(tensor: try set.softLabel(index))))
    case nil: break
    }
    fields += try annotationFields(index, machine)
    return machine.make(record: fields)
  }

  private func unknownElement(_ machine: Machine) throws -> Value {
    let example = machine.engine.placeholder(TensorType(dtype, try set.exampleShape()))
    var fields = [(name: itemName, value: machine.make(node: example))]
    if set.target != nil { fields.append((name: "label", value: Value.unknown)) }
    if set.labels != nil, !set.names.isEmpty { fields.append((name: "name", value: Value.unknown)) }
    if let type = try set.maskType() {
      fields.append((name: "mask", value: machine.make(node: machine.engine.placeholder(TensorType(type.dtype, Array(type.shape.dropFirst()))))))
    }
    if set.annotations.boxes != nil { fields.append((name: "boxes", value: Value.unknown)) }
    if set.annotations.keypoints != nil { fields.append((name: "keypoints", value: Value.unknown)) }
    return machine.make(record: fields)
  }

  package func indexed(_ subscripts: [Value], _ machine: Machine) throws -> Value? {
    guard subscripts.count == 1 else {
      throw Fault(
        MachineErrors.badIndex, "a data set has one dimension, got \(subscripts.count) positions",
        hint: set.rows == nil ? "index the pixels: `data.images[...]`" : "index the numbers: `data.rows[...]`")
    }
    let value = subscripts[0]
    if value.tag == .tensor, value.node.type.rank > 0 {
      let tensor = try machine.engine.value(value.node)  // A check stops here: only a run knows which examples.
      if tensor.dtype == .bool {
        guard tensor.count == set.count else {
          throw Fault(MachineErrors.badIndex, "a mask of length \(tensor.count) does not match \(set.count) examples")
        }
        return machine.make(foreign: DataSetValue(set.selecting((0..<set.count).filter { tensor[$0] != 0 })))
      }
      guard !tensor.dtype.isFloat else {
        throw Fault(TensorErrors.badType, "positions must be integers, got \(tensor.type.description)", hint: "convert them with `i32(x)`")
      }
      let positions = try (0..<tensor.count).map { try machine.checked(Int(tensor[$0]), set.count, "the data set") }
      return machine.make(foreign: DataSetValue(set.selecting(positions)))
    }
    if let index = try machine.integer(value) { return try element(machine.checked(index, set.count, "the data set"), machine) }
    return machine.make(foreign: DataSetValue(set.selecting(try machine.slice(value, set.count, "the data set").positions)))
  }
}
