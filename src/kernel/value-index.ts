import { formsOf, type SecretPart, SHORTEST_WATCHED, secretParts } from './value-forms.ts'
import type { Sighting, ValueWatch } from './value-watch.ts'
import { fingerprintOf, type Group, windowTable } from './window-table.ts'

const WIDTH = 16
/** More values than this with the same window have a prefix in common, which gives none of them away. */
const COMMON = 8
/** How often a text's length may be read again to see whether all of a value stands there. */
const READ_AGAIN = 4

/** What secrets and their forms are made of. */
const JOINED = /[\w+/=%.~-]/

/** A value, and for whom it is watched. */
interface Entry<About> {
  readonly abouts: About[]
  /** What was added to the tables for it, and by which number it is removed. */
  readonly members: Member<About>[]
  readonly rolling: number[]
}

/** A text that is watched for: one form of one part of a value. */
interface Form<About> {
  readonly entry: Entry<About>
  readonly length: number
  readonly fingerprint: number
  /** What stands before it when the value is written as it is. */
  readonly lead: { readonly length: number; readonly fingerprint: number } | undefined
}

/** A window of a form. */
interface Member<About> {
  readonly form: Form<About>
  readonly offset: number
}

interface Span {
  readonly start: number
  readonly end: number
  readonly whole: boolean
}

/**
 * Makes a watch that holds nothing but keyed fingerprints: of each form, windows of 16 characters that lie
 * side by side, and the last 16. So of everything that stands in a text at 31 characters or more of a form
 * one is whole. Forms of 8 to 15 characters are found whole. Costs of looking do not depend on how much is
 * watched. Of signed tokens (JWS) the signature is what is watched.
 */
export function createValueWatch<About>(): ValueWatch<About> {
  const entries = new Map<number, Entry<About>>()
  const tables = { long: windowTable<Member<About>>(WIDTH), short: windowTable<Member<About>>(8) }
  const tableOf = ({ length }: Form<About>) => (length < WIDTH ? tables.short : tables.long)

  const index = (value: string, entry: Entry<About>): void => {
    for (const { window, ...member } of windowsOf(value, entry)) {
      entry.members.push(member)
      entry.rolling.push(tableOf(member.form).add(window, member))
    }
  }
  const forget = ({ members, rolling }: Entry<About>): void => {
    for (const [index, member] of members.entries())
      tableOf(member.form).remove(rolling[index] ?? 0, member)
  }
  const find = (text: string): readonly Sighting<About>[] => {
    const places = placesIn<About>(text)
    tables.short.scan(text, places.take)
    tables.long.scan(text, places.take)
    return places.sightings()
  }
  return {
    add: (value, about) => {
      if (value.length < SHORTEST_WATCHED) return () => undefined
      const name = fingerprintOf(value)
      const entry = entries.get(name) ?? { abouts: [], members: [], rolling: [] }
      if (!entries.has(name)) {
        entries.set(name, entry)
        index(value, entry)
      }
      entry.abouts.push(about)
      let watched = true
      return () => {
        if (!watched) return
        watched = false
        entry.abouts.splice(entry.abouts.indexOf(about), 1)
        if (entry.abouts.length > 0) return
        entries.delete(name)
        forget(entry)
      }
    },
    find,
    has: (text) => {
      const isOne = (_: number, group: Group<Member<About>>): boolean => !isCommon(group)
      return tables.short.scan(text, isOne) || tables.long.scan(text, isOne)
    },
    redact: (text, mark = () => '[redacted]') => replaced(text, find(text), mark),
  }
}

/** All windows of all forms of a value, each once. */
function* windowsOf<About>(value: string, entry: Entry<About>) {
  const seen = new Set<string>()
  for (const part of secretParts(value))
    for (const text of formsOf(part.text)) {
      const form = formOf(entry, text, part)
      for (const offset of offsetsOf(text.length)) {
        const window = text.slice(offset, offset + WIDTH)
        if (!seen.has(window)) yield { form, offset, window }
        seen.add(window)
      }
    }
}

function formOf<About>(entry: Entry<About>, text: string, part: SecretPart): Form<About> {
  const hasLead = text === part.text && part.lead !== ''
  const lead = { length: part.lead.length, fingerprint: hasLead ? fingerprintOf(part.lead) : 0 }
  return {
    entry,
    length: text.length,
    fingerprint: fingerprintOf(text),
    lead: hasLead ? lead : undefined,
  }
}

