import type { OverviewSource } from '../overview/ports.ts'

const NOW = 1_790_000_000_000
const COUNTS = { at: NOW, calls: 3, denied: 2, asked: 1, failed: 1 }

/** A gateway with one thing to put right. */
export const overview: OverviewSource = {
  facts: async () => ({
    now: NOW,
    servers: [{ name: 'files', mode: 'observe', plain: false, failures: 0, tools: [] }],
    policies: { warnings: 0, findings: 0, rollout: 'none' },
    owners: [],
    passkeys: true,
    bearer: 'never',
    keysDue: [],
    orphans: [],
    records: 0,
    approvals: { pending: 2 },
    definitions: { waiting: 0, poisoned: 0 },
  }),
  seconds: async () => [COUNTS],
  hours: async () => [COUNTS, { ...COUNTS, at: NOW + 3_600_000 }],
  newServers: async (since) => [{ name: 'files', first: since }],
}
