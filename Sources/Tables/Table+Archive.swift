import Tensors

extension Table {
  package func write(to writer: inout ByteWriter) {
    writer.put(columns) { writer, column in
      writer.put(column.name)
      writer.put(column.kind.rawValue)
      writer.put(column.levels) { $0.put($1) }
      writer.put((0..<column.count).map { column.gaps[$0] }) { $0.put($1) }
      switch column.cells {
      case .number(let cells): writer.put(cells) { $0.put($1) }
      case .whole(let cells), .date(let cells), .time(let cells): writer.put(cells) { $0.put($1) }
      case .category(let codes, _): writer.put(codes) { $0.put(Int($1)) }
      case .boolean(let cells): writer.put(cells) { $0.put($1) }
      case .text(let texts): writer.put(Array(0..<texts.count)) { $0.put(texts[$1]) }
      }
    }
  }

  /// Reads what `write` wrote. The bytes are untrusted.
  package init(from reader: inout ByteReader) throws {
    let columns = try reader.items { reader -> Column in
      let name = try reader.text()
      guard let kind = ColumnKind(rawValue: try reader.text()) else { throw ByteReader.Malformed() }
      let levels = try reader.items { try $0.text() }
      let gaps = try reader.items { try $0.flag() }
      let cells: Column.Cells
      switch kind {
      case .number: cells = .number(try reader.items { try $0.double() })
      case .whole: cells = .whole(try reader.items { try $0.int() })
      case .date: cells = .date(try reader.items { try $0.int() })
      case .time: cells = .time(try reader.items { try $0.int() })
      case .boolean: cells = .boolean(try reader.items { try $0.flag() })
      case .text: cells = .text(Texts(try reader.items { try $0.text() }))
      case .category:
        let codes = try reader.items { reader -> Int32 in
          guard let code = Int32(exactly: try reader.int()), code >= -1, Int(code) < levels.count else { throw ByteReader.Malformed() }
          return code
        }
        guard zip(codes, gaps).allSatisfy({ ($0 < 0) == $1 }) else { throw ByteReader.Malformed() }
        cells = .category(codes, levels: levels)
      }
      guard cells.count == gaps.count, Set(levels).count == levels.count else { throw ByteReader.Malformed() }
      return Column(name, cells, gaps: Gaps(gaps))
    }
    guard let table = try? Table(columns) else { throw ByteReader.Malformed() }
    self = table
  }
}
