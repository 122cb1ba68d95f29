import { randomBytes, randomUUID } from 'node:crypto'
import type { ContentCategory, ContentFinding, ContentScan } from '../../kernel/content.ts'
import { isObject, type Json } from '../../kernel/json.ts'
import { escapeStep } from '../../kernel/json-pointer.ts'
import type { ScreenAction, ScreenPlan, ScreenRule } from '../../kernel/screening.ts'
import type { Screening } from '../screen/screening.ts'
import { createScreens, type Screens } from '../screen/screens.ts'
import { policyOf } from './world.ts'

/** What the fake analysis finds: each says itself what it is. */
const FOUND: readonly (readonly [ContentCategory, string, RegExp])[] = [
  ['secret', 'demo-key', /KEY-[a-z0-9]+/g],
  ['personal', 'demo-person', /PERSON-[a-z0-9]+/g],
  ['canary', 'demo-canary', /CANARY-[a-z0-9]+/g],
  ['injection', 'demo-order', /OBEY-[a-z0-9]+/g],
]

/** An analysis that finds what says what it is, and answers at once or later. */
export function fakeScreening(when: 'at once' | 'later' = 'at once'): Screening & {
  readonly scanned: Json[]
} {
  const scanned: Json[] = []
  return {
    scanned,
    scan(value, { categories }) {
      scanned.push(value)
      const findings = [...findingsIn('', value)].filter(({ category }) => categories.has(category))
      const scan: ContentScan = { findings, complete: true }
      return when === 'at once'
        ? scan
        : new Promise((done) => setTimeout(() => done(scan), Math.random() * 3))
    },
    redact(value, findings, { fits = () => true }) {
      const changed = replaced('', value, findings)
      return { value: changed, unredactable: fits(changed) ? [] : findings.map(({ at }) => at) }
    },
  }
}

function* findingsIn(at: string, value: Json): Generator<ContentFinding> {
  if (typeof value === 'string') yield* inText(at, value)
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* findingsIn(`${at}/${index}`, item)
  else if (isObject(value))
    for (const [name, item] of Object.entries(value))
      if (item !== undefined) yield* findingsIn(`${at}/${escapeStep(name)}`, item)
}

function* inText(at: string, text: string): Generator<ContentFinding> {
  for (const [category, type, pattern] of FOUND)
    for (const { 0: value, index } of text.matchAll(pattern))
      yield {
        ...{ category, type, mark: value.toLowerCase(), rule: `demo/${type}`, severity: 'high' },
        ...{ certainty: 'proved', why: 'it says so', shown: '', control: 'G2' },
        ...{ at, start: index, end: index + value.length, via: [] },
      }
}

function replaced(at: string, value: Json, findings: readonly ContentFinding[]): Json {
  if (Array.isArray(value))
    return value.map((item: Json, index) => replaced(`${at}/${index}`, item, findings))
  if (isObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        item === undefined ? item : replaced(`${at}/${escapeStep(name)}`, item, findings),
      ]),
    )
  if (typeof value !== 'string') return value
  const here = findings.filter((one) => one.at === at).sort((a, b) => b.start - a.start)
  return here.reduce(
    (text, { start, end, type }) => `${text.slice(0, start)}[${type}]${text.slice(end)}`,
    value,
  )
}

/** A rule about one category. */
export function rule(
  category: ContentCategory,
  action: ScreenAction,
  more: Partial<ScreenRule> = {},
): ScreenRule {
  return {
    ...{ screen: 'demo', category, certainty: 'likely', action, alert: false, stop: false },
    ...more,
  }
}

/** A plan of these rules. */
export function planOf(...rules: readonly ScreenRule[]): ScreenPlan {
  return { rules, marking: 'none' }
}

/** Everything that looks at messages, without anything that has to be looked for. */
export function unscreened(): Screens {
  return createScreens(
    {
      policies: () => policyOf(() => true),
      recorder: { record: async () => undefined },
      sealKey: randomBytes(32),
      now: Date.now,
      randomId: randomUUID,
      log: () => undefined,
    },
    { approvals: undefined, url: String, patience: 0 },
    {
      seal: { seal: () => '', open: () => ({}) },
      parked: { put: () => '', take: () => undefined, close: () => undefined },
    },
  )
}
