import CInterrupt
import Diagnostics

/// All side effects available to a running program. They are passed to a session and never global: a test passes its
/// own, a checker passes none.
package struct Effects {
  package var console: any Console
  package var files: any FileAccess
  package var clock: any Clock
  package var cancellation: Cancellation
  package var progress: any ProgressSink
  /// Receives pictures; nil if only text can be shown.
  package var pictures: (any PictureSink)?
  /// Nil if nothing is cached.
  package var cache: (any Cache)?
  /// Nil if there is none, as for a checker.
  package var entropy: (any Entropy)?

  package init(
    console: any Console, files: any FileAccess, clock: any Clock, cancellation: Cancellation,
    progress: any ProgressSink, pictures: (any PictureSink)? = nil, cache: (any Cache)? = nil, entropy: (any Entropy)? = nil
  ) {
    self.console = console
    self.files = files
    self.clock = clock
    self.cancellation = cancellation
    self.progress = progress
    self.pictures = pictures
    self.cache = cache
    self.entropy = entropy
  }
}

/// The destination of printed text, and its capabilities.
package protocol Console: AnyObject {
  func write(_ text: String)
  func writeError(_ text: String)
  /// Writes the buffered text.
  func flush()
  /// Nil if the output is a file or a pipe.
  var terminal: Terminal? { get }
  /// Why nothing more can be written, for example because the disk is full. Checked after writing, so that a program
  /// does not continue without its output.
  var failure: Fault? { get }
}

extension Console {
  package var failure: Fault? { nil }
}

package struct Terminal: Sendable {
  package let columns: Int
  package let trueColour: Bool
  /// False if the user disabled colours. https://no-color.org
  package let showsColours: Bool

  /// How pictures are shown.
  package enum Graphics: Sendable, Equatable {
    /// Half blocks in colours.
    case characters
    /// Pixels, with the protocols of these terminals.
    case kitty, iTerm
  }
  package let graphics: Graphics
  /// Whether lines are wrapped again when the width changes.
  package let reflows: Bool

  package init(columns: Int, trueColour: Bool, showsColours: Bool = true, graphics: Graphics = .characters, reflows: Bool = true) {
    self.reflows = reflows
    self.graphics = graphics
    self.columns = columns
    self.trueColour = trueColour
    self.showsColours = showsColours
  }
}

package protocol Clock: AnyObject {
  /// Seconds since a fixed moment; monotonic.
  var seconds: Double { get }
  /// Seconds since 1970.
  var date: Double { get }
}

extension Clock {
  package var date: Double { seconds }
}

/// Progress of long work, one line at a time: shown live on a terminal, as permanent lines elsewhere.
package protocol ProgressSink: AnyObject {
  func update(_ line: @autoclosure () -> String)
  /// Erases the live line.
  func clear()
  /// A permanent line: the end of an epoch, the end of the work.
  func writeLine(_ line: String)
  /// Which lines of a long training are permanent.
  var permanentLines: PermanentLines { get }
}

extension ProgressSink {
  package var permanentLines: PermanentLines { .each }
  package func clear() {}
}

package enum PermanentLines: Equatable, Sendable {
  /// The end of each epoch.
  case each
  /// The end of the training; a live line has shown the rest.
  case last
  /// At most one line per interval, and the end of a training that takes a second or more: for a log.
  case every(seconds: Double)
}

/// A count of requests to stop: one asks long work to finish early and keep its result, two ask the statement to stop.
/// The flag is plain memory because a signal handler writes it.
package struct Cancellation: @unchecked Sendable {
  package let flag: UnsafeMutablePointer<Int32>
  /// Whether partial work is useless, since its result would be recorded as if it were complete: then the first request
  /// stops the statement.
  package let discardsPartialWork: Bool

  package init(flag: UnsafeMutablePointer<Int32>, discardsPartialWork: Bool = false) {
    self.flag = flag
    self.discardsPartialWork = discardsPartialWork
  }

  /// Counts the process's interrupts, and no longer ends it at the first.
  package static func onInterrupt() -> Cancellation {
    loam_interrupt_install()
    return Cancellation(flag: loam_interrupt_flag())
  }

  /// Never requested: for tests and checkers.
  package static func never() -> Cancellation {
    let flag = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    flag.initialize(to: 0)
    return Cancellation(flag: flag)
  }

  package var requests: Int { Int(flag.pointee) }
  package var isRequested: Bool { flag.pointee != 0 }
  /// For long work: throws if a stop was requested.
  package func check() throws { if isRequested { throw Fault(EffectErrors.interrupted, "interrupted") } }
  package func clear() { flag.pointee = 0 }
  /// Ends a first request, which was met by stopping early. A second one stops the statement, and so does the first where partial work is
  /// discarded.
  package func clearFirst() { if requests == 1, !discardsPartialWork { clear() } }
}
