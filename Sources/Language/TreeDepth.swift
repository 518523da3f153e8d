// Depths of syntax trees. Expressions and blocks store theirs.

extension Expression.Kind {
  var innerDepth: Int {
    switch self {
    case .integer, .float, .boolean, .nothing, .name, .invalid: 0
    case .string(let parts): parts.lazy.map { if case .value(let value, _) = $0 { value.depth } else { 0 } }.max() ?? 0
    case .unary(_, let value), .not(let value): value.depth
    case .binary(_, let left, let right), .and(let left, let right), .or(let left, let right), .pipe(let left, let right):
      max(left.depth, right.depth)
    case .comparison(_, let values), .brackets(let values), .list(let values): values.lazy.map(\.depth).max() ?? 0
    case .range(let low, let high, let step): max(low.depth, high.depth, step?.depth ?? 0)
    case .call(let callee, let arguments): arguments.reduce(callee.depth) { max($0, $1.value.depth) }
    case .index(let base, let subscripts): subscripts.reduce(base.depth) { max($0, $1.depth) }
    case .field(let base, _): base.depth
    case .record(let fields): fields.lazy.map(\.value.depth).max() ?? 0
    case .lambda(let function): function.depth
    case .block(let block): block.depth
    case .branch(let condition, let then, let otherwise): max(condition.depth, then.depth, otherwise?.depth ?? 0)
    case .attempt(let body, _, let handler): max(body.depth, handler.depth)
    }
  }
}

extension Statement {
  var depth: Int {
    switch kind {
    case .expression(let value), .expect(let value): value.depth
    case .return(let value): value?.depth ?? 0
    case .assign(let target, let value): max(target.depth, value.depth)
    case .function(_, let function): function.depth
    case .model(let model): max(model.body.depth, model.parameters.depth)
    case .whileLoop(let condition, let body): max(condition.depth, body.depth) + 1
    case .forLoop(let target, let sequence, let body): max(target.depth, sequence.depth, body.depth) + 1
    case .test(_, let body): body.depth
    case .importFile, .break, .continue, .invalid: 0
    }
  }
}

extension Function {
  fileprivate var depth: Int { max(body.depth, parameters.depth) + 1 }
}

extension [FormalParameter] {
  fileprivate var depth: Int { lazy.compactMap(\.defaultValue?.depth).max() ?? 0 }
}

extension Target {
  fileprivate var depth: Int {
    switch kind {
    case .name, .state: 1
    case .index(let base, let subscripts): subscripts.reduce(base.depth) { max($0, $1.depth) } + 1
    case .field(let base, _): base.depth + 1
    case .list(let targets): (targets.lazy.map(\.depth).max() ?? 0) + 1
    }
  }
}

extension Subscript {
  fileprivate var depth: Int {
    switch self {
    case .position(let value): value.depth
    case .slice(let low, let high, let step): max(low?.depth ?? 0, high?.depth ?? 0, step?.depth ?? 0)
    case .ellipsis: 0
    }
  }
}
