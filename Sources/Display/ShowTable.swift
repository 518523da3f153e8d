import Diagnostics
import Effects
import Images
import Library
import Machine
import Tensors

/// The built-ins for pictures, which depend on what the terminal supports.
package enum Display {
  package static let topics = [Topic("Pictures and charts", pictures + charts + tableCharts + reports + tableReports)]

  package static func install(in machine: Machine) { machine.install(topics) }

  private static let images = Parameter("x", .data, "a batch or a data set")
  private static let shown = Parameter("x", .data, "an image, a batch, a data set or a chart")
  private static let columns = Parameter(
    "columns", optional: Kind(.int, in: 1...4096), "images per row; by default eight, or fewer if they are wider than a page", shown: "up to 8")
  private static let scale = Parameter(
    "scale", optional: Kind(.int, in: 1...64), "the side of the square for each pixel; by default small images are enlarged", shown: "by size")

  private static let pictures: [Builtin] = [
    Builtin(
      "sheet", "Images side by side as one image, with their masks, boxes and keypoints", [images, columns, scale],
      examples: [
        Example("print(sheet(zeros(3, 4, 4, 1), columns=2, scale=1).shape)", "(9, 9, 1)"), Example("print(sheet(clothes()[0:16]).shape)", "(171, 693, 1)"),
      ]
    ) { call in
      let batch = try Library.batch(call, call[images])
      let columns = try call[columns] ?? batch.defaultColumns
      let shown = ShownImages(batch: batch, columns: columns, annotations: try annotations(call, call[images]))
      return call.machine.make(tensor: try shown.sheet(scale: call[scale] ?? batch.viewingScale(columns: columns)))
    },
    Builtin(
      "show", "Shows images, with their masks, boxes and keypoints, or a chart: as pictures where the terminal supports them, otherwise as a description",
      [shown, columns],
      examples: [Example("show(zeros(2, 4, 4, 1))", "2 images, f32[2, 4, 4, 1]")], hasEffects: true, whenChecked: .skip
    ) { call in
      let value = try call[shown]
      if let chart = value.foreign(as: ChartValue.self) {
        guard let pictures = call.effects.pictures else {
          call.effects.console.write(chart.shown(on: call.effects.console))
          return .nothing
        }
        call.effects.console.write(chart.text + "\n")
        pictures.show(chart.picture, title: ShownTitle.of(call) ?? chart.text) { ChartBraille(chart.chart, $0).text }
        return .nothing
      }
      let batch = try Library.batch(call, value)
      let words = "\(counted(batch.count, "image")), \(batch.result.type.description)"
      let shown = ShownImages(batch: batch, columns: try call[columns] ?? batch.defaultColumns, annotations: try annotations(call, value))
      if let pictures = call.effects.pictures {
        let onPage = try shown.onPage()
        call.effects.console.write(words + "\n")
        // Called only if the lesson runs on a terminal; does not fail, since `onPage` succeeded.
        pictures.show(.pixels(onPage), title: ShownTitle.of(call) ?? words) { (try? shown.text(on: $0)) ?? "" }
        return .nothing
      }
      if let terminal = call.effects.console.terminal, terminal.showsColours || terminal.graphics != .characters {
        call.effects.console.write(try shown.text(on: terminal))
      }
      call.effects.console.write(words + "\n")
      return .nothing
    },
  ]

  private static func annotations(_ call: Call, _ value: Value) throws -> AnnotationDrawing? {
    try ImageAnnotations.all(call, value).map { AnnotationDrawing(images: $0) }
  }

  /// The picture of a value; nil if it is not a chart.
  package static func picture(of value: Value) -> Picture? { value.foreign(as: ChartValue.self)?.picture }
}
