import CMalloc

/// How the C library keeps memory that was freed.
enum ProcessMemory {
  /// Keeps freed memory for the next picture. By default, glibc returns the top of the heap to the system as soon as 128 KiB of
  /// it are free, and gives each larger block pages of its own; a run over pictures then spends a tenth of its time on page
  /// faults. The limits are those of mallopt(3); 32 MiB is the largest that it takes for a single block.
  static func keepFreed() {
    _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
    _ = mallopt(M_TRIM_THRESHOLD, 256 << 20)
  }
}
