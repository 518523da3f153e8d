import Diagnostics
import Testing

@testable import Tables

/// Columns written in tests; nil is a gap.
enum Made {
  static func numbers(_ name: String, _ cells: Double?...) -> Column { Column(name, .number(cells.map { $0 ?? 0 }), gaps: gaps(cells)) }
  static func wholes(_ name: String, _ cells: Int?...) -> Column { Column(name, .whole(cells.map { $0 ?? 0 }), gaps: gaps(cells)) }
  static func booleans(_ name: String, _ cells: Bool?...) -> Column { Column(name, .boolean(cells.map { $0 ?? false }), gaps: gaps(cells)) }
  static func texts(_ name: String, _ cells: String?...) -> Column { Column(name, .text(Texts(cells.map { $0 ?? "" })), gaps: gaps(cells)) }

  static func category(_ name: String, levels: [String], _ cells: String?...) -> Column {
    Column(name, .category(cells.map { cell in Int32(levels.firstIndex { $0 == cell } ?? -1) }, levels: levels), gaps: gaps(cells))
  }

  static func dates(_ name: String, _ cells: String?...) -> Column {
    Column(name, .date(cells.map { $0.flatMap { Calendar.days(Array($0.utf8)[...]) } ?? 0 }), gaps: gaps(cells))
  }

  static func times(_ name: String, _ cells: String?...) -> Column {
    Column(name, .time(cells.map { $0.flatMap { Calendar.microseconds(Array($0.utf8)[...]) } ?? 0 }), gaps: gaps(cells))
  }

  private static func gaps<Value>(_ cells: [Value?]) -> Gaps { Gaps(cells.map { $0 == nil }) }
}

extension Column {
  /// The cells as a file contains them, `-` for a gap.
  var texts: [String] { (0..<count).map { self[$0] == .gap ? "-" : self[$0].text } }
}

/// Expects a fault of this kind whose message contains a text.
func expectFault(_ id: DiagnosticID, _ part: String, _ body: () throws -> some Any, at location: SourceLocation = #_sourceLocation) {
  do {
    _ = try body()
    Issue.record("no error", sourceLocation: location)
  } catch let fault as Fault {
    #expect(fault.diagnostic.id == id, sourceLocation: location)
    #expect(fault.diagnostic.message.contains(part), "\(fault.diagnostic.message)", sourceLocation: location)
  } catch {
    Issue.record("\(error)", sourceLocation: location)
  }
}
