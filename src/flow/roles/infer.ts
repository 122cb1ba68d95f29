import type { ArgumentRole } from '../../kernel/flow.ts'
import type { Json } from '../../kernel/json.ts'
import { roleOfDescription } from './description.ts'
import { type NameRole, roleOfName } from './name-role.ts'
import { type Said, saidAt } from './schema-at.ts'

/** A text of this length is no name or address of anything. */
const LONG = 160
/** A schema that leaves room for this much expects a text. */
const ROOMY = 500

const DATES = new Set(['date', 'date-time', 'time', 'duration'])
const ADDRESSES = new Set(
  'email idn-email uri iri url uri-reference iri-reference hostname idn-hostname ipv4 ipv6'.split(
    ' ',
  ),
)
/** Roles that a form of a schema cannot talk away. */
const KEPT: ReadonlySet<ArgumentRole | undefined> = new Set(['credential', 'proof', 'command'])

/** Works out the role of the value at these steps; the rest depends on the value. */
export function inferRole(
  schema: Json,
  steps: readonly string[],
  name: string,
): (value?: Json) => ArgumentRole {
  const said = saidAt(schema, steps)
  const fixed = ofSchema(said)
  if (fixed) return () => fixed
  const names = namesOf(steps, name)
  const named = namedRole(names, said)
  const role = ofFormat(named.role, said) ?? named.role
  if (role === undefined) return (value) => ofUnknown(said, value)
  const isCode = /code$/i.test(names.at(-1) ?? '')
  return (value) => ofValue(role, isCode, value)
}

/** The members on the way, the outermost first: places in lists are none. */
function namesOf(steps: readonly string[], name: string): readonly string[] {
  const names = steps.filter((step) => !/^\d+$/.test(step))
  return name === '' || names.at(-1) === name ? names : [...names, name]
}

/** What was fixed before anything was read decides nothing that anybody could have slipped in. */
function ofSchema({ types, closed }: Said): ArgumentRole | undefined {
  if (closed) return 'setting'
  const plain = types.size > 0 && [...types].every((type) => type === 'boolean' || type === 'null')
  return plain ? 'setting' : undefined
}

function ofFormat(named: ArgumentRole | undefined, said: Said): ArgumentRole | undefined {
  if (KEPT.has(named)) return named
  if (ADDRESSES.has(said.format)) return 'destination'
  if (DATES.has(said.format)) return 'setting'
  if (said.format === 'password') return 'credential'
  if (said.format === 'uuid') return named === 'destination' ? named : 'selector'
  if (isNumber(said) && (named === undefined || named === 'content')) return 'setting'
  return named === undefined && said.encoded ? 'content' : undefined
}

function isNumber({ types }: Said): boolean {
  return types.size > 0 && [...types].every((type) => NUMBERS.has(type))
}
const NUMBERS = new Set(['number', 'integer', 'boolean', 'null'])

/** The innermost name decides; where it leaves the kind open, what holds it or what is said of it may. */
function namedRole(names: readonly string[], said: Said): NameRole {
  const name = names.at(-1) ?? ''
  const inner = roleOfName(name)
  if (!inner.open) return ofPreposition(name, inner, said)
  const described = roleOfDescription(said.description)
  if (described.role !== undefined && mayReplace(described.role, inner.role)) return described
  if (inner.role === 'command') return inner
  return names.slice(0, -1).map(roleOfName).findLast(isTold) ?? inner
}

/** What is looked at closely is talked away by nothing but what is looked at too. */
function mayReplace(described: ArgumentRole, inner: ArgumentRole | undefined): boolean {
  if (inner === undefined) return true
  return described === 'destination' || described === 'credential' || inner === 'command'
}

/** Holders that pass on what they are: the name of a recipient is a recipient. */
function isTold({ role, open }: NameRole): boolean {
  return !open && (role === 'destination' || role === 'credential')
}

/** `to` is who gets something, or the end of a span, or what is converted into. */
function ofPreposition(name: string, role: NameRole, said: Said): NameRole {
  if (name.toLowerCase() !== 'to') return role
  const described = roleOfDescription(said.description)
  const number = isNumber(said) || DATES.has(said.format)
  return number || described.role === 'setting' ? { role: 'setting', open: false } : role
}

function ofUnknown(said: Said, value: Json | undefined): ArgumentRole {
  if (typeof value === 'boolean' || typeof value === 'number' || value === null) return 'setting'
  if (typeof value === 'string') {
    if (isAddress(value)) return 'destination'
    return isLong(value) ? 'content' : 'selector'
  }
  return said.most >= ROOMY && Number.isFinite(said.most) ? 'content' : 'selector'
}

function isLong(value: string): boolean {
  return value.length > LONG && /\s/.test(value)
}

/** A form that only an address has, whatever the name says that stands there. */
function isAddress(value: string): boolean {
  return /^\s{0,8}(?:[a-z][a-z0-9+.-]{0,20}:\/\/|mailto:|[^\s@]{1,64}@[^\s@]{1,255}\s{0,8}$)/i.test(
    value,
  )
}

function ofValue(named: ArgumentRole, isCode: boolean, value: Json | undefined): ArgumentRole {
  if (typeof value === 'boolean' || value === null) return 'setting'
  if (typeof value !== 'string') return named
  const role = named === 'proof' && !isProof(value) ? 'selector' : named
  if (role !== 'selector' && role !== 'setting') return role
  if (isAddress(value)) return 'destination'
  return isCode && isLong(value) ? 'command' : role
}

/** Codes are short and of one piece: what is not is none, whatever its name. */
function isProof(value: string): boolean {
  return value.length <= 64 && !/[\s@:/]/.test(value.trim())
}
