/// An argument that every blueprint takes by name, beside its own parameters.
package struct ModelArgument {
  package let name: String
  package let meaning: String

  package static let all: [ModelArgument] = [
    ModelArgument(name: "shape", meaning: "of one example, such as (28, 28, 1): the model is built at once, not at the data"),
    ModelArgument(name: "key", meaning: "a whole number: another one gives other weights and another training"),
  ]
}
