import Privacy
import Tensors

extension NoiseKey {
  /// The key also depends on the table and the settings: with the same noise, the difference of two models would be that of their
  /// tables.
  package init(secret: String, _ settings: PrivacySettings, _ table: Table) {
    self.init(secret: secret) { hash in
      var writer = ByteWriter()
      settings.write(to: &writer)
      hash.add(writer.bytes)
      for column in table.columns {
        guard let part = try? Table([column]) else { continue }
        var writer = ByteWriter()
        part.write(to: &writer)
        hash.add(writer.bytes)
      }
    }
  }
}
