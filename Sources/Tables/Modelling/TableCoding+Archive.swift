import Tensors

extension TableCoding {
  package func write(to writer: inout ByteWriter) {
    writer.put(names) { $0.put($1) }
    writer.put(kinds) { $0.put($1.rawValue) }
    writer.put(levels) { $0.put($1) { $0.put($1) } }
    writer.put(codings) { $1.write(to: &$0) }
    writer.put(dependencies.rules.sorted { $0.key < $1.key }) { writer, rule in
      writer.put(rule.key)
      writer.put(rule.value.source)
      writer.put(rule.value.classes) { $0.put(Int($1)) }
    }
    writer.put(patterns.masks) { $0.put($1) { $0.put($1) } }
  }

  /// Reads what `write` wrote. The bytes are untrusted: every size and index is checked.
  package init(from reader: inout ByteReader) throws {
    let names = try reader.items { try $0.text() }
    let kinds = try reader.items { reader in try ColumnKind(rawValue: reader.text()).orMalformed() }
    let levels = try reader.items { try $0.items { try $0.text() } }
    let codings = try reader.items { try ColumnCoding(from: &$0) }
    guard !names.isEmpty, Set(names).count == names.count, [kinds.count, levels.count, codings.count].allSatisfy({ $0 == names.count }),
      zip(zip(kinds, levels), codings).allSatisfy({ $1.fits($0.0, $0.1) })
    else { throw ByteReader.Malformed() }
    var rules: [Int: Dependencies.Rule] = [:]
    let read = try reader.items { reader in
      (target: try reader.int(), rule: Dependencies.Rule(source: try reader.int(), classes: try reader.items { try Int32(exactly: $0.int()).orMalformed() }))
    }
    for (target, rule) in read {
      guard codings.indices.contains(target), codings.indices.contains(rule.source), rules[rule.source] == nil, target != rule.source,
        case .classes(let from) = codings[rule.source], case .classes(let to) = codings[target], rule.classes.count == from.count,
        rule.classes.allSatisfy({ to.indices.contains(Int($0)) })
      else { throw ByteReader.Malformed() }
      rules[target] = rule
    }
    guard rules.values.allSatisfy({ rules[$0.source] == nil }) else { throw ByteReader.Malformed() }
    let masks = try reader.items { try $0.items { try $0.flag() } }
    guard !masks.isEmpty, masks.count <= 256, masks.allSatisfy({ $0.count == names.count }) else { throw ByteReader.Malformed() }
    self.init(
      names: names, kinds: kinds, levels: levels, codings: codings, dependencies: Dependencies(rules: rules), patterns: GapPatterns(masks: masks))
  }
}

extension ColumnCoding {
  fileprivate func write(to writer: inout ByteWriter) {
    switch self {
    case .none: writer.put(byte: 0)
    case .classes(let cells):
      writer.put(byte: 1)
      writer.put(cells) { $1.write(to: &$0) }
    case .scores(let quantiles, let spikes):
      writer.put(byte: 2)
      writer.put(quantiles.values) { $0.put($1) }
      writer.put(quantiles.starts) { $0.put($1) }
      writer.put(quantiles.ends) { $0.put($1) }
      writer.put(quantiles.step ?? 0)
      writer.put(spikes) { $0.put($1) }
    }
  }

  fileprivate init(from reader: inout ByteReader) throws {
    switch try reader.byte() {
    case 0: self = .none
    case 1:
      let cells = try reader.items { try Cell(from: &$0) }
      guard !cells.isEmpty, Set(cells).count == cells.count else { throw ByteReader.Malformed() }
      self = .classes(cells)
    case 2:
      let values = try reader.items { try $0.double() }
      let (starts, ends) = (try reader.items { try $0.int() }, try reader.items { try $0.int() })
      let step = try reader.double()
      let spikes = try reader.items { try $0.double() }
      guard !values.isEmpty, starts.count == values.count, ends.count == values.count, (values + spikes).allSatisfy(\.isFinite), step >= 0, step.isFinite,
        zip(values, values.dropFirst()).allSatisfy(<), starts[0] >= 0, zip(starts, ends).allSatisfy({ $0 < $1 }),
        zip(ends, starts.dropFirst()).allSatisfy({ $0 <= $1 }), Set(spikes).count == spikes.count
      else { throw ByteReader.Malformed() }
      self = .scores(Quantiles(values: values, starts: starts, ends: ends, step: step > 0 ? step : nil), spikes: spikes)
    default: throw ByteReader.Malformed()
    }
  }

  /// Whether a column of this kind can have the coding.
  fileprivate func fits(_ kind: ColumnKind, _ levels: [String]) -> Bool {
    guard Set(levels).count == levels.count, levels.isEmpty || kind == .category else { return false }
    switch self {
    case .none: return true
    case .scores: return [.number, .whole, .date, .time].contains(kind)
    case .classes(let cells):
      return cells.allSatisfy { cell in
        switch (kind, cell) {
        case (.number, .number), (.whole, .whole), (.date, .date), (.time, .time), (.boolean, .boolean): true
        case (.category, .text(let word)): levels.contains(word)
        default: false
        }
      }
    }
  }
}

extension Cell {
  fileprivate func write(to writer: inout ByteWriter) {
    switch self {
    case .gap: writer.put(byte: 0)
    case .number(let number):
      writer.put(byte: 1)
      writer.put(number)
    case .whole(let number):
      writer.put(byte: 2)
      writer.put(number)
    case .text(let text):
      writer.put(byte: 3)
      writer.put(text)
    case .boolean(let value):
      writer.put(byte: 4)
      writer.put(value)
    case .date(let days):
      writer.put(byte: 5)
      writer.put(days)
    case .time(let microseconds):
      writer.put(byte: 6)
      writer.put(microseconds)
    }
  }

  fileprivate init(from reader: inout ByteReader) throws {
    switch try reader.byte() {
    case 1: self = .number(try reader.double())
    case 2: self = .whole(try reader.int())
    case 3: self = .text(try reader.text())
    case 4: self = .boolean(try reader.flag())
    case 5: self = .date(try reader.int())
    case 6: self = .time(try reader.int())
    default: throw ByteReader.Malformed()
    }
  }
}

extension Optional {
  fileprivate func orMalformed() throws -> Wrapped {
    guard let self else { throw ByteReader.Malformed() }
    return self
  }
}
