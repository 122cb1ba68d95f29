import type { ContentFinding } from '../../kernel/content.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { unescapeStep } from '../../kernel/json-pointer.ts'
import type { ScreenMatch } from '../../kernel/screening.ts'

/** Findings that people are shown. */
const MOST = 20
/** UTF-16 code units on each side of what was found. */
const AROUND = 60
const MOST_SHOWN = 200

/** What people who may release a result see of each finding: what it is, where, why, and the passage. */
export function passagesOf(
  value: JsonObject,
  matches: readonly ScreenMatch[],
): readonly JsonObject[] {
  const found = matches.map(({ finding }) => finding)
  return matches.slice(0, MOST).map(({ finding, rule }) => ({
    category: finding.category,
    type: finding.type,
    certainty: finding.certainty,
    at: finding.at,
    why: finding.why,
    screen: `screen:${rule.screen}`,
    passage: finding.shown === '' ? around(value, finding, found) : finding.shown,
  }))
}

/** What stands around it, up to what else was found: what was found is what must not be shown. */
function around(
  value: JsonObject,
  { at, start, end, inName, type }: ContentFinding,
  found: readonly ContentFinding[],
): string {
  const text = inName ? undefined : valueAt(value, at)
  if (typeof text !== 'string') return `[${type}]`
  const others = found.filter(
    (one) => one.at === at && one.inName !== true && (one.start !== start || one.end !== end),
  )
  const before = others.filter((one) => one.start < start).map((one) => Math.min(one.end, start))
  const after = others.filter((one) => one.end > end).map((one) => Math.max(one.start, end))
  const from = Math.max(0, start - AROUND, ...before)
  const to = Math.min(text.length, end + AROUND, ...after)
  return `${text.slice(from, start)}[${type}]${text.slice(end, to)}`
    .slice(0, MOST_SHOWN)
    .toWellFormed()
}

function valueAt(value: JsonObject, at: string): Json | undefined {
  let inner: Json | undefined = value
  for (const step of at.split('/').slice(1)) {
    const name = unescapeStep(step)
    if (Array.isArray(inner)) inner = inner[Number(name)]
    else inner = isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined
  }
  return inner
}
