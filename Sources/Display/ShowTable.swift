import Diagnostics
import Effects
import Images
import Library
import Machine
import Tensors

/// Pictures for people: built-ins that need to know what a terminal can show.
package enum Display {
  package static let topics = [Topic("Pictures and charts", pictures + charts)]

  package static func install(in machine: Machine) { machine.install(topics) }

  private static let pictures: [Builtin] = [
    Builtin(
      "sheet", "Images side by side as one image",
      [Parameter("x", .data, "a batch or a data set"), Parameter("columns", .int, "images in a row", default: "8")],
      examples: [Example("print(sheet(zeros(3, 4, 4, 1), columns=2).shape)", "(9, 9, 1)")]
    ) { call in call.machine.make(tensor: try Library.batch(call, call[0]).sheet(columns: call.int(1, or: 8, in: 1...4096))) },
    Builtin(
      "show", "Shows images or a chart: as pictures on a terminal that can, otherwise in words",
      [Parameter("x", .data, "an image, a batch, a data set or a chart"), Parameter("columns", .int, "images in a row", default: "8")],
      examples: [Example("show(zeros(2, 4, 4, 1))", "2 images, f32[2, 4, 4, 1]")], hasEffects: true, whenChecked: .skip
    ) { call in
      if let chart = call[0].foreign(as: ChartValue.self) {
        guard let pictures = call.effects.pictures else {
          call.effects.console.write(chart.shown(on: call.effects.console))
          return .nothing
        }
        call.effects.console.write(chart.text + "\n")
        pictures.show(chart.picture, title: ShownTitle.of(call) ?? chart.text) { ChartBraille(chart.chart, $0).text }
        return .nothing
      }
      let batch = try Library.batch(call, call[0])
      let words = "\(counted(batch.count, "image")), \(batch.result.type.description)"
      let columns = try call.int(1, or: 8, in: 1...4096)
      if let pictures = call.effects.pictures {
        let pixels = Pixels(try batch.sheet(columns: columns))
        call.effects.console.write(words + "\n")
        pictures.show(.pixels(pixels), title: ShownTitle.of(call) ?? words) { TerminalPicture(pixels, $0).text }
        return .nothing
      }
      if let terminal = call.effects.console.terminal, terminal.showsColours || terminal.graphics != .characters {
        call.effects.console.write(TerminalPicture(Pixels(try batch.sheet(columns: columns)), terminal).text)
      }
      call.effects.console.write(words + "\n")
      return .nothing
    },
  ]

  /// The picture that a value is, where it is one.
  package static func picture(of value: Value) -> Picture? { value.foreign(as: ChartValue.self)?.picture }
}

extension Pixels {
  /// From values 0 to 1, [height, width, channels]; what lies outside is cut.
  package init(_ tensor: Tensor) {
    self.init(
      height: tensor.shape[0], width: tensor.shape[1], channels: tensor.shape[2], bytes: (0..<tensor.count).map { PNG.byte(tensor[$0]) })
  }
}
