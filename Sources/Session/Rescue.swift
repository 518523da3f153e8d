import Library
import Machine

extension Session {
  /// The model of a training whose statement failed, as a file; nil where there is none, or none that a file can hold.
  package var rescuedModel: [UInt8]? {
    guard machine.rescue.tag == .model, machine.isBuilt(machine.rescue) else { return nil }
    return try? ModelFile.bytes(machine.rescue, machine)
  }
}
