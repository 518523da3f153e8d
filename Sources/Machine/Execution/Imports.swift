import Diagnostics
import Language

/// The files that a program has imported: each is read once, and is a module of its own.
struct Imports {
  /// A module's globals, and the record of its names.
  typealias Entry = (module: Module, value: Value)

  /// By path.
  var done: [String: Entry] = [:]
  /// Paths whose statements are running now, outermost first.
  var running: [String] = []
}

extension Machine {
  /// `import "metrics.loam"`: its value is a record of the names that the file binds, without those
  /// that begin with `_`.
  func runImport(_ frame: Activation) -> Bool {
    attempting(frame) {
      let path = frame.wideConstant.pointee.string
      let importer = frame.prototype.source.name
      frame.a.pointee = try imported(Machine.resolve(path, from: importer), as: path)
    }
  }

  /// A path as the importing file means it: relative to that file's folder.
  static func resolve(_ path: String, from importer: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    let folder = importer.split(separator: "/", omittingEmptySubsequences: false).dropLast().map(String.init)
    var parts: [String] = []
    for part in folder + path.split(separator: "/").map(String.init) where part != "." {
      if part == "..", let last = parts.last, last != "..", !last.isEmpty { parts.removeLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  private func imported(_ path: String, as written: String) throws -> Value {
    if let known = imports.done[path] { return known.value }
    if let start = imports.running.firstIndex(of: path) {
      let chain = (imports.running[start...] + [path]).map { "`\($0)`" }.joined(separator: " imports ")
      throw Fault(
        MachineErrors.importCycle, "these files import each other: \(chain)",
        hint: "move what both need to a third file, and import that from both")
    }
    let bytes = try effects.files.read(path)
    let source = Source(name: path, text: String(decoding: bytes, as: UTF8.self))
    let parsed = Parser.parse(source)
    if let first = parsed.diagnostics.first { throw Fault(first) }
    let module = try Module()
    imports.running.append(path)
    modules.append(module)
    let (outerStream, outerRescue) = (stream, rescue)
    defer {
      imports.running.removeLast()
      stream = outerStream
      rescue = outerRescue
    }
    for (statement, fingerprint) in zip(parsed.program.statements, parsed.fingerprints) {
      beginStatement(fingerprint)
      _ = try run(statement, of: source, in: module)
    }
    let names = boundNames(in: module).filter { !$0.hasPrefix("_") }
    for name in names { share(module[symbols.intern(name)]) }
    let value = make(record: names.map { (name: $0, value: module[symbols.intern($0)]) })
    share(value)
    imports.done[path] = (module, value)
    return value
  }
}
