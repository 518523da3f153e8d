/// Applies some of several recipes, in a random order.
package struct SomeOf: ImageOperation {
  private let count: Distribution
  private let recipes: [Recipe]

  package init(_ count: Distribution, of recipes: [Recipe]) {
    self.count = count
    self.recipes = recipes
  }

  package var isRandom: Bool { true }
  package var mixes: Bool { recipes.contains(where: \.mixes) }
  package var leavesRange: Bool { recipes.contains(where: \.leavesRange) }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    let number = Int(try draws.value(count, 0, named: "count", in: 0...Double(recipes.count)))
    var rest = Array(recipes.indices)
    for place in 0..<number {
      let chosen = rest.remove(at: draws.integer(below: rest.count, place + 1))
      try draws.apply(recipes[chosen], to: &plan)
    }
  }
}

/// Applies a recipe with a probability.
package struct Sometimes: ImageOperation {
  private let recipe: Recipe
  private let chance: Double

  package init(_ recipe: Recipe, chance: Double) {
    self.recipe = recipe
    self.chance = chance
  }

  package var isRandom: Bool { chance > 0 && (chance < 1 || recipe.isRandom) }
  package var mixes: Bool { recipe.mixes }
  package var leavesRange: Bool { recipe.leavesRange }

  package func apply(to plan: inout ImagePlan, _ draws: Draws) throws {
    if draws.happens(chance) { try draws.apply(recipe, to: &plan) }
  }
}
