import type { Verdict } from '../calls/ports.ts'
import type { Flow } from './ports.ts'

export const NODE_KINDS = ['subject', 'client', 'server', 'tool', 'destination'] as const
export type NodeKind = (typeof NODE_KINDS)[number]

export interface GraphNode {
  /** Its kind and its name. */
  readonly id: string
  readonly kind: NodeKind
  readonly name: string
  readonly calls: number
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly calls: Readonly<Record<Verdict, number>>
}

export interface TrustGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  /** Edges with less traffic that are left out. */
  readonly left: number
}

const MOST_EDGES = 500

export function nodeId(kind: NodeKind, name: string): string {
  return `${kind} ${name}`
}

/** The name of the node of a tool. */
export function toolName({ server, tool }: Pick<Flow, 'server' | 'tool'>): string {
  return `${server}:${tool}`
}

/** Who, by which client, at which server, with which tool, to where: each step with its traffic. */
export function trustGraph(flows: readonly Flow[]): TrustGraph {
  const edges = new Map<string, GraphEdge>()
  const totals = new Map<string, number>()
  for (const flow of flows) {
    const steps = stepsOf(flow)
    for (const [from, to] of steps) {
      const key = JSON.stringify([from, to])
      const known = edges.get(key)
      const calls = known === undefined ? flow.calls : added(known.calls, flow.calls)
      edges.set(key, { from, to, calls })
    }
    for (const id of new Set(steps.flat()))
      totals.set(id, (totals.get(id) ?? 0) + sumOf(flow.calls))
  }
  const sorted = [...edges.values()].sort((a, b) => sumOf(b.calls) - sumOf(a.calls))
  const shown = sorted.slice(0, MOST_EDGES)
  const nodes = new Set(shown.flatMap(({ from, to }) => [from, to]))
  return {
    nodes: [...nodes].map((id) => ({ id, ...partsOf(id), calls: totals.get(id) ?? 0 })),
    edges: shown,
    left: sorted.length - shown.length,
  }
}

function stepsOf(flow: Flow): readonly (readonly [string, string])[] {
  const subject = nodeId('subject', flow.subject)
  const client = nodeId('client', flow.client)
  const server = nodeId('server', flow.server)
  const tool = nodeId('tool', toolName(flow))
  return [
    [subject, client],
    [client, server],
    [server, tool],
    ...flow.hosts.map((host) => [tool, nodeId('destination', host)] as const),
  ]
}

function partsOf(id: string): Pick<GraphNode, 'kind' | 'name'> {
  const space = id.indexOf(' ')
  return { kind: id.slice(0, space) as NodeKind, name: id.slice(space + 1) }
}

export function sumOf(calls: Flow['calls']): number {
  return calls.permit + calls.observed + calls.ask + calls.deny
}

export function added(one: Flow['calls'], other: Flow['calls']): Flow['calls'] {
  return {
    permit: one.permit + other.permit,
    observed: one.observed + other.observed,
    ask: one.ask + other.ask,
    deny: one.deny + other.deny,
  }
}
