import Tensors

/// Numbers over the steps of a training, as TensorBoard reads them: a file of records, each an `Event` in the wire format of
/// protocol buffers. https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto,
/// https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
package enum EventFile {
  /// In the first event of a file.
  package static let version = "brain.Event:2"

  /// The first record.
  package static func header(date: Double) -> [UInt8] {
    var event = event(date: date)
    event.put(3, version)
    return record(event.bytes())
  }

  /// One record for each number of a row. `date`: seconds since 1970.
  package static func scalars(_ values: [(name: String, value: Double)], step: Int, date: Double) -> [UInt8] {
    values.flatMap { value in
      var (event, summary, item) = (event(date: date), ProtobufMessage(), ProtobufMessage())
      item.put(1, value.name)
      item.put(2, Float(value.value))
      summary.put(1, item)
      event.put(2, step)
      event.put(5, summary)
      return record(event.bytes())
    }
  }

  private static func event(date: Double) -> ProtobufMessage {
    var event = ProtobufMessage()
    event.put(1, date)
    return event
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
