import Tensors

/// Numbers over the steps of a training, as TensorBoard reads them: a file of records, each an `Event` in the wire format of
/// protocol buffers. https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto,
/// https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
package enum EventFile {
  /// The first record.
  package static func header(date: Double) -> [UInt8] { record(event(date: date) { $0.text(3, "brain.Event:2") }) }

  /// One record for each number of a row. `date`: seconds since 1970.
  package static func scalars(_ values: [(name: String, value: Double)], step: Int, date: Double) -> [UInt8] {
    values.flatMap { value in
      record(
        event(date: date) { event in
          event.number(2, UInt64(bitPattern: Int64(step)))
          event.message(5) { summary in
            summary.message(1) { item in
              item.text(1, value.name)
              item.float(2, Float(value.value))
            }
          }
        })
    }
  }

  private static func event(date: Double, _ fill: (inout WireMessage) -> Void) -> [UInt8] {
    var message = WireMessage()
    message.double(1, date)
    fill(&message)
    return message.bytes
  }

  /// The length, its checksum, the data, and its checksum.
  private static func record(_ data: [UInt8]) -> [UInt8] {
    let length = bytes(UInt64(data.count))
    return length + bytes(masked(length)) + data + bytes(masked(data))
  }

  private static func bytes<T: FixedWidthInteger>(_ number: T) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }

  /// Checksums are masked, since a checksum of data that contains checksums is weak.
  private static func masked(_ data: [UInt8]) -> UInt32 {
    let sum = crc32c(data)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }

  /// The cyclic redundancy check of G. Castagnoli and others, IEEE Transactions on Communications 41, 1993; RFC 3720, B.4.
  package static func crc32c(_ data: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in data {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
    return ~sum
  }
}

/// A message in the wire format of protocol buffers. https://protobuf.dev/programming-guides/encoding
private struct WireMessage {
  private(set) var bytes: [UInt8] = []

  private mutating func varint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func tag(_ field: Int, _ type: Int) { varint(UInt64(field << 3 | type)) }

  mutating func number(_ field: Int, _ value: UInt64) {
    tag(field, 0)
    varint(value)
  }

  mutating func double(_ field: Int, _ value: Double) {
    tag(field, 1)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func float(_ field: Int, _ value: Float) {
    tag(field, 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func text(_ field: Int, _ value: String) {
    tag(field, 2)
    varint(UInt64(value.utf8.count))
    bytes += value.utf8
  }

  mutating func message(_ field: Int, _ fill: (inout WireMessage) -> Void) {
    var inner = WireMessage()
    fill(&inner)
    tag(field, 2)
    varint(UInt64(inner.bytes.count))
    bytes += inner.bytes
  }
}
