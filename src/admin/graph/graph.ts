import { z } from 'zod'
import { invalid, moment, operation, text, time, timeOf } from '../operation.ts'
import { blastOf, concerned } from './blast.ts'
import { NODE_KINDS, trustGraph } from './trust-graph.ts'

const DAY = 24 * 60 * 60 * 1_000
const LONGEST = 92 * DAY
const range = { from: moment.optional(), to: moment.optional() }

/** The last day, unless told. */
function rangeOf({
  from,
  to,
}: {
  readonly from?: number | undefined
  readonly to?: number | undefined
}) {
  const before = to ?? Date.now()
  const since = from ?? before - DAY
  if (since >= before) throw invalid('`from` is not before `to`')
  if (before - since > LONGEST) throw invalid('the time is longer than 92 days')
  return { since, before }
}

const counts = z.object({
  permit: z.number(),
  observed: z.number(),
  ask: z.number(),
  deny: z.number(),
})

/** What was looked at. `cutAt`: older calls of the time were not. */
const looked = { from: time, to: time, calls: z.number(), cutAt: time.optional() }

export const GRAPH = [
  operation('graph.show', 'GET /graph', {
    needs: 'look',
    summary: 'Show who reaches what by what, with the traffic of a time',
    input: z.strictObject(range),
    output: z.object({
      ...looked,
      nodes: z.array(
        z.object({
          id: z.string(),
          kind: z.enum(NODE_KINDS),
          name: z.string(),
          calls: z.number(),
        }),
      ),
      edges: z.array(z.object({ from: z.string(), to: z.string(), calls: counts })),
      /** Edges with less traffic that are left out. */
      left: z.number(),
    }),
    run: async ({ administration: { graph } }, input) => {
      const { since, before } = rangeOf(input)
      const { flows, calls, cutAt } = await graph.flows({ since, before })
      const { nodes, edges, left } = trustGraph(flows)
      return {
        ...{ from: timeOf(since), to: timeOf(before), calls, left },
        ...(cutAt === undefined ? {} : { cutAt: timeOf(cutAt) }),
        nodes: [...nodes],
        edges: [...edges],
      }
    },
  }),
  operation('graph.blast', 'GET /graph/blast', {
    needs: 'look',
    summary: 'Say what is within reach of whoever has taken over a node of the graph',
    input: z.strictObject({ ...range, kind: z.enum(NODE_KINDS), name: text(2_600) }),
    output: z.object({
      ...looked,
      tools: z.array(
        z.object({
          server: z.string(),
          tool: z.string(),
          access: z.enum(['permit', 'ask', 'depends', 'unknown', 'never']),
          effects: z.array(z.string()),
          reads: z.array(z.string()),
          risk: z.string(),
          calls: z.number(),
        }),
      ),
      effects: z.array(z.string()),
      reads: z.array(z.string()),
      destinations: z.array(z.object({ name: z.string(), calls: z.number() })),
      subjects: z.array(z.string()),
      clients: z.array(z.string()),
    }),
    run: async ({ administration: { graph } }, { kind, name, ...input }) => {
      const { since, before } = rangeOf(input)
      const { flows, calls, cutAt } = await graph.flows({ since, before })
      const access = await graph.access(concerned(kind, name, flows))
      const blast = blastOf({ kind, name, flows, tools: graph.tools(), access })
      return {
        ...{ from: timeOf(since), to: timeOf(before), calls },
        ...(cutAt === undefined ? {} : { cutAt: timeOf(cutAt) }),
        tools: blast.tools.map(({ effects, reads, ...tool }) => ({
          ...tool,
          effects: [...effects],
          reads: [...reads],
        })),
        effects: [...blast.effects],
        reads: [...blast.reads],
        destinations: [...blast.destinations],
        subjects: [...blast.subjects],
        clients: [...blast.clients],
      }
    },
  }),
] as const
