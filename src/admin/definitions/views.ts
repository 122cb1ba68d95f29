import { z } from 'zod'
import { CERTAINTIES, type Finding, SEVERITIES, type Severity } from '../../kernel/finding.ts'
import type { Digest } from '../../kernel/hash.ts'
import {
  type DefinitionChange,
  type DefinitionDiff,
  PIN_KINDS,
  PIN_STATUSES,
  type PinVersion,
} from '../../kernel/pins.ts'
import { FINDING_STATES, type TriagedFinding } from '../../kernel/triage.ts'
import { spellOut } from '../../kernel/visible-text.ts'
import { time, timeOf, times } from '../operation.ts'
import type { Definitions } from './ports.ts'
import { wordDiff } from './word-diff.ts'

/** Names are as long as servers make them: enough of one to be seen. */
const MOST_SHOWN = 2_000

export const severity = z.enum(SEVERITIES)
export const kind = z.enum(PIN_KINDS)
export const pinStatus = z.enum(PIN_STATUSES)
export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a digest has 64 hexadecimal digits')
  .transform((digits) => digits as Digest)
/** As it is: items are named by it. */
export const name = z.string().max(65_536)

const item = {
  server: z.string(),
  kind,
  /** As it is. */
  name: z.string(),
  /** With what nobody sees spelled out. */
  shownName: z.string(),
  digest: z.string(),
  status: pinStatus,
  listed: z.boolean(),
}

export const versionView = z.object({
  ...item,
  cause: z.enum(['first', 'added', 'changed', 'returned']),
  replaces: z.string().optional(),
  verdict: z.enum(['clean', 'review', 'poisoned']),
  /** How many findings, and how bad the worst is. */
  findings: z.number(),
  worst: severity.optional(),
  seen: time,
  decided: time.optional(),
  by: z.string().optional(),
  reason: z.string().optional(),
  version: z.number(),
})

const findingView = z.object({
  rule: z.string(),
  severity,
  certainty: z.enum(CERTAINTIES),
  why: z.string(),
  shown: z.string(),
  control: z.string(),
  at: z.string(),
  inName: z.boolean().optional(),
  start: z.number(),
  end: z.number(),
  via: z.array(z.string()),
})

export const triagedView = z.object({
  ...item,
  fingerprint: z.string(),
  finding: findingView,
  state: z.enum(FINDING_STATES),
  acceptance: z.object({ reason: z.string(), by: z.string(), at: time, expires: time }).optional(),
})

const changeView = z.object({
  at: z.string(),
  kind: z.enum(['added', 'removed', 'changed']),
  before: z.string().optional(),
  after: z.string().optional(),
  /** How the one text became the other, word by word; absent where one of them is. */
  words: z
    .array(z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() }))
    .optional(),
  meaning: z.string(),
  severity,
  why: z.string(),
})

const visible = { definition: z.record(z.string(), z.json()), hidden: z.array(z.string()) }

export const diffView = z.object({
  definition: versionView.extend(visible),
  /** What was approved before it. */
  from: versionView.extend(visible).optional(),
  changes: z.array(changeView),
  risk: severity,
  newFindings: z.array(findingView),
  /** All of its findings, with what people made of them. */
  findings: z.array(triagedView),
})

/** What ports give is readonly; what leaves is a copy that the schema makes. */
function copied<T>(value: unknown): T {
  return value as T
}

export function worstOf(findings: readonly Pick<Finding, 'severity'>[]): Severity | undefined {
  const ranks = findings.map((finding) => SEVERITIES.indexOf(finding.severity))
  return ranks.length === 0 ? undefined : SEVERITIES[Math.max(...ranks)]
}

export function showVersion(version: PinVersion): z.input<typeof versionView> {
  const { judgement, seen, decided, definition: _, ...rest } = version
  const { verdict, findings } = judgement
  return copied({
    ...rest,
    ...{ shownName: spellOut(version.name, MOST_SHOWN), verdict, findings: findings.length },
    ...{ worst: worstOf(findings), seen: timeOf(seen) },
    ...times({ decided }),
  })
}

export function showTriaged({
  acceptance,
  ...triaged
}: TriagedFinding): z.input<typeof triagedView> {
  return copied({
    ...triaged,
    shownName: spellOut(triaged.name, MOST_SHOWN),
    ...(acceptance && {
      acceptance: { ...acceptance, at: timeOf(acceptance.at), expires: timeOf(acceptance.expires) },
    }),
  })
}

function showChange(change: DefinitionChange): z.input<typeof changeView> {
  const { before, after } = change
  if (before === undefined || after === undefined) return change
  return copied({ ...change, words: wordDiff(before, after) })
}

export function showDiff(
  { from, to, changes, risk, newFindings }: DefinitionDiff,
  findings: readonly TriagedFinding[],
  visibly: Definitions['visible'],
): z.input<typeof diffView> {
  const whole = (version: PinVersion) => ({
    ...showVersion(version),
    ...visibly(version.definition),
  })
  return copied({
    definition: whole(to),
    ...(from && { from: whole(from) }),
    changes: changes.map(showChange),
    risk,
    newFindings,
    findings: findings.map(showTriaged),
  })
}
