import type { Value } from './value.ts'

/** An expression of the Cedar language, as the evaluators read it. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'variable'; readonly name: Variable }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'if'
      readonly test: Expression
      readonly whenTrue: Expression
      readonly whenFalse: Expression
    }
  | { readonly kind: 'attribute'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'has'; readonly of: Expression; readonly path: readonly string[] }
  | { readonly kind: 'like'; readonly of: Expression; readonly pattern: readonly string[] }
  | {
      readonly kind: 'is'
      readonly of: Expression
      readonly type: string
      readonly within: Expression | undefined
    }
  | { readonly kind: 'set'; readonly items: readonly Expression[] }
  | { readonly kind: 'record'; readonly members: ReadonlyMap<string, Expression> }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }

export type Variable = 'principal' | 'action' | 'resource' | 'context'

/** The expressions directly inside of one. */
export function children(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'variable':
      return []
    case 'and':
    case 'or':
    case 'binary':
      return [expression.left, expression.right]
    case 'if':
      return [expression.test, expression.whenTrue, expression.whenFalse]
    case 'attribute':
    case 'has':
    case 'like':
      return [expression.of]
    case 'is':
      return expression.within === undefined ? [expression.of] : [expression.of, expression.within]
    case 'set':
      return expression.items
    case 'record':
      return [...expression.members.values()]
    case 'unary':
      return [expression.operand]
  }
}
