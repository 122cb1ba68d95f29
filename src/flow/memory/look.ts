import type { DataClass } from '../../kernel/access.ts'
import {
  type ArgumentRole,
  type FlowArguments,
  ORIGINS,
  type ValueOrigin,
} from '../../kernel/flow.ts'
import { isObject, type Json } from '../../kernel/json.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'
import { nameFacts } from '../fields/names.ts'
import { roleWhenCopied } from '../roles/copied.ts'
import { rolesOf } from '../roles/roles.ts'
import { type Address, addressesIn, addressOf, inLink } from '../values/addresses.ts'
import { type Repeated, repeatedIn } from './carried.ts'
import type { Decode, Found } from './memory.ts'
import { isOnNamedSite, type Recalled, type Remembered, recall, sightingOf } from './recall.ts'

/** Leaves of arguments, and values in them, that are looked at one by one. */
const MOST_VALUES = 500
const MOST_DEPTH = 32
/** What is longer is a text that holds values, not a value. */
const LONGEST_VALUE = 300
const SHOWN = 200

/** Where each value of the arguments came from. Linear in the arguments; does not grow with what was read. */
export function look(
  remembered: Remembered,
  { arguments: args, inputSchema, roles }: FlowArguments,
  decode: Decode,
): Found {
  const plan = rolesOf(inputSchema, roles)
  const values: ValueOrigin[] = []
  const carries = new Set<DataClass>()
  for (const { at, name, text } of leavesOf(args)) {
    if (values.length >= MOST_VALUES) {
      values.push({ at, role: 'destination', value: '', origin: 'untrusted', sightings: [] })
      break
    }
    const role = roleWhenCopied(remembered.target, name, plan.roleAt(at, name, text))
    if (role === 'setting' && !addressesIn(text).some(({ link }) => link)) continue
    const repeated = repeatedIn(remembered, text)
    values.push(...valuesOf(remembered, { at, role, text, repeated }, decode))
    for (const one of repeated.classes) carries.add(one)
  }
  return { values, carries: [...carries].sort() }
}

interface Leaf {
  readonly at: string
  readonly role: ArgumentRole
  readonly text: string
  readonly repeated: Repeated
}

function valuesOf(remembered: Remembered, leaf: Leaf, decode: Decode): readonly ValueOrigin[] {
  const { role, text } = leaf
  const isText = role === 'content' || role === 'command' || text.length > LONGEST_VALUE
  return isText ? ofText(remembered, leaf, decode) : ofValue(remembered, leaf, decode)
}

function ofValue(remembered: Remembered, leaf: Leaf, decode: Decode): readonly ValueOrigin[] {
  const { at, role, text } = leaf
  const address = addressOf(text.trim())
  const leads = role === 'destination' || role === 'setting' || /:\/\/|^www\./i.test(text)
  const link = address?.link === true && leads
  const plain = address && address.text !== text ? [address.text] : []
  const readings = [text, ...plain, ...decode(text).map((one) => one.trim())].map((one) =>
    recall(remembered, one),
  )
  const found = readings.reduce(worse)
  const isNamed = found.origin === 'untrusted' || found.origin === 'members'
  const opens = link && role === 'destination' && isNamed
  const whole: Recalled =
    opens && isOnNamedSite(remembered, text) ? { ...found, origin: 'listed' } : found
  const several = address ? inLink(address) : addressesIn(text)
  return [
    { at, role, value: shown(text), ...(link ? { link } : {}), ...whole },
    ...partsOf(remembered, leaf, several),
  ]
}

/** Free text: as a whole by what it repeats, and each address in it. */
function ofText(remembered: Remembered, leaf: Leaf, decode: Decode): readonly ValueOrigin[] {
  const { at, role, text, repeated } = leaf
  const { passage, origin } = repeated
  const seen = passage ? [sightingOf(passage, text.slice(0, 40), 'passage')] : []
  const addresses = [text, ...decode(text)].flatMap(addressesIn).slice(0, MOST_VALUES)
  return [
    { at, role, value: shown(text), origin, sightings: seen },
    ...partsOf(remembered, leaf, addresses),
  ]
}

/** Addresses within an argument, each as a value of its own. */
function partsOf(
  remembered: Remembered,
  { at, role }: Leaf,
  addresses: readonly Address[],
): readonly ValueOrigin[] {
  return addresses.map(({ text, link }) => ({
    at,
    role,
    value: shown(text),
    ...(link ? { link } : {}),
    ...recall(remembered, text),
  }))
}

function worse(one: Recalled, other: Recalled): Recalled {
  return ORIGINS.indexOf(other.origin) > ORIGINS.indexOf(one.origin) ? other : one
}

function shown(text: string): string {
  return text.slice(0, SHOWN)
}

interface TextLeaf {
  readonly at: string
  /** The nearest member name. */
  readonly name: string
  readonly text: string
}

/** The texts and numbers in arguments; member names that are data are texts too. */
export function* leavesOf(
  value: Json | undefined,
  at = '',
  name = '',
  depth = 0,
): Generator<TextLeaf> {
  if (typeof value === 'string') yield { at, name, text: value }
  else if (typeof value === 'number') yield { at, name, text: String(value) }
  else if (depth > MOST_DEPTH) return
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      yield* leavesOf(item, `${at}/${index}`, name, depth + 1)
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      const inner = `${at}/${escapeStep(key)}`
      if (nameFacts(key).isData) yield { at: inner, name, text: key }
      yield* leavesOf(member, inner, key, depth + 1)
    }
  }
}
