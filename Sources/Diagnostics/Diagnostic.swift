/// An error: what went wrong, where, and the likely fix. Each front end renders it in its own way.
package struct Diagnostic: Sendable {
  package var id: DiagnosticID
  /// One sentence without a full stop, with the values and types involved.
  package var message: String
  /// The source range to underline; nil for errors without a position in a program.
  package var span: Span?
  /// One line on how to fix it.
  package var hint: String?
  /// Descriptions of parts of the span, such as an operand's shape.
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
    /// An `import` rather than a call.
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

  /// The diagnostic without positions in Loam's own library: an error within the library is reported at the line that
  /// called it, and the library's calls are left out of the trace.
  package var inUserCode: Diagnostic {
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

  /// The diagnostic with each source replaced by another of the same text, such as a lesson's cell by its part of the file.
  package func mappingSources(_ other: (Source) -> Source) -> Diagnostic {
    func moved(_ span: Span) -> Span { Span(other(span.source), span.start, span.end, focus: span.focus) }
    var mapped = self
    mapped.span = span.map(moved)
    mapped.labels = labels.map { Label(moved($0.span), $0.text) }
    mapped.trace = trace.map { Call(function: $0.function, span: $0.span.map(moved), isImport: $0.isImport) }
    return mapped
  }
}

/// A diagnostic thrown as a Swift error.
package struct Fault: Error {
  package var diagnostic: Diagnostic

  package init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }

  package init(_ id: DiagnosticID, _ message: String, at span: Span? = nil, hint: String? = nil) {
    diagnostic = Diagnostic(id, message, at: span, hint: hint)
  }

  /// The fault with `span` as its position, unless it already has one.
  package func placed(at span: Span?) -> Fault {
    guard diagnostic.span == nil else { return self }
    var placed = self
    placed.diagnostic.span = span
    return placed
  }
}
