import { expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import type { Finding, Severity } from '../../kernel/finding.ts'
import type { DefinitionDiff, PinVersion } from '../../kernel/pins.ts'
import type { FindingState } from '../../kernel/triage.ts'
import { approvePlain } from './approve-plain.ts'
import type { Definitions } from './ports.ts'

const BY = { subject: 'user:ann', client: 'c', grant: 'g' }

interface Case {
  readonly status?: PinVersion['status']
  readonly verdict?: PinVersion['judgement']['verdict']
  readonly findings?: readonly [Severity, FindingState][]
  readonly changes?: readonly Severity[]
  readonly fails?: 'version_conflict' | 'store_unavailable'
}

/** The desk as it says that the cases are, and what became of each. */
async function outcome(cases: Readonly<Record<string, Case>>) {
  const definitions = {
    pins: {
      async diff(_server: string, _kind: string, name: string) {
        const one = cases[name]
        if (one === undefined) return undefined
        const { status = 'quarantined', verdict = 'clean', changes = [] } = one
        const to = { name, status, judgement: { verdict, findings: [] } }
        const changed = changes.map((severity) => ({ severity, why: `a ${severity} change` }))
        return { to, changes: changed } as unknown as DefinitionDiff
      },
      async decide(_: unknown, { name }: PinVersion) {
        const code = cases[name]?.fails
        if (code !== undefined) throw new GatewayError(code, `it is a ${code}`)
        return { name, status: 'approved' }
      },
    },
    findings: {
      of: async ({ name }: PinVersion) =>
        (cases[name]?.findings ?? []).map(([severity, state]) => ({
          ...{ state, finding: { severity, why: `a ${severity} finding` } as Finding },
        })),
    },
  } as unknown as Definitions
  const items = [...Object.keys(cases), 'unseen'].map((name) => ({ name }) as PinVersion)
  const { approved, left } = await approvePlain(definitions, BY, items, 'why')
  return [
    approved.map(({ name }) => name),
    Object.fromEntries(left.map(({ item, why }) => [item.name, why])),
  ]
}

test('what has no risk is approved, the rest is left with the reason', async () => {
  const cases: Record<string, Case> = {
    plain: { changes: ['info', 'low'], findings: [['low', 'open']] },
    lived: { verdict: 'poisoned', findings: [['critical', 'accepted']] },
    bad: { verdict: 'review', findings: [['medium', 'open']] },
    again: { verdict: 'poisoned', findings: [['high', 'expired']] },
    wider: { changes: ['low', 'medium'] },
    unread: { verdict: 'poisoned' },
    gone: { status: 'rejected' },
    raced: { fails: 'version_conflict' },
  }
  expect(await outcome(cases)).toEqual([
    ['plain', 'lived'],
    {
      bad: 'a finding is medium: a medium finding',
      again: 'a finding is high: a high finding',
      wider: 'a change is medium: a medium change',
      unread: 'it could not be judged',
      gone: 'it is rejected, and does not wait',
      raced: 'it is a version_conflict',
      unseen: 'no such definition was seen',
    },
  ])
})

test('what is wrong with the gateway ends it', async () => {
  await expect(outcome({ plain: { fails: 'store_unavailable' } })).rejects.toMatchObject({
    code: 'store_unavailable',
  })
})
