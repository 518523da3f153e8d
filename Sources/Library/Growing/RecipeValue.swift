import Diagnostics
import Images
import Machine

/// Image operations as a function of an image, a batch or a data set.
package final class RecipeValue: Foreign {
  package let recipe: Recipe
  package let copies: Int
  package let keep: Bool

  package init(_ recipe: Recipe, copies: Int, keep: Bool) {
    self.recipe = recipe
    self.copies = copies
    self.keep = keep
  }

  package var typeName: String { "recipe" }

  package func isEqual(to other: any Foreign, _ machine: Machine) -> Bool {
    guard let other = other as? RecipeValue else { return false }
    return recipe.isEquivalent(to: other.recipe) && copies == other.copies && keep == other.keep
  }

  package var text: String { recipe.text }

  package func call(_ arguments: [Value], _ machine: Machine) throws -> Value? {
    guard arguments.count == 1 else {
      throw Fault(MachineErrors.badArgument, "a recipe takes one image, batch or data set, got \(arguments.count) arguments")
    }
    return try Growing.apply(Array(recipe.steps), copies: copies, keep: keep, to: arguments[0], machine)
  }
}
