import Tensors

// Where a training stands and what it came to, in files.
extension TrainingPosition {
  package func put(in notes: inout ByteWriter) {
    for number in [step, epoch, offset] { notes.put(number) }
    notes.put(updates.sorted { $0.key < $1.key }) { notes, item in
      notes.put(item.key)
      notes.put(item.value)
    }
  }

  package init(_ notes: inout ByteReader) throws {
    self.init()
    (step, epoch, offset) = (try notes.count(), try notes.count(), try notes.count())
    for (part, count) in try notes.items({ (try $0.text(), try $0.count()) }) { updates[part] = count }
  }
}

extension ByteWriter {
  package mutating func put(losses: [(name: String, value: Double)]) {
    put(losses) { notes, loss in
      notes.put(loss.name)
      notes.put(loss.value)
    }
  }
}

extension ByteReader {
  package mutating func losses() throws -> [(name: String, value: Double)] { try items { (name: try $0.text(), value: try $0.double()) } }
}
