import CInterrupt
import Diagnostics

/// All that a running program can do to the world, given to a session and never global: a test
/// passes its own, a checker passes none.
package struct Effects {
  package var console: any Console
  package var files: any FileAccess
  package var clock: any Clock
  package var cancellation: Cancellation
  package var progress: any ProgressSink
  /// Takes pictures as they are; nil where only text can be shown.
  package var pictures: (any PictureSink)?
  /// Nil where everything is computed anew.
  package var cache: (any Cache)?

  package init(
    console: any Console, files: any FileAccess, clock: any Clock, cancellation: Cancellation,
    progress: any ProgressSink, pictures: (any PictureSink)? = nil, cache: (any Cache)? = nil
  ) {
    self.console = console
    self.files = files
    self.clock = clock
    self.cancellation = cancellation
    self.progress = progress
    self.pictures = pictures
    self.cache = cache
  }
}

/// Where printed text goes, and what the place can show.
package protocol Console: AnyObject {
  func write(_ text: String)
  func writeError(_ text: String)
  /// Sends on what was collected.
  func flush()
  /// A terminal; nil where output goes to a file or a pipe.
  var terminal: Terminal? { get }
  /// Why nothing more can be written: the disk is full. Whoever writes asks, so that a program does not run on unheard.
  var failure: Fault? { get }
}

extension Console {
  package var failure: Fault? { nil }
}

package struct Terminal: Sendable {
  package let columns: Int
  package let trueColour: Bool
  /// False where the user wants words without colours. https://no-color.org
  package let showsColours: Bool

  /// How pictures are shown.
  package enum Graphics: Sendable, Equatable {
    /// As half blocks in colours.
    case characters
    /// As pixels, by the protocols of these terminals.
    case kitty, iTerm
  }
  package let graphics: Graphics
  /// Whether lines are broken anew where the width changes.
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
  /// Seconds since a fixed moment, never going back.
  var seconds: Double { get }
}

/// One line of news from long work: shown live on a terminal, as plain lines elsewhere.
package protocol ProgressSink: AnyObject {
  func update(_ line: @autoclosure () -> String)
  /// A line that stays: the end of an epoch, the end of the work.
  func settle(_ line: String)
  /// Which lines of a long training stay.
  var staying: StayingLines { get }
}

extension ProgressSink {
  package var staying: StayingLines { .each }
}

package enum StayingLines: Equatable, Sendable {
  /// The end of each epoch.
  case each
  /// The end of the training: a live line has told the rest.
  case last
  /// One in so many seconds, and the end of a training that takes a second or more: for a log.
  case seldom(seconds: Double)
}

/// A request to stop, counted: once asks long work to finish early and keep what it has, twice
/// asks the statement to give up. The flag is written by a signal handler, so it is plain memory.
package struct Cancellation: @unchecked Sendable {
  package let flag: UnsafeMutablePointer<Int32>
  /// Set where half-done work is of no use, since its result would be kept as if it were whole: then
  /// the first request is for all that runs.
  package let refusesHalves: Bool

  package init(flag: UnsafeMutablePointer<Int32>, refusesHalves: Bool = false) {
    self.flag = flag
    self.refusesHalves = refusesHalves
  }

  /// Counts the process's interrupts, and no longer ends it at the first.
  package static func onInterrupt() -> Cancellation {
    loam_interrupt_install()
    return Cancellation(flag: loam_interrupt_flag())
  }

  /// A request that nobody can make: for tests and checkers.
  package static func never() -> Cancellation {
    let flag = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    flag.initialize(to: 0)
    return Cancellation(flag: flag)
  }

  package var requests: Int { Int(flag.pointee) }
  package var isRequested: Bool { flag.pointee != 0 }
  /// For work that may take long: throws where somebody asked to stop.
  package func check() throws { if isRequested { throw Fault(EffectErrors.interrupted, "interrupted") } }
  package func clear() { flag.pointee = 0 }
}
