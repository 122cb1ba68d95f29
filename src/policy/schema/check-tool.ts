import { children, type Expression } from '../language/expression.ts'
import { printExpression } from '../language/print.ts'
import type { Value } from '../language/value.ts'
import { contextPath, resolve } from './context-type.ts'
import { type PathUse, pathKey, pathUses } from './presence.ts'
import type { RecordType, ValueType } from './value-type.ts'

/** Something wrong with a policy for one tool; `token` is the word to point at. */
export interface Misfit {
  readonly token: string
  readonly message: string
  /** Names that may have been meant. */
  readonly candidates?: readonly string[]
  /** It is no mistake as soon as it fits one tool that the policy concerns. */
  readonly forAll?: true
  /** What is read may be absent. */
  readonly reading?: 'absent'
}

/** What a policy asks of arguments that a tool does not have, or not always, or never with that value. */
export function checkArguments(condition: Expression, context: RecordType): readonly Misfit[] {
  return [
    ...pathUses(condition).flatMap((use) => checkUse(use, context)),
    ...checkWords(condition, context),
  ]
}

function checkUse(use: PathUse, context: RecordType): readonly Misfit[] {
  const found = resolve(context, use.path)
  if (found.kind === 'undeclared') {
    return isArgument(use.path) ? checkUndeclared(use, found.depth, found.holder) : []
  }
  return use.use === 'read' ? checkOptional(use, context) : []
}

function isArgument([first]: readonly string[]): boolean {
  return first === 'args' || first === 'decimals'
}

/** An open record may hold what nobody has declared: then it is right to ask for it. */
function checkUndeclared(
  { path, use, present }: PathUse,
  depth: number,
  holder: RecordType,
): readonly Misfit[] {
  const asked = use === 'ask' || isPresent(path.slice(0, depth + 1), present)
  if (asked && (holder.open || use === 'read')) return []
  const name = path[depth] ?? ''
  const message = `there is no argument \`${nameOf(path, depth)}\``
  const candidates = [...holder.members.keys()]
  return [{ token: name, message, candidates, ...(asked ? { forAll: true } : {}) }]
}

function nameOf(path: readonly string[], depth: number): string {
  return path.slice(1, depth + 1).join('.')
}

function checkOptional({ path, present }: PathUse, context: RecordType): readonly Misfit[] {
  return path.flatMap((name, index) => {
    const part = path.slice(0, index + 1)
    const found = resolve(context, part)
    if (found.kind !== 'found' || found.required || isPresent(part, present)) return []
    const asks = printExpression({ kind: 'has', of: pathOf(path.slice(0, index)), path: [name] })
    const message = `\`${printExpression(pathOf(part))}\` may be absent, and then every call is denied: ask first with \`${asks}\``
    return [{ token: name, message, reading: 'absent' }]
  })
}

/** Arguments and their decimals are the same arguments. */
function isPresent(path: readonly string[], present: ReadonlySet<string>): boolean {
  const [first = '', ...rest] = path
  const others = isArgument(path) ? ['args', 'decimals'] : [first]
  return others.some((holder) => present.has(pathKey([holder, ...rest])))
}

export function pathOf(path: readonly string[]): Expression {
  return path.reduce<Expression>((of, name) => ({ kind: 'attribute', of, name }), {
    kind: 'variable',
    name: 'context',
  })
}

function checkWords(expression: Expression, context: RecordType): readonly Misfit[] {
  const here =
    expression.kind === 'binary'
      ? [
          ...wordsAgainst(expression.left, expression.right, context),
          ...wordsAgainst(expression.right, expression.left, context),
        ]
      : []
  return [...here, ...children(expression).flatMap((part) => checkWords(part, context))]
}

function wordsAgainst(side: Expression, other: Expression, context: RecordType): readonly Misfit[] {
  const path = contextPath(side)
  if (path === undefined || other.kind !== 'literal') return []
  const found = resolve(context, path)
  const words = found.kind === 'found' ? wordsOf(found.type) : undefined
  if (words === undefined) return []
  return textsIn(other.value)
    .filter((text) => !words.includes(text))
    .map((text) => ({
      token: `"${text}"`,
      message: `\`${text}\` is never a value of \`${path.join('.')}\``,
      candidates: words,
    }))
}

function wordsOf(type: ValueType): readonly string[] | undefined {
  if (type.kind === 'set') return wordsOf(type.element)
  return type.kind === 'string' ? type.words : undefined
}

function textsIn(value: Value): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value.kind !== 'set') return []
  return [...value.plain].filter((member) => typeof member === 'string')
}
