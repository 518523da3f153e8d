import Diagnostics
import Effects
import Images
import Language
import Library
import Machine
import Tensors

/// Pictures for people: built-ins that need to know what a terminal can show.
package enum Display {
  package static func install(in machine: Machine) { machine.install(pictures) }

  package static let pictures: [Builtin] = [
    Builtin(
      "sheet", "Images side by side as one image",
      [Parameter("x", .data, "a batch or a data set"), Parameter("columns", .int, "images in a row", default: "8")],
      examples: [Example("print(sheet(zeros(3, 4, 4, 1), columns=2).shape)", "(9, 9, 1)")]
    ) { call in call.machine.make(tensor: try Library.batch(call, call[0]).sheet(columns: call.int(1, or: 8, in: 1...4096))) },
    Builtin(
      "show", "Shows images: as pictures on a terminal that can, otherwise in words",
      [Parameter("x", .data, "an image, a batch or a data set"), Parameter("columns", .int, "images in a row", default: "8")],
      examples: [Example("show(zeros(2, 4, 4, 1))", "2 images, f32[2, 4, 4, 1]")], hasEffects: true, whenChecked: .skip
    ) { call in
      let batch = try Library.batch(call, call[0])
      let words = "\(call.machine.plural(batch.count, "image")), \(batch.result.type.description)"
      let columns = try call.int(1, or: 8, in: 1...4096)
      if let pictures = call.effects.pictures {
        call.effects.console.write(words + "\n")
        pictures.show(Picture(try batch.sheet(columns: columns)), title: title(of: call) ?? words)
        return .nothing
      }
      if let terminal = call.effects.console.terminal {
        call.effects.console.write(TerminalPicture(Picture(try batch.sheet(columns: columns)), terminal).text)
      }
      call.effects.console.write(words + "\n")
      return .nothing
    },
  ]

  /// What is shown, in the program's own words: the `x` of `show(x)` and of `x |> show`.
  private static func title(of call: Call) -> String? {
    guard let span = call.span else { return nil }
    let source = Source(name: "", text: span.text)
    guard case .expression(let shown)? = Parser.parse(source).program.statements.first?.kind else { return nil }
    let extent: Extent?
    switch shown.kind {
    case .pipe(let left, _): extent = left.extent
    case .call(_, let arguments): extent = arguments.first?.value.extent
    default: extent = nil
    }
    return extent.map { Span(source, $0.start, $0.end).text }
  }
}

extension Picture {
  /// From values 0 to 1, [height, width, channels]; what lies outside is cut.
  package init(_ tensor: Tensor) {
    self.init(
      height: tensor.shape[0], width: tensor.shape[1], channels: tensor.shape[2], bytes: (0..<tensor.count).map { PNG.byte(tensor[$0]) })
  }
}
