import type { DataClass } from '../../kernel/access.ts'
import type { FlowArguments, FlowCall, ValueOrigin } from '../../kernel/flow.ts'
import { impliedBy } from '../values/implied.ts'
import { wordsOf } from '../values/words.ts'
import { Forgotten } from './forgotten.ts'
import { look } from './look.ts'
import { type Passage, Passages } from './passages.ts'
import type { Listing } from './recall.ts'
import type { Taken, TakenField } from './taken.ts'

/** Other readings of a text: what it says when it is decoded (base64, percent, hexadecimal, …). */
export type Decode = (text: string) => readonly string[]

export interface MemoryOptions {
  readonly decode: Decode
  /** Bytes at most, about. */
  readonly most: number
}

/** What a look finds. */
export interface Found {
  readonly values: readonly ValueOrigin[]
  readonly carries: readonly DataClass[]
}

/** The tool that arguments are for. */
export type LookedAt = Pick<FlowCall, 'server' | 'target'>

/** What one context has read, in memory: bounded, and only ever more cautious as it fills. */
export interface Memory {
  /** Takes an answer in. */
  take(taken: Taken): void
  /** Values that the subject brought along, as in the arguments of a call that left. */
  bring(values: readonly string[]): void
  /** A value that a person or a trusted source confirmed. */
  confirm(value: string): void
  look(args: FlowArguments, of?: LookedAt): Found
  /** What was read is not all known any more: everything that nobody vouches for counts as untrusted. */
  forget(): void
  readonly complete: boolean
  /** Bytes, about. */
  readonly size: number
}

/** Whether it vouches for a value for which the other does not. */
function isBetter(one: TakenField, other: TakenField): boolean {
  return one.trust === 'trusted' && other.trust !== 'trusted'
}

/** Shares of the bound: lists and the subject's values must not push text out, nor the other way round. */
const LISTED_SHARE = 0.25
const BROUGHT_SHARE = 0.1
/** What a map costs for a key beside its text. */
const ENTRY = 90

/**
 * Makes it. Memory that is needed for something new is taken from the oldest text, whose words are kept in a
 * filter that never says no to what was there; lists that are full take nothing more, so that their values
 * are unknown; and what is too much for all of that makes everything unknown, which counts as untrusted.
 */
export function createMemory({ decode, most }: MemoryOptions): Memory {
  const passages = new Passages()
  const listed = new Map<string, Listing>()
  const authored = new Map<string, Listing>()
  const brought = new Set<string>()
  const confirmed = new Set<string>()
  const forgotten = new Forgotten()
  const dropped = new Set<DataClass>()
  const sizes = { listed: 0, brought: 0 }
  let complete = true

  const size = (): number => passages.size + sizes.listed + sizes.brought + forgotten.size
  const makeRoom = (): void => {
    const forget = (word: string, { trust, answer }: Passage): void => {
      forgotten.add(word, trust)
      for (const one of answer.classes) dropped.add(one)
    }
    while (size() > most && passages.drop(forget));
    if (forgotten.full) complete = false
  }
  const list = (answer: Taken, field: TakenField): void => {
    const key = wordsOf(field.text).join(' ')
    const kept = field.part === 'author' ? authored : listed
    const known = kept.get(key)
    if (key === '' || (known && !isBetter(field, known.field))) return
    const cost = known ? 0 : key.length + field.text.length + field.at.length + ENTRY
    if (sizes.listed + cost > most * LISTED_SHARE) {
      // A value of a full list would look like the subject's own word.
      passages.add(answer, field, field.text, 'same')
      return
    }
    sizes.listed += cost
    kept.set(key, { answer, field })
  }
  return {
    take(taken) {
      for (const field of taken.fields) {
        if (field.form === 'value') list(taken, field)
        else passages.add(taken, field, field.text, 'same')
        for (const text of decode(field.text)) passages.add(taken, field, text, 'decoded')
      }
      makeRoom()
    },
    bring(values) {
      for (const key of values.flatMap(impliedBy).map((one) => wordsOf(one).join(' '))) {
        if (key === '' || brought.has(key)) continue
        sizes.brought += key.length + ENTRY
        brought.add(key)
        if (sizes.brought > most * BROUGHT_SHARE) dropFirst()
      }
    },
    confirm(value) {
      confirmed.add(wordsOf(value).join(' '))
    },
    look: (args, { server, target } = { server: '', target: '' }) => {
      const known = { passages, listed, authored, brought, confirmed, forgotten, dropped }
      return look({ ...known, complete, server, target }, args, decode)
    },
    forget() {
      complete = false
    },
    get complete() {
      return complete
    },
    get size() {
      return size()
    },
  }

  function dropFirst(): void {
    const [first] = brought
    if (first === undefined) return
    brought.delete(first)
    sizes.brought -= first.length + ENTRY
  }
}
