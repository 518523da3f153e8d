import Diagnostics
import Effects
import Language

/// The files that a program has imported. Each is read once and is a module of its own.
struct Imports {
  /// A module's globals, and the record of its names.
  typealias Entry = (module: Module, value: Value)

  /// A file: its name in reports, and its absolute path without symbolic links, which identifies it.
  struct File {
    let name: String
    let realPath: String
  }

  /// By real path.
  var done: [String: Entry] = [:]
  /// Files whose statements are running, outermost first.
  var running: [File] = []
}

extension Machine {
  /// `import "metrics.loam"`: the result is a record of the file's variables, without those whose names begin with `_`.
  func runImport(_ frame: Activation) -> Bool {
    attempting(frame) {
      let written = frame.wideConstant.pointee.string
      do {
        frame.a.pointee = try imported(file(written, from: frame.prototype.source.name))
      } catch var fault as Fault where fault.diagnostic.span != nil {
        // The fault is in the imported file.
        fault.diagnostic.trace.append(Diagnostic.Call(function: written, span: frame.span, isImport: true))
        throw fault
      }
    }
  }

  /// Resolves the path of an import relative to the folder of the importing file, with symbolic links to it resolved.
  private func file(_ written: String, from importer: String) throws -> Imports.File {
    let files = effects.files
    let root = (try? files.realPath(".")) ?? "/"
    // Statements at the prompt are not in a file.
    let importerPath = files.exists(importer) ? try? files.realPath(importer) : nil
    let folder = importerPath.map(Paths.folder) ?? root
    let isWhole = written.hasPrefix("/") || importer.hasPrefix("/")
    let path = Paths.joined(isWhole ? folder : Paths.relative(folder, to: root), written)
    do {
      let real = try files.realPath(path)
      let name = isWhole ? real : Paths.relative(real, to: root)
      // `realPath` may succeed for a missing file; reading it throws the right error.
      if !files.exists(name) { _ = try files.read(name) }
      return Imports.File(name: name, realPath: real)
    } catch var fault as Fault where fault.diagnostic.id == FileErrors.missing {
      fault.diagnostic.message = "no such file: `\(path)`"
      if let near = neighbour(of: path, written) {
        fault.diagnostic.hint = "did you mean `import \"\(near)\"`?"
      } else if importerPath != nil {
        fault.diagnostic.hint = "write the path relative to the importing file, `\(importer)`"
      }
      throw fault
    }
  }

  /// A similarly named file in the folder of a missing one, as a path to import.
  private func neighbour(of path: String, _ written: String) -> String? {
    guard let name = path.split(separator: "/").last.map(String.init) else { return nil }
    let folder = path.dropLast(name.count)
    let names = ((try? effects.files.list(folder.isEmpty ? "." : String(folder))) ?? []).filter { !$0.hasSuffix("/") }
    let near = names.contains(name + ".loam") ? name + ".loam" : Suggestion.nearest(to: name, among: names)
    return near.map { written.dropLast(name.count) + $0 }
  }

  private func imported(_ file: Imports.File) throws -> Value {
    if let known = imports.done[file.realPath] { return known.value }
    if let start = imports.running.firstIndex(where: { $0.realPath == file.realPath }) {
      let chain = (imports.running[start...] + [file]).map { "`\($0.name)`" }.joined(separator: " imports ")
      throw Fault(
        MachineErrors.importCycle, "these files import each other: \(chain)",
        hint: "move what both need to a third file, and import that from both")
    }
    let bytes = try effects.files.read(file.name)
    let source = Source(name: file.name, text: String(decoding: bytes, as: UTF8.self))
    let parsed = Parser.parse(source)
    if let first = parsed.diagnostics.first { throw Fault(first) }
    let module = try Module()
    imports.running.append(file)
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
    imports.done[file.realPath] = (module, value)
    return value
  }
}
