import type {
  ContentCategory,
  ContentDirection,
  ContentFinding,
  ContentScan,
} from '../../kernel/content.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import {
  type RecordedFinding,
  SCREEN_ACTIONS,
  type ScreenAction,
  type Screened,
  type ScreenPlan,
  screened,
} from '../../kernel/screening.ts'
import type { Part, Screening } from './screening.ts'

/** What is looked for, and what is done about it. */
export interface Sieve {
  readonly plan: ScreenPlan
  readonly direction: ContentDirection
  /** Categories that are looked for whatever the plan says. */
  readonly besides?: ReadonlySet<ContentCategory> | undefined
  /** Whether a message without what was taken out of it is still what its receiver expects. */
  readonly fits?: ((candidate: JsonObject) => boolean) | undefined
}

/** A message that was looked at. */
export interface Sifted extends Screened {
  /** The message without what has to be taken out of it; the same object where that is nothing. */
  readonly value: JsonObject
  readonly findings: readonly ContentFinding[]
}

/** Nothing is known against it. */
export function clean(value: JsonObject): Sifted {
  return { value, findings: [], action: 'allow', matches: [], alert: false, stop: false }
}

/** The plan for a server of which policies are only observed: nothing happens but what stops an intruder. */
export function observedPlan(plan: ScreenPlan): ScreenPlan {
  const stands = ({ stop, category, action }: ScreenPlan['rules'][number]): boolean =>
    stop || (category === 'canary' && action === 'block')
  const rules = plan.rules.map((rule) =>
    stands(rule) ? rule : { ...rule, action: 'allow' as const },
  )
  return { rules, marking: 'none' }
}

/**
 * Looks at a message, and takes out what its plan says. At once where the analysis answers at once.
 *
 * @throws GatewayError `analysis_unavailable` when the message could not be looked at.
 */
export function sift(
  screening: Screening | undefined,
  value: JsonObject,
  { plan, direction, besides, fits }: Sieve,
): Sifted | Promise<Sifted> {
  const categories = new Set([...plan.rules.map(({ category }) => category), ...(besides ?? [])])
  if (categories.size === 0) return clean(value)
  if (screening === undefined) throw unavailable('there is nothing that looks at content')
  const judge = (scan: ContentScan): Sifted =>
    judged(screening, value, plan, findingsOf(scan), fits)
  try {
    const scan = screening.scan(value, { direction, categories })
    return scan instanceof Promise ? scan.then(judge).catch(failed) : judge(scan)
  } catch (thrown) {
    return failed(thrown)
  }
}

function failed(thrown: unknown): never {
  if (thrown instanceof GatewayError) throw thrown
  throw unavailable('looking at the content failed', thrown)
}

function unavailable(detail: string, cause?: unknown): GatewayError {
  const message = 'the content could not be looked at'
  return new GatewayError('analysis_unavailable', message, { detail, cause })
}

/** What was not looked at is too much: policies say what happens to that. */
function findingsOf({ findings, complete }: ContentScan): readonly ContentFinding[] {
  return complete ? findings : [...findings, UNREAD]
}

const UNREAD: ContentFinding = {
  category: 'oversize',
  type: 'unread',
  mark: '',
  rule: 'oversize/unread',
  severity: 'medium',
  certainty: 'proved',
  why: 'not everything could be looked at',
  shown: '',
  control: 'G2',
  at: '',
  start: 0,
  end: 0,
  via: [],
}

function judged(
  screening: Screening,
  value: JsonObject,
  plan: ScreenPlan,
  findings: readonly ContentFinding[],
  fits: Sieve['fits'],
): Sifted {
  const verdict = heeding(plan, screened(plan, findings), findings)
  const taken = verdict.matches.filter(({ rule }) => rule.action === 'redact')
  if (taken.length === 0) return { ...verdict, value, findings }
  const redacted = takeOut(screening, value, findingsIn(taken), fits)
  // What cannot be taken out does not pass.
  if (redacted === undefined) return { ...verdict, action: 'block', value, findings }
  return { ...verdict, value: redacted, findings }
}

/** Where policies keep something back and say nothing of what was not read, that does not pass unread. */
function heeding(
  { rules }: ScreenPlan,
  verdict: Screened,
  findings: readonly ContentFinding[],
): Screened {
  const keeps = rules.find(
    ({ category, action }) => category !== 'canary' && action !== 'allow' && action !== 'mark',
  )
  const heeded = verdict.matches.some(({ finding }) => finding === UNREAD)
  if (keeps === undefined || heeded || !findings.includes(UNREAD)) return verdict
  const { screen } = keeps
  const rule = { ...keeps, category: UNREAD.category, certainty: UNREAD.certainty } as const
  const match = { finding: UNREAD, rule: { ...rule, action: 'block' as const }, screens: [screen] }
  return { ...verdict, action: 'block', matches: [...verdict.matches, match] }
}

function findingsIn(matches: Screened['matches']): readonly ContentFinding[] {
  return matches.map(({ finding }) => finding)
}

/** Takes out what was found. Undefined where that cannot be done, or nothing would fit then. */
export function takeOut(
  screening: Screening,
  value: JsonObject,
  findings: readonly ContentFinding[],
  fits?: Sieve['fits'],
): JsonObject | undefined {
  const options = fits && { fits: (one: Json): boolean => isObject(one) && fits(one) }
  const { value: redacted, unredactable } = screening.redact(value, findings, { ...options })
  const clean = unredactable.length === 0 && isObject(redacted)
  return clean && (fits?.(redacted) ?? true) ? redacted : undefined
}

/** What was found that must not be shown to who reads records: all that was not let through. */
export function notShown({ matches }: Screened): readonly ContentFinding[] {
  const least = SCREEN_ACTIONS.indexOf('redact')
  return findingsIn(matches.filter(({ rule }) => SCREEN_ACTIONS.indexOf(rule.action) >= least))
}

/** What records keep of a message. */
export function recordedOf(
  { matches, action }: Screened,
  part: (finding: ContentFinding) => Part,
): readonly RecordedFinding[] {
  return matches.map(({ finding, rule }) => ({
    category: finding.category,
    type: finding.type,
    rule: finding.rule,
    certainty: finding.certainty,
    at: finding.at,
    action: doneOf(rule.action, action),
    screen: `screen:${rule.screen}`,
    part: part(finding),
  }))
}

/** What nobody may release was blocked, whatever its rule is called. */
function doneOf(rule: ScreenAction, all: ScreenAction): ScreenAction {
  return rule === 'withhold' && all === 'block' ? 'block' : rule
}
