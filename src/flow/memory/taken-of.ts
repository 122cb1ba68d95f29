import type { FieldHints, FlowCall, FlowSource, SourceTrust } from '../../kernel/flow.ts'
import type { Json } from '../../kernel/json.ts'
import { unescapeStep } from '../../kernel/json-pointer.ts'
import type { Field } from '../fields/field.ts'
import { fieldsOf } from '../fields/fields.ts'
import { nameFacts } from '../fields/names.ts'
import { nameWords } from '../roles/name-words.ts'
import { wordsOf } from '../values/words.ts'
import { lesserTrust, type Taken, type TakenField } from './taken.ts'

/**
 * Last words of names of fields that say who wrote something. Where anybody may write, anybody chooses what
 * stands there, so it is as good as free text.
 */
const AUTHORS = new Set(
  (
    'sender from author by reporter creator poster commenter reviewer committer requester submitter contributor ' +
    'replyto website homepage url urls link links href src'
  ).split(' '),
)

/** What is kept of an answer: its fields, each with who may have written it. */
export function takenOf(call: FlowCall, source: FlowSource, message: Json): Taken {
  const { call: id, server, target, time: at } = call
  const isWhole = isDocument(call, source)
  const fields = fieldsOf(message).map((field) => takenField(field, source, isWhole))
  const { trust, reads: classes } = source
  return { call: id, server, target, trust, classes, at, fields }
}

function takenField(field: Field, source: FlowSource, isWhole: boolean): TakenField {
  const trust = hinted(field, source.fields)
  if (trust) return { ...field, trust }
  // Who picked what is read picked its values: a list is then no better than a text that names them.
  if (source.chosen)
    return { ...field, form: 'text', trust: lesserTrust(source.chosen, source.trust) }
  const part = partOf(field, source)
  const form = isKey(field.text) ? 'value' : isWhole ? 'text' : field.form
  const trusted = isOutOfPlace(field, source) ? 'untrusted' : source.trust
  return { ...field, form, trust: trusted, ...(part ? { part } : {}) }
}

/** Words of tools that hand out one thing as it is, rather than records of their own about several. */
const GETTING = new Set(
  'read get fetch download cat view open load retrieve browse scrape crawl'.split(' '),
)
const DOCUMENTS = new Set(
  'file document doc page webpage website site url attachment content contents readme blob raw text note paste'.split(
    ' ',
  ),
)

/**
 * Whether an answer is a document that somebody wrote as a whole: its structure is theirs too, so a value in
 * a field of it says no more than a sentence. Records that a server makes of documents are its own.
 */
function isDocument({ kind, target }: FlowCall, { trust, fetched }: FlowSource): boolean {
  if (trust !== 'untrusted') return false
  if (kind === 'resource' || fetched === true) return true
  const words = nameWords(target)
  return words.some((one) => GETTING.has(one)) && words.some((one) => DOCUMENTS.has(one))
}

/** Members write free text where it belongs; a sentence where names stand is nothing that a system let them write. */
function isOutOfPlace({ form, name, at }: Field, { trust }: FlowSource): boolean {
  if (form === 'value' || trust !== 'members') return false
  return name === '' ? /\/\d+$/.test(at) : !nameFacts(name).isFree
}

/** A public key as files hold it (RFC 4253 §6.6 in its usual form), and nothing else: no room for a word. */
function isKey(text: string): boolean {
  return /^(?:ssh|ecdsa|sk)-[a-z0-9@.-]{1,60} [A-Za-z0-9+/=]{16,16384}(?: [\w.@-]{1,64})?\s{0,8}$/.test(
    text,
  )
}

/** Characters of a text that only reports. */
const REPORT = 200

function partOf({ form, name, text }: Field, source: FlowSource): TakenField['part'] {
  if (form === 'value') {
    // Other schemes of `uri` name what the server itself hands out.
    const isChosen = isAuthor(name) || (name === 'uri' && /^https?:/i.test(text))
    return source.trust === 'untrusted' && isChosen ? 'author' : undefined
  }
  return source.acts === true && text.length <= REPORT ? 'report' : undefined
}

/** By pointer from its end, where `*` is any step, or by name. */
function hinted({ at, name }: Field, hints: FieldHints): SourceTrust | undefined {
  if (Object.hasOwn(hints, name)) return hints[name]
  for (const [pattern, trust] of Object.entries(hints)) {
    if (pattern.startsWith('/') && matches(at, pattern)) return trust
  }
  return undefined
}

function matches(at: string, pattern: string): boolean {
  const steps = at.split('/').map(unescapeStep)
  const wanted = pattern.split('/').slice(1).map(unescapeStep)
  const tail = steps.slice(-wanted.length)
  return tail.length === wanted.length && wanted.every((one, i) => one === '*' || one === tail[i])
}

function isAuthor(name: string): boolean {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2')
  const words = wordsOf(spaced)
  return AUTHORS.has(words.at(-1) ?? '') || AUTHORS.has(words.slice(-2).join(''))
}
