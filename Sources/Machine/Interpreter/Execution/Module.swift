import Diagnostics
import Glibc

/// Reserves zeroed memory, which the system commits page by page on first use.
func reserveMemory(_ bytes: Int) throws -> UnsafeMutableRawPointer {
  let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
  guard let memory, memory != MAP_FAILED else {
    throw Fault(MachineErrors.tooLarge, "cannot reserve \(bytes >> 20) MB of address space", hint: "raise the limit that `ulimit -v` shows")
  }
  return memory
}

/// Exits the process on failure. For use while a machine is being initialized, when there is nothing to lose yet.
func requireMemory<T>(_ body: () throws -> T) -> T {
  do {
    return try body()
  } catch {
    let text = "loam: cannot reserve 600 MB of address space; raise the limit that `ulimit -v` shows\n"
    write(2, text, text.utf8.count)
    exit(1)
  }
}

/// The globals of a file or the prompt: an array indexed by symbol, with space for all symbols, so that it never moves.
/// Zeroed memory is an undefined value.
final class Module {
  let globals: UnsafeMutablePointer<Value>

  /// Symbols have 24 bits in an instruction.
  private static let byteCount = 16 << 24

  init() throws { globals = try reserveMemory(Module.byteCount).to(Value.self) }

  deinit { munmap(globals, Module.byteCount) }

  subscript(symbol: Symbol) -> Value {
    get { globals[Int(symbol.id)] }
    set { globals[Int(symbol.id)] = newValue }
  }

  /// The slot before a prototype's constants holds its module's globals.
  @inline(__always) static func globals(_ constants: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Value> {
    UnsafeMutablePointer(bitPattern: (constants - 16).to(Value.self).pointee.bits).unsafelyUnwrapped
  }
}
