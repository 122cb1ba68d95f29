import type { Action, Target } from '../kernel/access.ts'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { Subject } from '../kernel/subject.ts'

/** What a pattern lets pass. */
export interface PatternScope {
  readonly id: string
  readonly subject: Pick<Subject, 'kind' | 'id' | 'actors'>
  readonly client: string
  readonly action: Action
  readonly target: Pick<Target, 'kind' | 'server' | 'name'>
  readonly fixed: JsonObject
  readonly free: readonly string[]
  /** Milliseconds since the epoch. */
  readonly expires: number
}

const PRINCIPAL = { user: 'User', agent: 'Agent' } as const
const RESOURCE = { tool: 'Tool', resource: 'Resource', prompt: 'Prompt' } as const
const MAX_DEPTH = 60
/** What Cedar's decimals hold, and how exactly. */
const DECIMAL = /^-?\d{1,14}\.\d{1,4}$/

/**
 * The Cedar policy that permits what a pattern covers. The record of arguments is compared as a whole, so
 * an argument that is not named lets nothing pass. Two things Cedar cannot say, and a comment does: values
 * without a Cedar form, and the order of lists. The gateway itself compares canonical JSON.
 */
export function policyText(scope: PatternScope): string {
  const { subject, client, action, target, fixed, free, expires } = scope
  const members = [...Object.keys(fixed), ...free].toSorted().map((name) => memberOf(name, scope))
  const conditions = [
    `context.authorization.client == ${quoted(client)}`,
    subject.actors.length === 0
      ? '!context.subject.acting'
      : `context.subject.actors == [${subject.actors.map(quoted).join(', ')}]`,
    `context.time < ${expires}`,
    ...free.toSorted().map((name) => `context.args has ${quoted(name)}`),
    members.length === 0 ? 'context.args == {}' : `context.args == {\n${lined(members)}\n  }`,
  ]
  return `${[
    `// Until ${new Date(expires).toISOString()}, or until the definition or the policies change.`,
    `@id(${quoted(`pattern-${scope.id}`)})`,
    'permit (',
    `  principal == ${PRINCIPAL[subject.kind]}::${quoted(subject.id)},`,
    `  action == Action::${quoted(action)},`,
    `  resource == ${RESOURCE[target.kind]}::${quoted(`${target.server}:${target.name}`)}`,
    ')',
    'when {',
    `  ${conditions.join(' &&\n  ')}`,
    '};',
  ].join('\n')}\n`
}

interface Member {
  readonly text: string
  readonly comment?: string
}

function memberOf(name: string, { fixed, free }: PatternScope): Member {
  const itself = `${quoted(name)}: context.args[${quoted(name)}]`
  if (free.includes(name)) return { text: itself, comment: 'free' }
  const value = fixed[name] ?? null
  const written = literal(value, 0)
  if (written === undefined) return { text: itself, comment: `fixed, as JSON: ${jsonLine(value)}` }
  const text = `${quoted(name)}: ${written}`
  return holdsList(value) ? { text, comment: 'lists: in this order' } : { text }
}

function lined(members: readonly Member[]): string {
  const last = members.length - 1
  return members
    .map(({ text, comment }, index) => {
      const comma = index === last ? '' : ','
      return `    ${text}${comma}${comment === undefined ? '' : ` // ${comment}`}`
    })
    .join('\n')
}

/** A Cedar literal; undefined for what Cedar cannot hold. */
function literal(value: Json, depth: number): string | undefined {
  if (value === null || depth > MAX_DEPTH) return undefined
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberLiteral(value)
  const isRecord = isObject(value)
  const parts = isRecord
    ? Object.entries(value).flatMap(([name, member]) => {
        if (member === undefined) return []
        const written = literal(member, depth + 1)
        return [written === undefined ? undefined : `${quoted(name)}: ${written}`]
      })
    : value.map((item) => literal(item, depth + 1))
  if (parts.includes(undefined)) return undefined
  return isRecord ? `{${parts.join(', ')}}` : `[${parts.join(', ')}]`
}

function numberLiteral(number: number): string | undefined {
  if (Number.isSafeInteger(number)) return String(number + 0)
  const text = String(number)
  return DECIMAL.test(text) ? `decimal("${text}")` : undefined
}

function holdsList(value: Json): boolean {
  if (Array.isArray(value)) return true
  return isObject(value) && Object.values(value).some((member) => holdsList(member ?? null))
}

/** One line, with everything spelled out that a screen does not show: a comment ends where it does. */
function jsonLine(value: Json): string {
  return JSON.stringify(value).replace(
    UNSEEN,
    (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`,
  )
}

const UNSEEN = /\p{C}|\p{Zl}|\p{Zp}/gu
const SPECIAL = /["\\]|\p{C}|\p{Zl}|\p{Zp}/gu

/** A Cedar string. What a screen does not show, or would reorder, is escaped. */
function quoted(text: string): string {
  const escaped = text.replace(SPECIAL, (letter) =>
    letter === '"' || letter === '\\'
      ? `\\${letter}`
      : `\\u{${letter.codePointAt(0)?.toString(16)}}`,
  )
  return `"${escaped}"`
}
