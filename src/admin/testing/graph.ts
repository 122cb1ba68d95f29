import type { Flow, GraphSource } from '../graph/ports.ts'

const NONE = { permit: 0, observed: 0, ask: 0, deny: 0 }

/** Ann and a machine, two clients, two servers. */
export const FLOWS: readonly Flow[] = [
  {
    subject: 'user:ann',
    client: 'editor',
    server: 'web',
    tool: 'fetch',
    hosts: ['a.example', 'b.example'],
    calls: { ...NONE, permit: 5, deny: 1 },
  },
  {
    subject: 'user:ann',
    client: 'editor',
    server: 'web',
    tool: 'fetch',
    hosts: [],
    calls: { ...NONE, permit: 2 },
  },
  {
    subject: 'agent:build',
    client: 'ci',
    server: 'db',
    tool: 'query',
    hosts: [],
    calls: { ...NONE, observed: 3, ask: 4 },
  },
]

/** Ann may fetch and drop, the machine may ask to drop, and nobody may query. */
export const graph: GraphSource = {
  flows: async () => ({ flows: FLOWS, calls: 15, cutAt: 1_780_000_000_000 }),
  tools: () => [
    { server: 'web', name: 'fetch', effects: ['read'], reads: ['public'], risk: 'low' },
    { server: 'db', name: 'query', effects: ['read'], reads: ['personal'], risk: 'medium' },
    { server: 'db', name: 'drop', effects: ['delete'], reads: [], risk: 'high' },
  ],
  access: async (subjects) =>
    (
      [
        { subject: 'user:ann', server: 'web', tool: 'fetch', access: 'permit' },
        { subject: 'user:ann', server: 'db', tool: 'drop', access: 'depends' },
        { subject: 'user:ann', server: 'db', tool: 'query', access: 'never' },
        { subject: 'agent:build', server: 'db', tool: 'drop', access: 'ask' },
      ] as const
    ).filter(({ subject }) => subjects?.includes(subject) ?? true),
}
