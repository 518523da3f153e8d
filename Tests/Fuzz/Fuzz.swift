import Diagnostics
import Effects
import Foundation
import Language
import Machine
import Session

// What libFuzzer drives (Scripts/fuzz): any bytes through the lexer, the parser, the formatter, the
// checker and the machine. Whatever traps, hangs, leaks, or breaks a promise of the formatter ends it.

private final class Nowhere: Console, ProgressSink, FileAccess, Clock {
  var terminal: Terminal? { nil }
  func write(_ text: String) {}
  func writeError(_ text: String) {}
  func flush() {}
  func update(_ line: @autoclosure () -> String) {}
  func writeLine(_ line: String) {}
  func read(_ path: String) throws -> [UInt8] { throw Fault(FileErrors.missing, "there are no files here") }
  func write(_ bytes: [UInt8], to path: String) throws { throw Fault(FileErrors.unwritable, "there are no files here") }
  func makeFolder(_ path: String) throws { throw Fault(FileErrors.unwritable, "there are no files here") }
  func list(_ folder: String) throws -> [String] { throw Fault(FileErrors.missing, "there are no files here") }
  func exists(_ path: String) -> Bool { false }
  func isFolder(_ path: String) -> Bool { false }
  var seconds: Double { 0 }
}

/// Interrupts what runs too long, as a person's Ctrl-C would.
private final class Watchdog: @unchecked Sendable {
  let cancellation = Cancellation.never()
  private let lock = NSLock()
  private var deadline: Date?

  init() {
    Thread.detachNewThread { [self] in
      while true {
        usleep(2_000)
        lock.lock()
        if let deadline, deadline < Date() { cancellation.flag.pointee = 2 }
        lock.unlock()
      }
    }
  }

  func watching(_ seconds: Double, _ body: () -> Void) {
    set(Date().addingTimeInterval(seconds))
    body()
    set(nil)
    cancellation.clear()
  }

  private func set(_ date: Date?) {
    lock.lock()
    deadline = date
    lock.unlock()
  }
}

private let watchdog = Watchdog()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  autoreleased {
    let text = String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    let source = Source(name: "fuzz", text: text)
    let parsed = Parser.parse(source)
    for diagnostic in parsed.diagnostics { _ = Report(diagnostic).text }
    guard parsed.diagnostics.isEmpty else { return }
    guard let formatted = Formatter.format(source) else { fatalError("the layout changes the meaning:\n\(text)") }
    guard Formatter.format(Source(name: "fuzz", text: formatted)) == formatted else { fatalError("the layout is not settled:\n\(text)") }
    // What grows data or trains takes too long to be tried a million times; its parts are tested elsewhere.
    let slow = ["train", "clothes", "digits", "vae", "gan"]
    guard !slow.contains(where: { text.contains($0) }) else { return }
    let nowhere = Nowhere()
    let effects = Effects(console: nowhere, files: nowhere, clock: nowhere, cancellation: watchdog.cancellation, progress: nowhere)
    watchdog.watching(0.3) { _ = Session.forChecking(effects).check(text, named: "fuzz") }
    watchdog.watching(0.3) {
      let session = Session(effects: effects, threads: 1, collectsAlways: text.utf8.count % 2 == 0, heapBudget: 8 << 20)
      // Gigabytes take their time; that is no mistake.
      session.machine.engine.maxTensorBytes = 16 << 20
      _ = session.run(text, named: "fuzz")
    }
  }
  return 0
}

private func autoreleased(_ body: () -> Void) { body() }
