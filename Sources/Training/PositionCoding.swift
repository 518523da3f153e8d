import Tensors

// Serialisation of the position of a training.
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