function offsetsOf(length: number): readonly number[] {
  if (length <= WIDTH) return [0]
  const offsets = Array.from({ length: Math.floor(length / WIDTH) }, (_, index) => index * WIDTH)
  return length % WIDTH === 0 ? offsets : [...offsets, length - WIDTH]
}

function isCommon<About>({ members }: Group<Member<About>>): boolean {
  return members.length > COMMON
}

/** Gathers where windows stand in a text. */
function placesIn<About>(text: string) {
  const spans = new Map<Entry<About>, Span[]>()
  const looked = new Map<Form<About>, { start: number; whole: boolean }>()
  let left = READ_AGAIN * text.length + 65_536

  /** Whether all of a form begins here. A text that only repeats a value is not read without end. */
  const isWhole = (form: Form<About>, start: number): boolean => {
    const before = looked.get(form)
    if (before?.start === start) return before.whole
    const end = start + form.length
    if (start < 0 || end > text.length || left < form.length) return false
    left -= form.length
    const whole = fingerprintOf(text.slice(start, end)) === form.fingerprint
    looked.set(form, { start, whole })
    return whole
  }
  const leadBefore = ({ lead }: Form<About>, start: number): number => {
    if (lead === undefined || start < lead.length || left < lead.length) return 0
    left -= lead.length
    const stands = fingerprintOf(text.slice(start - lead.length, start)) === lead.fingerprint
    return stands ? lead.length : 0
  }
  const spanOf = (at: number, { form, offset }: Member<About>): Span => {
    const start = at - offset
    if (!isWhole(form, start))
      return { start: at, end: at + Math.min(WIDTH, form.length), whole: false }
    return { start: start - leadBefore(form, start), end: start + form.length, whole: true }
  }
  return {
    take: (at: number, group: Group<Member<About>>): boolean => {
      if (isCommon(group)) return false
      for (const member of group.members) addSpan(spans, member.form.entry, spanOf(at, member))
      return false
    },
    sightings: (): readonly Sighting<About>[] =>
      [...spans]
        .flatMap(([{ abouts }, found]) =>
          merged(found).flatMap((span) =>
            [...new Set(abouts)].map((about) => ({ ...betweenCharacters(text, span), about })),
          ),
        )
        .sort((one, other) => one.start - other.start || other.end - one.end),
  }
}

/** Spans come in the order of their ends, almost: what lies within the last one adds nothing. */
function addSpan<About>(spans: Map<Entry<About>, Span[]>, entry: Entry<About>, span: Span): void {
  const known = spans.get(entry)
  if (known === undefined) {
    spans.set(entry, [span])
    return
  }
  const last = known.at(-1)
  if (last === undefined || span.start < last.start || span.start > last.end) known.push(span)
  else known[known.length - 1] = joined(last, span)
}

function joined(one: Span, other: Span): Span {
  return {
    start: Math.min(one.start, other.start),
    end: Math.max(one.end, other.end),
    whole: one.whole || other.whole,
  }
}

function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = []
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = result.at(-1)
    if (last !== undefined && span.start <= last.end) result[result.length - 1] = joined(last, span)
    else result.push(span)
  }
  return result
}

/** No character of two units is torn. */
function betweenCharacters(text: string, { start, end, whole }: Span): Span {
  const tears = (at: number): boolean => (text.codePointAt(at - 1) ?? 0) > 0xffff
  return { start: tears(start) ? start - 1 : start, end: tears(end) ? end + 1 : end, whole }
}

function replaced<About>(
  text: string,
  sightings: readonly Sighting<About>[],
  mark: (about: About) => string,
): string {
  let result = ''
  let done = 0
  for (const sighting of sightings) {
    const { start, end } = sighting.whole ? sighting : widened(text, sighting)
    if (end <= done) continue
    // What overlaps is one place with one mark.
    if (start >= done) result += text.slice(done, start) + mark(sighting.about)
    done = end
  }
  return done === 0 ? text : result + text.slice(done)
}

/** Up to a window of a value can stand at each end of a fragment without being known. */
function widened<About>(text: string, { start, end }: Sighting<About>) {
  let [from, to] = [start, end]
  while (from > Math.max(0, start - WIDTH + 1) && JOINED.test(text[from - 1] ?? '')) from -= 1
  while (to < Math.min(text.length, end + WIDTH - 1) && JOINED.test(text[to] ?? '')) to += 1
  return { start: from, end: to }
}
