import type { Expression } from '../language/expression.ts'
import { printExpression } from '../language/print.ts'
import { contextPath } from '../schema/context-type.ts'
import { everywhere } from './conditions.ts'
import type { LintRule } from './finding.ts'

/**
 * One place has many spellings: `a/../b`, `%2e`, links, `user@host`, display names. What a pattern
 * looks for tells what the argument is taken for.
 */
const PLACES: readonly {
  readonly looksFor: RegExp
  readonly what: string
  readonly kind: string
}[] = [
  { looksFor: /^[a-z][a-z0-9+.-]*:\/|:\/\//i, what: 'a URL', kind: 'url' },
  { looksFor: /@/, what: 'an address', kind: 'recipients' },
  { looksFor: /[/\\]|\.\.|^~/, what: 'a path', kind: 'path' },
]

export const textTest: LintRule = {
  id: 'text-test',
  severity: 'warning',
  about: 'a path, URL or address in the arguments that is compared as text, by `like`',
  fix: 'write a guard and ask for `context.facts.guards["…"] == "pass"`, or compare `context.facts`',
  check: ({ set }) =>
    set.policies.flatMap((policy) => {
      const tests = everywhere(policy.rule, (part) => placeOf(part) !== undefined)
      const places = new Map(tests.map((test) => [subjectOf(test), placeOf(test)] as const))
      return [...places].map(([argument, place]) => ({
        policy,
        token: argument.split('.').at(-1) ?? '',
        message: `compares \`${argument}\` as text, though it looks for ${place?.what}: other spellings of the same pass by`,
      }))
    }),
}

function placeOf(expression: Expression): (typeof PLACES)[number] | undefined {
  if (expression.kind !== 'like') return undefined
  const [first] = contextPath(expression.of) ?? []
  if (first !== 'args') return undefined
  const pattern = expression.pattern.join('*')
  return PLACES.find(({ looksFor }) => looksFor.test(pattern))
}

function subjectOf(expression: Expression): string {
  return expression.kind === 'like' ? printExpression(expression.of) : ''
}
