import type { IdentifierFact } from '../../kernel/facts.ts'
import type { Json } from '../../kernel/json.ts'
import type { Analyser, Place, Reading } from '../analyser.ts'
import { ARN, AZURE, GCP, KUBERNETES } from './cloud.ts'
import type { IdentifierFlag } from './flags.ts'
import type { Form, Identified } from './form.ts'
import { AWS_ACCOUNT, CARD, IBAN, PHONE, UUID } from './numbers.ts'
import { GIT, IMAGE, PACKAGE, REPO } from './software.ts'

/** In the order in which they are tried. */
const FORMS: readonly Form[] = [
  UUID,
  IBAN,
  CARD,
  PHONE,
  ARN,
  AWS_ACCOUNT,
  AZURE,
  GCP,
  REPO,
  GIT,
  IMAGE,
  PACKAGE,
  KUBERNETES,
]

/** Names of things are short. What is longer is content. */
const MAX_LENGTH = 2_048
const MAX_FOUND = 100

/**
 * Reads identifiers. A type is certain by check digits, by a prefix that nothing else has, or by the
 * name of the argument together with the form; what is none of these is of type `other`. In free
 * text, only what check digits or prefixes make certain is found.
 */
export const identifierAnalyser: Analyser<'identifier'> = {
  kind: 'identifier',
  declared: (value, place) => declared(value, place),
  found: (text, { at }) => found(text, at),
}

function declared(value: Json, place: Place): Reading<IdentifierFact> {
  const items = Array.isArray(value) ? value : [value]
  const facts: IdentifierFact[] = []
  for (const [index, item] of items.entries()) {
    const text = textOf(item)
    if (text === undefined) return { unparsable: 'not an identifier' }
    const at = Array.isArray(value) ? `${place.at}/${index}` : place.at
    facts.push(...identify(text, nameOf(place.at)).map((one) => fact(one, text, at, 'declared')))
  }
  return { facts }
}

function textOf(value: Json): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined
  return value.trim() === '' ? undefined : value
}

/** The name of an argument in one spelling: `awsAccountId` and `aws-account-id` are `aws_account_id`. */
function nameOf(at: string): string {
  const last =
    at
      .replace(/(?:\/\d+)+$/, '')
      .split('/')
      .pop() ?? ''
  return last
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[\s.-]+/g, '_')
    .toLowerCase()
}

function identify(text: string, name: string): readonly Identified[] {
  const folded = text.normalize('NFKC').trim()
  for (const form of FORMS) {
    const read = form.read(folded, false)
    if (read.length > 0 && isWhole(read, folded)) return read
  }
  for (const form of FORMS) {
    const read = form.names.test(name) ? form.read(folded, true) : []
    if (read.length > 0) return read
  }
  return [{ type: 'other', value: text, flags: folded === '*' ? ['wildcard'] : [] }]
}

/** An account number with words behind it is no account number. */
function isWhole([first]: readonly Identified[], text: string): boolean {
  return first?.type !== 'iban' || first.value.length === text.replace(/[ -]/g, '').length
}

function found(text: string, at: string): readonly IdentifierFact[] {
  const facts = new Map<string, IdentifierFact>()
  for (const { inText, sign, read } of FORMS) {
    if (inText === undefined || sign?.test(text) === false) continue
    for (const [match] of text.matchAll(inText)) {
      for (const one of read(match.replace(/(?<![.,:;])[.,:;]+$/, ''), false))
        facts.set(`${one.type} ${one.value}`, fact(one, match, at, 'found'))
      if (facts.size >= MAX_FOUND) return [...facts.values()].slice(0, MAX_FOUND)
    }
  }
  return [...facts.values()]
}

function fact(
  { type, value, flags = [] }: Identified,
  text: string,
  at: string,
  origin: IdentifierFact['origin'],
): IdentifierFact {
  const all = new Set<IdentifierFlag>(flags)
  if (/[^\x20-\x7e]/.test(text)) all.add('non-ascii')
  return { at, origin, flags: [...all].sort(), type, value }
}
