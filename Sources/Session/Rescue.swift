import Library
import Machine

extension Session {
  /// The model of a training in a failed statement, as the bytes of a file; nil if there is none, or if it cannot be
  /// saved.
  package var rescuedModel: [UInt8]? {
    hasRescued ? try? ModelFile.bytes(machine.rescue, machine) : nil
  }
}
