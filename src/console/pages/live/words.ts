import type { FeedCall } from './filters.ts'

type Decided = Pick<FeedCall, 'verdict' | 'approval' | 'outcome'>

/** What was decided about a call, as a state that chips know. */
export function stateOf({ verdict, approval, outcome }: Decided): string {
  switch (verdict) {
    case 'permit':
      return approval === undefined ? 'permitted' : 'approved'
    case 'observed':
      return 'observed'
    case 'ask':
      return 'asked'
    case 'deny':
      return 'denied'
    case null:
      // No policy was asked: it was refused before.
      return outcome ?? 'void'
  }
}

const ENDS: Readonly<Record<string, string>> = {
  answered: 'Answered',
  tool_error: 'Tool error',
  failed: 'Failed',
  cancelled: 'Cancelled',
  denied: 'Not sent',
  asked: 'Not sent',
}
/** Milliseconds after which a call without an end was cut off, rather than that it still runs. */
const LONGEST = 15 * 60_000

/** How a call ended, in a word or two. `now`: milliseconds. */
export function endOf({ outcome, at }: Pick<FeedCall, 'outcome' | 'at'>, now: number): string {
  if (outcome !== null) return ENDS[outcome] ?? outcome
  return now - Date.parse(at) > LONGEST ? 'No end on record' : 'Running'
}

/** Milliseconds as people read them. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1) return '<1 ms'
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`
  return `${Math.floor(milliseconds / 60_000)} m ${Math.round((milliseconds % 60_000) / 1_000)} s`
}

/** A number of bytes as people read it. */
export function sizeText(bytes: number): string {
  return bytes < 1_024 ? `${bytes} B` : `${(bytes / 1_024).toFixed(1)} KB`
}

/** Which actions were asked for, as verbs in the past. */
export function verbOf(action: string): string {
  return { call: 'called', read: 'read', get: 'got' }[action] ?? `did \`${action}\` to`
}

/** Names in a sentence. */
export function listText(names: readonly string[]): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
