import Images

/// Pictures that can be read in any order, on any thread.
package protocol RandomAccessSource: PictureSource {
  /// Throws for a picture that is not readable.
  func header(_ index: Int) throws -> PictureHeader
  func sample(_ index: Int) throws -> SourceSample
  /// The labels of all pictures; nil if there are none.
  var target: Labels? { get }
}
