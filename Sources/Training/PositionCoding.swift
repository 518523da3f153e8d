import Tensors

// Serialisation of the position of a training.
extension TrainingPosition {
  package func put(in notes: inout ByteWriter) {
    for number in [step, epoch, offset] { notes.put(number) }
    notes.put(updates: updates)
  }

  package init(_ notes: inout ByteReader) throws {
    self.init()
    (step, epoch, offset) = (try notes.count(), try notes.count(), try notes.count())
    updates = try notes.updates()
  }
}

extension ByteWriter {
  mutating func put(updates: [String: Int]) {
    put(updates.sorted { $0.key < $1.key }) { notes, item in
      notes.put(item.key)
      notes.put(item.value)
    }
  }
}

extension ByteReader {
  mutating func updates() throws -> [String: Int] {
    Dictionary(try items { (try $0.text(), try $0.count()) }) { $1 }
  }
}
