import type { Alert } from '../kernel/notice.ts'
import type { DenialRule } from './options.ts'

export const DENIALS: DenialRule = { count: 20, within: 60_000, quiet: 15 * 60_000 }

/** Subjects that are counted at once. What comes beyond is not counted until others are forgotten. */
const MOST_SUBJECTS = 10_000
const SWEEP = 1_000

interface Counted {
  count: number
  since: number
  /** No alert before. */
  quiet: number
}

/** A call that was denied. */
export interface DeniedCall {
  /** `user:id` or `agent:id`. */
  readonly subject: string
  readonly client: string
  readonly server: string
  readonly target: string
}

/**
 * Notices when a subject is denied again and again, as somebody is who tries what they may not. Counts
 * in this process alone, in bounded memory.
 */
export function denialCounter(
  rule: DenialRule,
): (call: DeniedCall, now: number) => Alert | undefined {
  const subjects = new Map<string, Counted>()
  let swept = Number.NEGATIVE_INFINITY

  const sweep = (now: number): void => {
    if (subjects.size < MOST_SUBJECTS || Math.abs(now - swept) < SWEEP) return
    swept = now
    for (const [subject, { since, quiet }] of subjects)
      if (now - since >= rule.within && now >= quiet) subjects.delete(subject)
  }
  const counted = (subject: string, now: number): Counted | undefined => {
    const known = subjects.get(subject)
    if (known !== undefined) return known
    sweep(now)
    if (subjects.size >= MOST_SUBJECTS) return undefined
    const fresh = { count: 0, since: now, quiet: Number.NEGATIVE_INFINITY }
    subjects.set(subject, fresh)
    return fresh
  }

  return ({ subject, client, server, target }, now) => {
    const one = counted(subject, now)
    if (one === undefined) return undefined
    if (Math.abs(now - one.since) >= rule.within) {
      one.count = 0
      one.since = now
    }
    one.count += 1
    if (one.count < rule.count || now < one.quiet) return undefined
    one.quiet = now + rule.quiet
    const detail = { denied: one.count, seconds: Math.ceil(rule.within / 1_000), server }
    return { notice: 'alert.denials', subject, client, target, detail }
  }
}
