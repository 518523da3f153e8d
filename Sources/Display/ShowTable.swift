import Images
import Library
import Machine

/// Pictures for people: built-ins that need to know what a terminal can show.
package enum Display {
  package static let builtins = pictures + charts

  package static func install(in machine: Machine) { machine.install(builtins) }

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
        call.effects.console.write(chart.shown(on: call.effects.console))
        return .nothing
      }
      let batch = try Library.batch(call, call[0])
      let words = "\(call.machine.plural(batch.count, "image")), \(batch.result.type.description)"
      if let terminal = call.effects.console.terminal {
        let sheet = try batch.sheet(columns: call.int(1, or: 8, in: 1...4096))
        call.effects.console.write(TerminalPicture(sheet, terminal).text)
      }
      call.effects.console.write(words + "\n")
      return .nothing
    },
  ]
}
