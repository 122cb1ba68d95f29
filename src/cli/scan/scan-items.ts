import { createDefinitionAnalysis } from '../../analysis/definition/definition.ts'
import type { Peer } from '../../analysis/definition/peers.ts'
import type { Reported } from '../../analysis/definition/sarif.ts'
import { analyseSurface, type SurfaceTool } from '../../analysis/definition/surface.ts'
import { verdictOf } from '../../analysis/definition/verdict.ts'
import { classify } from '../../catalog/classify.ts'
import { claimsOf } from '../../catalog/entry.ts'
import { fingerprintOf } from '../../catalog/findings/fingerprint.ts'
import { pinDigest } from '../../catalog/pins/pin-digest.ts'
import { type Finding, SEVERITIES } from '../../kernel/finding.ts'
import { isObject } from '../../kernel/json.ts'
import type { DefinitionJudgement } from '../../kernel/pins.ts'
import type { Baseline } from './baseline.ts'
import type { ScannedItem } from './read-items.ts'

/** One finding, and what it is accepted by. */
export interface ScannedFinding extends Finding {
  readonly fingerprint: string
  /** Why it is accepted; absent for what counts. */
  readonly accepted?: string
}

export interface ScannedDefinition extends Omit<Reported, 'findings'> {
  /** By what counts: what is accepted does not. */
  readonly verdict: DefinitionJudgement['verdict']
  readonly findings: readonly ScannedFinding[]
}

/** Analyses definitions, each beside all others. What several servers do together stands at the first of them. */
export function scanItems(
  items: readonly ScannedItem[],
  baseline: Baseline,
): readonly ScannedDefinition[] {
  const analysis = createDefinitionAnalysis({ peers: items.flatMap(peerOf) })
  const together = surfaceFindings(items)
  return items.map((item) => {
    const { server, kind, name, definition, file } = item
    const key = `${server}/${name}`
    const shared = kind === 'tools' ? (together.get(key) ?? []) : []
    const findings = [...analysis.analyse(item).findings, ...shared].map(
      (finding): ScannedFinding => {
        const fingerprint = fingerprintOf(item, finding)
        const accepted = baseline.get(fingerprint)
        return { ...finding, fingerprint, ...(accepted === undefined ? {} : { accepted }) }
      },
    )
    const counting = findings.filter(({ accepted }) => accepted === undefined)
    return {
      ...{ server, kind, name, digest: pinDigest(definition), findings },
      verdict: verdictOf(counting),
      ...(file === undefined ? {} : { file }),
    }
  })
}

function peerOf({ server, kind, name, definition }: ScannedItem): readonly Peer[] {
  if (kind !== 'tools') return []
  return [{ server, name, ...described(definition) }]
}

function described(definition: ScannedItem['definition']): { readonly description?: string } {
  const description = isObject(definition) ? definition['description'] : undefined
  return typeof description === 'string' ? { description } : {}
}

function surfaceFindings(items: readonly ScannedItem[]): ReadonlyMap<string, readonly Finding[]> {
  if (new Set(items.map(({ server }) => server)).size < 2) return new Map()
  const tools = items.flatMap((item) => (item.kind === 'tools' ? [surfaceTool(item)] : []))
  const findings = analyseSurface(tools).map(
    ({ tools: named, rule, severity, certainty, control, why }) => ({
      key: named[0] ?? '',
      finding: {
        ...{ rule, severity, certainty, control, why },
        ...{ at: '', start: 0, end: 0, via: [], shown: named.join(', ').slice(0, 200) },
      } satisfies Finding,
    }),
  )
  const byTool = Map.groupBy(findings, ({ key }) => key)
  return new Map([...byTool].map(([key, all]) => [key, all.map(({ finding }) => finding)]))
}

function surfaceTool({ server, name, definition }: ScannedItem): SurfaceTool {
  const claims = claimsOf(name, isObject(definition) ? definition : {})
  const { effects, reversible, reads, trust } = classify(claims)
  const has = (effect: (typeof effects)[number]) => effects.includes(effect)
  return {
    ...{ server, name, ...described(definition) },
    classes: {
      untrusted: trust === 'untrusted',
      private: reads.some((one) => one !== 'public'),
      external: has('send') || has('pay'),
      destructive: (has('delete') && !reversible) || has('execute'),
    },
  }
}

/** What makes a scan fail: a verdict at least, or a finding of a severity at least. */
export const FAIL_ON = ['poisoned', 'review', ...SEVERITIES] as const
export type FailOn = (typeof FAIL_ON)[number]

/** Whether a definition is as bad as what makes a scan fail. */
export function fails({ verdict, findings }: ScannedDefinition, on: FailOn): boolean {
  if (on === 'poisoned') return verdict === 'poisoned'
  if (on === 'review') return verdict !== 'clean'
  return findings.some(
    ({ severity, accepted }) =>
      accepted === undefined && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(on),
  )
}
