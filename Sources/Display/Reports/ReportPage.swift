import Images

/// A report as one HTML page that needs no other file, runs no scripts and fetches nothing.
struct ReportPage {
  private let report: Report

  init(_ report: Report) { self.report = report }

  func html() throws -> String {
    let body = """
      <h1>Report</h1>
      <p class="subject"><code>\(HTML.escaped(report.subject))</code></p>
      \(table)
      \(try figures())
      \(samples)
      <h2>How it was computed</h2>
      <ul>
      \(report.notes.map { "<li>\(HTML.escaped($0))</li>" }.joined(separator: "\n"))
      <li>The seed was \(report.seed). The same program with the same seed gives the same numbers.</li>
      </ul>

      """
    return HTML.page(title: "Report of \(report.subject)", language: "en", style: ReportStyle.text, body: body)
  }

  private var table: String {
    let rows = report.measures.map { measure in
      """
      <tr><th scope="row">\(HTML.escaped(measure.title))<span>\(HTML.escaped(measure.meaning))</span></th><td class="value">\(HTML.escaped(measure.shown))</td>\
      <td>\(HTML.escaped(measure.range))</td><td>\(HTML.escaped(measure.comparison))</td><td>\(HTML.escaped(measure.best))</td></tr>
      """
    }
    return """
      <div class="wide"><table>
      <thead><tr><th scope="col">measure</th><th scope="col">value</th><th scope="col">95 % interval</th><th scope="col">for comparison</th>\
      <th scope="col">best</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }

  private func figures() throws -> String {
    var (html, section) = ("", "")
    for pictures in report.pictures {
      if pictures.section != section { html += "<h2>\(HTML.escaped(pictures.section))</h2>\n" }
      section = pictures.section
      html += try figure(pictures) + "\n"
    }
    return html
  }

  /// A single row of pictures has its title on the left.
  private func figure(_ pictures: Report.Pictures) throws -> String {
    let batch = try ImageBatch(pictures.images)
    let columns = min(pictures.columns, max(1, batch.count))
    // A row that is not full has the scale of a full one.
    let rows = (batch.count + columns - 1) / columns
    let scale = ViewingScale.fitting(
      imageHeight: batch.height, sheetHeight: rows * (batch.height + 1), sheetWidth: pictures.columns * (batch.width + 1) - 1)
    let sheet = try batch.sheet(columns: columns, scale: scale)
    return """
      <figure\(batch.count <= columns ? " class=\"line\"" : "")>
      <figcaption>\(HTML.escaped(pictures.title))</figcaption>
      <img src="data:image/png;base64,\(Base64.text(try PNG.encode(sheet)))" alt="\(HTML.escaped(pictures.words))" width="\(sheet.shape[1])">
      </figure>
      """
  }

  /// Samples that are rows of a table.
  private var samples: String {
    guard report.rows.count > 1 else { return "" }
    func cells(_ row: [String], _ tag: String) -> String { "<tr>" + row.map { "<\(tag)>\(HTML.escaped($0))</td>" }.joined() + "</tr>" }
    return """
      <h2>Samples</h2>
      <div class="wide"><table>
      <thead>\(cells(report.rows[0], "th scope=\"col\"").replacing("</td>", with: "</th>"))</thead>
      <tbody>
      \(report.rows.dropFirst().map { cells($0, "td") }.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }
}
