import {
  CalendarClock,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  type LucideIcon,
} from 'lucide-react'
import type { Exposure, SecretState } from '../../../kernel/vault.ts'
import type { Tone } from '../../design/chip.tsx'
import type { Choice } from '../../design/select.tsx'

interface StateWords {
  readonly word: string
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly means: string
}

/** What is to be thought of a secret: always a sign and a word. */
export const STATES: Readonly<Record<SecretState, StateWords>> = {
  good: { word: 'Good', tone: 'good', icon: CircleCheck, means: 'nothing is to be done' },
  due: {
    word: 'Due',
    tone: 'wait',
    icon: CalendarClock,
    means: 'it is time for a new value',
  },
  exposed: {
    word: 'Exposed',
    tone: 'bad',
    icon: CircleAlert,
    means: 'its value was seen outside of the vault',
  },
  expired: {
    word: 'Expired',
    tone: 'bad',
    icon: CircleDashed,
    means: 'it is given to nobody any more',
  },
}

const URGENCY: readonly SecretState[] = ['exposed', 'expired', 'due', 'good']

/** The most urgent first; of equally urgent ones by name. */
export function byUrgency(
  a: { readonly state: SecretState; readonly name: string },
  b: { readonly state: SecretState; readonly name: string },
): number {
  const urgency = URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state)
  return urgency === 0 ? a.name.localeCompare(b.name) : urgency
}

/** Where a value was seen. */
export const PLACES: Readonly<Record<Exposure['place'], string>> = {
  result: 'in a result of',
  argument: 'in an argument to',
  log: 'in a log:',
  'host-file': 'in a file of this machine:',
  reported: 'reported by',
}

/** How a configuration names a secret. It says nothing of its value. */
export function referenceTo({
  name,
  owner,
}: {
  readonly name: string
  readonly owner: string
}): string {
  return `secret://${owner === 'shared' ? 'vault' : 'user'}/${name}`
}

/** For how long the value before stays good, in minutes as texts. */
export const OVERLAPS: readonly Choice[] = [
  { value: '0', label: 'not at all: it ends at once' },
  { value: '60', label: 'for one hour' },
  { value: '1440', label: 'for one day' },
  { value: '10080', label: 'for seven days' },
]

/** A value that was seen outside ends at once; others have time to reach everybody. */
export function firstOverlap(state: SecretState): string {
  return state === 'exposed' || state === 'expired' ? '0' : '60'
}

/** After how many days it is due to be changed. */
export const DUE_AFTER: readonly Choice[] = [
  { value: '', label: 'never' },
  { value: '30', label: 'every 30 days' },
  { value: '90', label: 'every 90 days' },
  { value: '180', label: 'every 180 days' },
  { value: '365', label: 'every year' },
]

/** By which the page finds a secret: two people may use the same name. */
export function idOf({ name, owner }: { readonly name: string; readonly owner: string }): string {
  return `${owner}~${name}`
}

/** Words of a field, separated by spaces, commas or lines; each once. */
export function wordsIn(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))]
}

/** Whose it is, in words. */
export function ownerWords(owner: string): string {
  return owner === 'shared' ? 'everybody' : owner
}
