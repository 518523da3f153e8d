import Tensors

// Serialisation of optimisers and learning rate schedules.
extension Optimizer {
  package func put(in writer: inout ByteWriter) {
    switch rule {
    case .adam(let beta1, let beta2, let epsilon, let decay):
      writer.put(byte: 0)
      for number in [beta1, beta2, epsilon, decay] { writer.put(number) }
    case .sgd(let momentum, let decay):
      writer.put(byte: 1)
      for number in [momentum, decay] { writer.put(number) }
    case .rmsprop(let decay, let epsilon, let momentum):
      writer.put(byte: 2)
      for number in [decay, epsilon, momentum] { writer.put(number) }
    }
    rate.put(in: &writer)
    writer.put(clipNorm != nil)
    writer.put(clipNorm ?? 0)
  }

  package init(_ reader: inout ByteReader) throws {
    let rule: Rule
    switch try reader.byte() {
    case 0: rule = .adam(beta1: try reader.double(), beta2: try reader.double(), epsilon: try reader.double(), decay: try reader.double())
    case 1: rule = .sgd(momentum: try reader.double(), decay: try reader.double())
    case 2: rule = .rmsprop(decay: try reader.double(), epsilon: try reader.double(), momentum: try reader.double())
    default: throw ByteReader.Malformed()
    }
    let rate = try LearningRateSchedule(&reader)
    let (isBounded, clipNorm) = (try reader.flag(), try reader.double())
    self.init(rule, rate: rate, clipNorm: isBounded ? clipNorm : nil)
  }
}

extension LearningRateSchedule {
  package func put(in writer: inout ByteWriter) {
    switch self {
    case .constant(let rate):
      writer.put(byte: 0)
      writer.put(rate)
    case .steps(let rate, let every, let factor):
      writer.put(byte: 1)
      writer.put(rate)
      writer.put(every)
      writer.put(factor)
    case .cosine(let rate, let updates, let warmUp, let least):
      writer.put(byte: 2)
      writer.put(rate)
      writer.put(updates)
      writer.put(warmUp)
      writer.put(least)
    case .warmUp(let rate, let updates):
      writer.put(byte: 3)
      writer.put(rate)
      writer.put(updates)
    case .inverse(let rate, let updates, let warmUp):
      writer.put(byte: 4)
      writer.put(rate)
      writer.put(updates)
      writer.put(warmUp)
    }
  }

  package init(_ reader: inout ByteReader) throws {
    let kind = try reader.byte()
    let rate = try reader.double()
    switch kind {
    case 0: self = .constant(rate)
    case 1: self = .steps(rate: rate, every: try reader.count(from: 1), factor: try reader.double())
    case 2: self = .cosine(rate: rate, updates: try reader.count(from: 1), warmUp: try reader.count(), least: try reader.double())
    case 3: self = .warmUp(rate: rate, updates: try reader.count(from: 1))
    case 4: self = .inverse(rate: rate, updates: try reader.count(from: 1), warmUp: try reader.count())
    default: throw ByteReader.Malformed()
    }
  }
}
