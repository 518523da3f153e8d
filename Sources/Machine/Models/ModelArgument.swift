/// A named argument that every model takes in addition to its own parameters.
package struct ModelArgument {
  package let name: String
  package let meaning: String

  /// The fields that every model has in addition to its own.
  package static let fields = ["shape", "class_names"]

  package static let all: [ModelArgument] = [
    ModelArgument(name: "shape", meaning: "the shape of one example, such as (28, 28, 1): builds the model at once instead of on first use"),
    ModelArgument(
      name: "class_names", meaning: "the names of the classes that labels count, as a list; a training takes them from its data"),
    ModelArgument(name: "key", meaning: "an integer; another key gives other initial weights and another training"),
  ]
}
