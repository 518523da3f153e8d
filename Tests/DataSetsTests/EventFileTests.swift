import DataSets
import Testing

/// Files for TensorBoard. `Tests/Reference/events.py` reads one with TensorBoard itself.
@Suite struct EventFileTests {
  /// RFC 3720, B.4, and the check value of the catalogue of CRC algorithms.
  @Test func checksumsAgreeWithTheStandard() {
    #expect(EventFile.crc32c([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(EventFile.crc32c([UInt8](repeating: 255, count: 32)) == 0x62A8_AB43)
    #expect(EventFile.crc32c(Array("123456789".utf8)) == 0xE306_9283)
  }

  /// The bytes that TensorFlow's own writer makes for this event.
  @Test func aScalarIsARecord() {
    let bytes = EventFile.scalars([("loss", 0.5)], step: 3, date: 1)
    #expect(bytes.count == 12 + 26 + 4)
    #expect(Array(bytes[0..<8]) == [26, 0, 0, 0, 0, 0, 0, 0])
    #expect(
      Array(bytes[12..<38]) == [
        0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 3, 0x2A, 13, 0x0A, 11, 0x0A, 4, 0x6C, 0x6F, 0x73, 0x73, 0x15, 0, 0, 0, 0x3F,
      ])
  }
}
