import type { ArgumentRole } from '../../kernel/flow.ts'
import { nameWords } from './name-words.ts'
import { type Sense, senseOf, senseOfPair } from './senses.ts'

/** What a name says. */
export interface NameRole {
  /** Undefined: no word of it is known. */
  readonly role: ArgumentRole | undefined
  /** Whether it leaves open of what kind the thing is (`id`, `name`), so that others may say. */
  readonly open: boolean
}

const UNKNOWN: NameRole = { role: undefined, open: true }

const OF_SENSE: Readonly<Partial<Record<Sense, ArgumentRole>>> = {
  who: 'destination',
  address: 'destination',
  place: 'destination',
  towards: 'destination',
  thing: 'selector',
  text: 'content',
  secret: 'credential',
  proof: 'proof',
  command: 'command',
  setting: 'setting',
}

/** Pointers by which an address is told, and not the message or page that has that address's name. */
const TELLING: ReadonlySet<string> = new Set(['name', 'number', 'num', 'no', 'nr', 'nbr', 'handle'])

/** What may be run, or name a thing, or show who is there: the first is the worst. */
const RUN_ALONE: ReadonlySet<string> = new Set(['code', 'args', 'argv', 'arguments'])
const RUN: NameRole = { role: 'command', open: true }
/** `one_time_password`, `one-time code`: the kind of secret that is worth nothing later. */
const ONCE = /^one time (?:code|password|passcode|pin|token)s?$/

/**
 * What a member's name says of its value. Its last word decides, and those before it only tell apart. Where
 * that is not known, a word before it counts only for roles that are looked at more closely than others: the
 * name of a way out does not become harmless by a word of text in it.
 */
export function roleOfName(name: string): NameRole {
  return roleOfWords(nameWords(name))
}

/** The same, of words. */
export function roleOfWords(all: readonly string[]): NameRole {
  const words = all.filter((word) => !/^\d+$/.test(word)).flatMap(unglued)
  if (words.length === 1 && RUN_ALONE.has(words[0] ?? '')) return RUN
  if (ONCE.test(words.join(' '))) return ofSense('proof')
  const whole = ofPair(words, words.length - 1)
  if (whole) return whole
  let last = words.length - 1
  while (last > 0 && senseOf(words[last] ?? '') === 'filler') last -= 1
  return ofPair(words, last) ?? ofHead(words, last)
}

function ofPair(words: readonly string[], at: number): NameRole | undefined {
  const sense = senseOfPair(words[at - 1] ?? '', words[at] ?? '')
  return sense && ofSense(sense)
}

function ofSense(sense: Sense): NameRole {
  const role = OF_SENSE[sense]
  return role ? { role, open: false } : UNKNOWN
}

function ofHead(words: readonly string[], at: number): NameRole {
  const head = words[at] ?? ''
  const sense = senseOf(head)
  const before = words.slice(0, at).flatMap((word) => senseOf(word) ?? [])
  if (sense === 'path') {
    const written = before.some(
      (each) => each === 'towards' || each === 'newly' || each === 'place',
    )
    return { role: written ? 'destination' : 'selector', open: false }
  }
  if (sense === 'pointer') return ofPointer(head, before)
  if (sense === undefined || sense === 'filler' || sense === 'newly') return ofModifiers(before)
  return ofSense(sense)
}

function ofPointer(head: string, before: readonly Sense[]): NameRole {
  const owner = before.findLast((each) => each !== 'filler' && each !== 'pointer')
  if (owner === undefined) return { role: 'selector', open: true }
  const towards = owner === 'who' || owner === 'place' || owner === 'towards' || owner === 'newly'
  const reached = owner === 'address' && TELLING.has(head)
  return { role: towards || reached ? 'destination' : 'selector', open: false }
}

const CLOSE: ReadonlySet<Sense> = new Set(['who', 'address', 'place', 'secret', 'command'])

function ofModifiers(before: readonly Sense[]): NameRole {
  const found = before.findLast((each) => CLOSE.has(each))
  return found ? { role: OF_SENSE[found], open: true } : UNKNOWN
}

/** `webhookurl` as `webhook url`: an unknown word of two known ones. */
function unglued(word: string): readonly string[] {
  if (word.length < 5 || word.length > 40 || senseOf(word)) return [word]
  for (let cut = word.length - 2; cut >= 2; cut--) {
    const [left, right] = [word.slice(0, cut), word.slice(cut)]
    if (isPart(left) && isPart(right)) return [left, right]
  }
  return [word]
}

function isPart(word: string): boolean {
  const sense = senseOf(word)
  return sense !== undefined && (sense !== 'filler' || word.length > 2)
}
