import type { Certainty } from '../../../kernel/finding.ts'
import { isAtLeast } from '../../../kernel/finding.ts'

/** A secret in a text. */
export interface SecretHit {
  /** `secret/` and the type. */
  readonly rule: string
  /** What it is: `aws-access-token`. */
  readonly type: string
  /** UTF-16 offsets of the secret itself, without its name; end exclusive. */
  readonly start: number
  readonly end: number
  readonly certainty: Certainty
  /** One public sentence; it quotes nothing. */
  readonly why: string
}

/** How much a rule says about what it finds: where two overlap, the one that says more names it. */
export const RANKS = { generic: 0, structure: 1, named: 2, token: 3, own: 4 } as const

export interface Candidate extends Omit<SecretHit, 'rule'> {
  readonly rank: number
}

/** More hits than this in one text are one finding: everything from there on is taken as secret. */
const MOST_HITS = 10_000

/** Collects what probes find in one text. */
export class Sink {
  readonly #found: Candidate[] = []
  /** Up to where names were read: within a name nothing begins again. */
  nameSeen = 0
  /** Up to where each form was read: a form is not tried again within what it took, so that all stays linear. */
  readonly seen = new Map<object, number>()

  add(candidate: Candidate): void {
    if (candidate.end > candidate.start && this.#found.length < MOST_HITS)
      this.#found.push(candidate)
  }

  get full(): boolean {
    return this.#found.length >= MOST_HITS
  }

  /** What was found, in the order of the text; of those that overlap one remains. */
  hits(): readonly SecretHit[] {
    const sorted = this.#found.toSorted((a, b) => a.start - b.start || b.end - a.end)
    const kept: Candidate[] = []
    for (const next of sorted) {
      const last = kept.at(-1)
      if (last === undefined || next.start >= last.end) kept.push(next)
      else kept[kept.length - 1] = merged(last, next)
    }
    return kept.map(({ rank: _, ...hit }) => ({ ...hit, rule: `secret/${hit.type}` }))
  }
}

/** The one that says more, over everything that either covers: what is half a secret is not shown. */
function merged(a: Candidate, b: Candidate): Candidate {
  const first = compare(a, b) >= 0 ? a : b
  const certainty = isAtLeast(a.certainty, b.certainty) ? a.certainty : b.certainty
  return { ...first, certainty, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) }
}

function compare(a: Candidate, b: Candidate): number {
  return a.rank - b.rank || a.end - a.start - (b.end - b.start)
}

/** Matches a sticky form at a place, unless the place lies in what the form has already taken. */
export function matchOnce(
  sink: Sink,
  form: RegExp,
  text: string,
  at: number,
): RegExpExecArray | null {
  if (at < (sink.seen.get(form) ?? 0)) return null
  form.lastIndex = at
  const match = form.exec(text)
  if (match !== null) sink.seen.set(form, form.lastIndex)
  return match
}
