/// HTML pages and text in them.
package enum HTML {
  /// A page that needs no other file, runs no scripts and fetches nothing. `language`: of its text; nil if unknown.
  package static func page(title: String, language: String? = nil, style: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html\(language.map { " lang=\"\($0)\"" } ?? "")>
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
    <meta name="generator" content="Loam">
    <title>\(escaped(title))</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  /// As content of an element, or as an attribute in double quotes.
  package static func escaped(_ text: String) -> String {
    var html = ""
    html.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": html += "&amp;"
      case "<": html += "&lt;"
      case ">": html += "&gt;"
      case "\"": html += "&quot;"
      default: html.unicodeScalars.append(scalar)
      }
    }
    return html
  }
}
