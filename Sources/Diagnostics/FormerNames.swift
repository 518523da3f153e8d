/// Names that earlier versions had, with the present ones: an error for the old name suggests the new one.
package enum FormerNames {
  package static let functions = [
    "view": "reshape", "variance": "var", "close": "is_close", "character": "chr", "code": "ord", "reversed": "reverse", "concat_lists": "concat",
  ]

  /// Of parameters, by their old name; which one is meant depends on the function.
  package static let parameters = ["keep": ["keepdims", "originals", "momentum", "decay"], "decay": ["weight_decay"]]
}

extension Suggestion {
  /// The likely fix for a parameter that a function does not have; nil if there is none.
  package static func hint(forParameter name: String, among parameters: [String]) -> String? {
    if let successor = FormerNames.parameters[name]?.first(where: parameters.contains) { return "it is called `\(successor)` now" }
    return hint(for: name, among: parameters)
  }
}
