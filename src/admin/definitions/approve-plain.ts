import { GatewayError } from '../../kernel/errors.ts'
import type { Actor } from '../../kernel/event.ts'
import { SEVERITIES, type Severity } from '../../kernel/finding.ts'
import type { DefinitionDiff, PinVersion } from '../../kernel/pins.ts'
import type { TriagedFinding } from '../../kernel/triage.ts'
import type { Definitions } from './ports.ts'

type Named = Pick<PinVersion, 'server' | 'kind' | 'name' | 'digest' | 'version'>

/** What became of each definition that was named. */
export interface ApprovedPlain {
  readonly approved: readonly PinVersion[]
  readonly left: readonly { readonly item: Named; readonly why: string }[]
}

/**
 * Approves those of the definitions named in which there is nothing to think about, and leaves the others: what
 * has a risk is decided on one by one.
 */
export async function approvePlain(
  { pins, findings }: Definitions,
  by: Actor,
  items: readonly Named[],
  reason: string,
): Promise<ApprovedPlain> {
  const approved: PinVersion[] = []
  const left: { item: Named; why: string }[] = []
  for (const item of items) {
    try {
      const { server, kind, name, digest } = item
      const diff = await pins.diff(server, kind, name, digest)
      const why = diff === undefined ? 'no such definition was seen' : await doubt(findings, diff)
      if (why === undefined) approved.push(await pins.decide(by, item, 'approved', reason))
      else left.push({ item, why })
    } catch (error) {
      if (!(error instanceof GatewayError) || !ABOUT_ONE.has(error.code)) throw error
      left.push({ item, why: error.message })
    }
  }
  return { approved, left }
}

/** Failures that are about one definition, and say nothing of the next. */
const ABOUT_ONE: ReadonlySet<string> = new Set([
  'item_unknown',
  'version_conflict',
  'definition_unsupported',
])

async function doubt(
  desk: Definitions['findings'],
  { to, changes }: DefinitionDiff,
): Promise<string | undefined> {
  if (to.status !== 'quarantined') return `it is ${to.status}, and does not wait`
  const triaged = await desk.of(to)
  const open = triaged.filter(({ state }) => state !== 'accepted')
  const bad = open.find(({ finding }) => isRisky(finding.severity))
  if (bad !== undefined) return `a finding is ${bad.finding.severity}: ${bad.finding.why}`
  if (!isJudged(to, triaged)) return 'it could not be judged'
  const change = changes.find(({ severity }) => isRisky(severity))
  return change && `a change is ${change.severity}: ${change.why}`
}

/** What could not be read has no findings either. */
function isJudged({ judgement }: PinVersion, triaged: readonly TriagedFinding[]): boolean {
  return judgement.verdict === 'clean' || triaged.length > 0
}

function isRisky(severity: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf('medium')
}
