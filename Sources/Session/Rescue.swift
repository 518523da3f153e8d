import Library
import Machine

extension Session {
  /// The model of a training whose statement failed, as a file; nil where there is none, or none that a file can hold.
  package var rescuedModel: [UInt8]? {
    hasRescued ? try? ModelFile.bytes(machine.rescue, machine) : nil
  }
}
