import Diagnostics
import Images
import Machine

// Recipes of recipes.
extension Library {
  private static let choices = Parameter("recipes", .list, "the recipes to choose from")
  private static let count = Parameter("count", .countDistribution, "how many of them; a range draws for each image")
  private static let recipe = Parameter("recipe", optional: .any, "the recipe", shown: "required")
  private static let chance = Parameter("chance", .number, "the probability that an image is changed", default: 0.5, in: 0...1)
  private static let size = Parameter("count", .int, "how many operations in a row", default: 2, in: 1...16)
  private static let strength = Parameter("strength", .distribution, "how strong they are, from 0 to 1", default: .constant(0.3))
  private static let widest = Parameter("strength", .distribution, "how strong it is, from 0 to 1", default: .uniform(0, 1))

  static let policies: [Builtin] = [
    policy(
      "one_of", "Applies one of several recipes, chosen for each image", [choices],
      examples: [Example("print(one_of((rotate(-15..15), flip())))", "one_of((rotate(-15..15), flip()))")]
    ) { SomeOf(.constant(1), of: try recipes($0)) },
    policy(
      "some_of", "Applies some of several recipes, chosen and ordered for each image", [count, choices],
      examples: [Example("print(some_of(2, (rotate(-15..15), flip(), noise(0.1))))", "some_of(2, (rotate(-15..15), flip(), noise(0.1)))")]
    ) { call in
      let (count, recipes) = (try call[count], try recipes(call))
      return SomeOf(count, of: recipes)
    },
    Builtin(
      "sometimes", "Applies a recipe with a probability", [subject, recipe, chance],
      examples: [Example("print(sometimes(rotate(-15..15) |> noise(0.1), chance=0.3))", "sometimes(rotate(-15..15) |> noise(0.1), chance=0.3)")],
      recognizesSubject: isSubject
    ) { call in
      // A single recipe is what is applied, not what it is added to.
      let isAlone = !call.has(recipe)
      guard !isAlone || call.has(subject) else { throw call.refuse("`sometimes` needs a recipe", hint: "as in `sometimes(flip())`") }
      let given = isAlone ? call.value(subject) : call.value(recipe)
      let inner = try plain(given, call, recipe)
      let text = "sometimes(\(inner.text)\(call.has(chance) ? ", chance=\(try call[chance].literal)" : ""))"
      return try apply(Sometimes(inner, chance: try call[chance]), to: isAlone ? nil : try call[subject], call, text: text)
    },
    policy(
      "rand_augment", "Applies random operations of equal strength in a row", [size, strength],
      examples: [Example("print(rand_augment(2, 0.3))", "rand_augment(2, 0.3)")],
      references: ["E. Cubuk and others, RandAugment, arXiv:1909.13719"]
    ) { RandomOperations(count: try $0[size], strength: try $0[strength]) },
    policy(
      "trivial_augment", "Applies one random operation of a random strength", [widest],
      examples: [Example("print(trivial_augment())", "trivial_augment()")],
      references: ["S. Müller, F. Hutter, TrivialAugment, arXiv:2103.10158"]
    ) { RandomOperations(count: 1, strength: try $0[widest]) },
    policy(
      "aug_mix", "Mixes each image with results of random chains of operations", [strength],
      examples: [Example("print(aug_mix())", "aug_mix()")], references: ["D. Hendrycks and others, AugMix, arXiv:1912.02781"]
    ) { AugMix(strength: try $0[strength]) },
  ]

  private static func policy(
    _ name: String, _ summary: String, _ parameters: [any AnyParameter], examples: [Example], references: [String] = [],
    _ make: @escaping @Sendable (Call) throws -> any ImageOperation
  ) -> Builtin { operation(name, summary, parameters, examples: examples, references: references, make) }

  private static func recipes(_ call: Call) throws -> [Recipe] {
    let items = try call[choices].listItems
    guard !items.isEmpty else { throw call.wrong(choices, expected: "a list of recipes, such as (rotate(-15..15), flip())") }
    return try items.map { try plain($0, call, choices) }
  }

  /// A recipe without copies.
  private static func plain(_ value: Value, _ call: Call, _ parameter: any AnyParameter) throws -> Recipe {
    guard let recipe = value.foreign(as: RecipeValue.self) else {
      throw call.wrong(parameter, expected: "recipes, such as `rotate(-15..15) |> flip()`")
    }
    guard recipe.copies == 1, !recipe.keep else {
      throw call.refuse("`\(call.builtin.name)`: a recipe inside of another cannot have `copies` or `originals`", hint: "state them on the outer one")
    }
    return recipe.recipe
  }
}
