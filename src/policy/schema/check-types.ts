import { askCedar } from '../cedar-wasm.ts'
import { children, type Expression } from '../language/expression.ts'
import { printRule } from '../language/print.ts'
import type { Rule } from '../language/read-policy.ts'
import { type CedarSchema, callSchema } from './cedar-schema.ts'
import type { Misfit } from './check-tool.ts'
import { pathUses } from './presence.ts'
import { pruneRecord, type RecordType, typeKey } from './value-type.ts'

/** What Cedar's validator says of one policy. */
export interface Verdict {
  readonly misfits: readonly Misfit[]
  /** It is well typed, and no request can satisfy it. */
  readonly impossible: boolean
}

/** A rule about calls whose context is of a type. */
export interface Question {
  readonly rule: Rule
  readonly context: RecordType
}

interface Remark {
  readonly policyId: string
  readonly error: {
    readonly message: string
    readonly help: string | null
    readonly sourceLocations?: readonly { readonly start: number; readonly end: number }[]
  }
}

/** What may be absent from the context is checked with more knowledge than types hold. */
const OURS = /(?:unable to guarantee safety of access|attribute `).* in context for/s
/** A target or a subject of another type is just not equal: that is no mistake, and never faults. */
const HARMLESS =
  /^the types (?:User|Agent|Group|Server|Tool|Prompt|Resource|Action) and (?:User|Agent|Group|Server|Tool|Prompt|Resource|Action) are not compatible/
const NAMED = /^for policy `[^`]*`, /

/** Puts rules to Cedar's own validator, in strict mode, all in one go. */
export function checkTypes(rules: readonly Rule[], schema: CedarSchema): readonly Verdict[] {
  const texts = rules.map(printRule)
  const staticPolicies = Object.fromEntries(texts.map((text, index) => [String(index), text]))
  const answer = askCedar((cedar) =>
    cedar.validate({
      validationSettings: { mode: 'strict' },
      schema,
      policies: { staticPolicies },
    }),
  )
  if (answer.type === 'failure') {
    const message = `it could not be checked: ${answer.errors.map((error) => error.message).join('; ')}`
    return rules.map(() => ({ misfits: [{ token: '', message }], impossible: false }))
  }
  const errors = Map.groupBy(answer.validationErrors, ({ policyId }) => policyId)
  const warned = new Set(
    answer.validationWarnings
      .filter(({ error }) => /impossible/.test(error.message))
      .map(({ policyId }) => policyId),
  )
  return rules.map((rule, index) => {
    const id = String(index)
    const found = (errors.get(id) ?? []).flatMap((error) => misfitOf(error, texts[index] ?? ''))
    const misfits = firstOfEach(found)
    // Whether something is required is the schema's word: a policy may doubt it.
    const impossible = warned.has(id) && misfits.length === 0 && !rule.conditions.some(asks)
    return { misfits, impossible }
  })
}

/**
 * Puts rules about calls to the validator, each with the part of its context that it looks at: most
 * tools look the same through one policy, so few questions are left to ask.
 */
export function checkCalls(questions: readonly Question[]): readonly Verdict[] {
  const asked = questions.map(({ rule, context }) => {
    const paths = rule.conditions.flatMap((one) => pathUses(one)).map(({ path }) => path)
    const seen = pruneRecord(context, paths)
    const [text, type] = [printRule(rule), typeKey(seen)]
    return { rule, seen, type, key: `${type} ${text}` }
  })
  const answers = new Map<string, Verdict>()
  for (const group of Map.groupBy(asked, ({ type }) => type).values()) {
    const unique = [...new Map(group.map((one) => [one.key, one])).values()]
    const [first] = unique
    if (first === undefined) continue
    const verdicts = checkTypes(
      unique.map(({ rule }) => rule),
      callSchema(first.seen),
    )
    for (const [index, { key }] of unique.entries()) {
      const verdict = verdicts[index]
      if (verdict !== undefined) answers.set(key, verdict)
    }
  }
  return asked.map(({ key }) => answers.get(key) ?? { misfits: [], impossible: false })
}

function misfitOf({ error }: Remark, text: string): readonly Misfit[] {
  if (OURS.test(error.message) || HARMLESS.test(error.message)) return []
  const [location] = error.sourceLocations ?? []
  const where =
    location === undefined
      ? ''
      : `\`${Buffer.from(text).subarray(location.start, location.end).toString()}\`: `
  const help = error.help === null ? '' : `; ${error.help.replace(NAMED, '')}`
  return [{ token: '', message: `${where}${error.message.replace(NAMED, '')}${help}` }]
}

/** The same expression is wrong for every type of target; once is enough. */
function firstOfEach(misfits: readonly Misfit[]): readonly Misfit[] {
  // Cedar names them in any order.
  const sorted = misfits.toSorted((left, right) => (left.message < right.message ? -1 : 1))
  const groups = Map.groupBy(sorted, ({ message }) => message.split('`: ', 1)[0])
  return [...groups.values()].flatMap(([first]) => first ?? [])
}

function asks(expression: Expression): boolean {
  return expression.kind === 'has' || children(expression).some(asks)
}
