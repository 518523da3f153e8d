/// Identifies the image for random draws, independently of the order of computation.
package struct SampleID: Equatable, Sendable {
  package let id: UInt32
  package let copy: UInt32
  package let epoch: UInt32

  package init(id: UInt32, copy: UInt32 = 0, epoch: UInt32 = 0) {
    self.id = id
    self.copy = copy
    self.epoch = epoch
  }
}
