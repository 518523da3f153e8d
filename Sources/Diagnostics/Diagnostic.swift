/// What went wrong, where, and the likely fix: a value that a face renders as it likes.
package struct Diagnostic: Sendable {
  package var id: DiagnosticID
  /// One sentence, without a full stop, that names the things involved.
  package var message: String
  /// The place the mark points at; unknown for faults raised away from any program text.
  package var span: Span?
  /// One line: what to do about it.
  package var hint: String?
  /// What the things at the place are, each with its own place within it: an operand and its shape.
  package var labels: [Label] = []
  /// The calls that led here, innermost first.
  package var trace: [Call] = []

  package struct Label: Sendable {
    package let span: Span
    package let text: String

    package init(_ span: Span, _ text: String) {
      self.span = span
      self.text = text
    }
  }

  package struct Call: Sendable {
    package let function: String
    package let span: Span?
    /// Whether an `import` led here rather than a call.
    package let isImport: Bool

    package init(function: String, span: Span?, isImport: Bool = false) {
      self.function = function
      self.span = span
      self.isImport = isImport
    }
  }

  package init(_ id: DiagnosticID, _ message: String, at span: Span? = nil, hint: String? = nil) {
    self.id = id
    self.message = message
    self.span = span
    self.hint = hint
  }

  /// A fault within the library is the mistake of the line that called it: the same diagnostic,
  /// pointing there. Calls from within the library are left out.
  package var inTheProgram: Diagnostic {
    func isProgram(_ span: Span?) -> Bool { span.map { !$0.source.isLibrary } ?? false }
    var moved = self
    if let span, span.source.isLibrary {
      guard let call = trace.firstIndex(where: { isProgram($0.span) }) else { return self }
      moved.span = trace[call].span
      moved.trace = Array(trace.dropFirst(call + 1))
    }
    moved.trace.removeAll { $0.span?.source.isLibrary == true }
    return moved
  }

  /// The same diagnostic, told of other sources with the same texts: a cell by its file's lines.
  package func telling(_ other: (Source) -> Source) -> Diagnostic {
    func moved(_ span: Span) -> Span { Span(other(span.source), span.start, span.end, focus: span.focus) }
    var told = self
    told.span = span.map(moved)
    told.labels = labels.map { Label(moved($0.span), $0.text) }
    told.trace = trace.map { Call(function: $0.function, span: $0.span.map(moved), isImport: $0.isImport) }
    return told
  }
}

/// A diagnostic on its way up to whoever can show or catch it.
package struct Fault: Error {
  package var diagnostic: Diagnostic

  package init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }

  package init(_ id: DiagnosticID, _ message: String, at span: Span? = nil, hint: String? = nil) {
    diagnostic = Diagnostic(id, message, at: span, hint: hint)
  }

  /// The same fault, placed at `span` if it had no place yet.
  package func placed(at span: Span?) -> Fault {
    guard diagnostic.span == nil else { return self }
    var placed = self
    placed.diagnostic.span = span
    return placed
  }
}
