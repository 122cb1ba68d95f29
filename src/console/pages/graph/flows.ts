import type { Output } from '../../api/call.ts'

type Shown = Output<'graph.show'>
export type GraphNode = Shown['nodes'][number]
export type GraphEdge = Shown['edges'][number]
export type Counts = GraphEdge['calls']
export type Verdict = keyof Counts
export type Kind = GraphNode['kind']

/** From whoever acts to what is acted on. */
export const KINDS = ['subject', 'client', 'server', 'tool', 'destination'] as const
/** In the order in which they lie on each other. */
export const VERDICTS = ['permit', 'observed', 'ask', 'deny'] as const

export const KIND_WORDS: Readonly<Record<Kind, { readonly one: string; readonly many: string }>> = {
  subject: { one: 'User or agent', many: 'Users and agents' },
  client: { one: 'Client', many: 'Clients' },
  server: { one: 'Server', many: 'Servers' },
  tool: { one: 'Tool', many: 'Tools' },
  destination: { one: 'Destination', many: 'Destinations' },
}

/** A node that is drawn: one thing, or those with less traffic together. */
export interface FlowNode {
  readonly id: string
  readonly kind: Kind
  readonly name: string
  readonly calls: number
  /** How many things it stands for. */
  readonly stands: number
}

/** Who reaches what, small enough to be looked at. */
export interface Flows {
  readonly nodes: readonly FlowNode[]
  readonly edges: readonly GraphEdge[]
}

/** The node of those of a kind that are too small to be drawn alone. */
export function othersId(kind: Kind): string {
  return `others ${kind}`
}

/**
 * Keeps of each kind the nodes with the most traffic, and lays the others together into one. Traffic is
 * neither lost nor counted twice: what went through the others goes through that one.
 *
 * @param most of a kind, the one that stands for the others included.
 */
export function bounded(
  { nodes, edges }: { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] },
  most: number,
): Flows {
  const place = new Map<string, string>()
  const kept = KINDS.flatMap((kind): readonly FlowNode[] => {
    const sorted = nodes.filter((node) => node.kind === kind).toSorted(byCalls)
    const alone = sorted.length <= most ? sorted : sorted.slice(0, most - 1)
    const rest = sorted.slice(alone.length)
    for (const { id } of alone) place.set(id, id)
    for (const { id } of rest) place.set(id, othersId(kind))
    const single = alone.map((node) => ({ ...node, stands: 1 }))
    if (rest.length === 0) return single
    const calls = rest.reduce((sum, node) => sum + node.calls, 0)
    const name = `${rest.length} others`
    return [...single, { id: othersId(kind), kind, name, calls, stands: rest.length }]
  })
  return { nodes: kept, edges: laidTogether(edges, place) }
}

function byCalls(a: GraphNode, b: GraphNode): number {
  return b.calls - a.calls || (a.name < b.name ? -1 : 1)
}

function laidTogether(
  edges: readonly GraphEdge[],
  place: ReadonlyMap<string, string>,
): readonly GraphEdge[] {
  const joined = new Map<string, GraphEdge>()
  for (const { from, to, calls } of edges) {
    const [start, end] = [place.get(from), place.get(to)]
    if (start === undefined || end === undefined) continue
    const key = JSON.stringify([start, end])
    const before = joined.get(key)?.calls ?? NONE
    joined.set(key, { from: start, to: end, calls: added(before, calls) })
  }
  return [...joined.values()]
}

const NONE: Counts = { permit: 0, observed: 0, ask: 0, deny: 0 }

function added(one: Counts, other: Counts): Counts {
  return {
    permit: one.permit + other.permit,
    observed: one.observed + other.observed,
    ask: one.ask + other.ask,
    deny: one.deny + other.deny,
  }
}

export function sumOf({ permit, observed, ask, deny }: Counts): number {
  return permit + observed + ask + deny
}

/** Only the traffic that was decided so, and the nodes that it touches, with their share of it. */
export function decidedAs(flows: Flows, verdict: Verdict | undefined): Flows {
  if (verdict === undefined) return flows
  const edges = flows.edges
    .filter(({ calls }) => calls[verdict] > 0)
    .map((edge) => ({ ...edge, calls: { ...NONE, [verdict]: edge.calls[verdict] } }))
  const through = new Map<string, { in: number; out: number }>()
  const at = (id: string) => through.get(id) ?? { in: 0, out: 0 }
  for (const { from, to, calls } of edges) {
    through.set(from, { ...at(from), out: at(from).out + sumOf(calls) })
    through.set(to, { ...at(to), in: at(to).in + sumOf(calls) })
  }
  const nodes = flows.nodes
    .filter(({ id }) => through.has(id))
    // A call that names several hosts leaves a tool several times: what came in counts.
    .map((node) => ({ ...node, calls: at(node.id).in || at(node.id).out }))
  return { nodes, edges }
}

/** Everything that lies before and behind a node, itself included. */
export function pathsThrough(
  edges: readonly Pick<GraphEdge, 'from' | 'to'>[],
  id: string,
): ReadonlySet<string> {
  return new Set([...walked(edges, id, 'from', 'to'), ...walked(edges, id, 'to', 'from')])
}

function walked(
  edges: readonly Pick<GraphEdge, 'from' | 'to'>[],
  id: string,
  start: 'from' | 'to',
  end: 'from' | 'to',
): ReadonlySet<string> {
  const reached = new Set([id])
  // A set is gone through with what is added to it meanwhile.
  for (const node of reached)
    for (const edge of edges) if (edge[start] === node) reached.add(edge[end])
  return reached
}
