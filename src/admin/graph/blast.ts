import type { Flow, GraphAccess, GraphTool } from './ports.ts'
import { type NodeKind, sumOf, toolName } from './trust-graph.ts'

export interface ReachedTool {
  readonly server: string
  readonly tool: string
  /** The most that policies let any of those concerned do; `unknown` where only traffic shows it. */
  readonly access: GraphAccess['access'] | 'unknown'
  readonly effects: readonly string[]
  readonly reads: readonly string[]
  readonly risk: string
  readonly calls: number
}

/** What is within reach of whoever has taken over a node. */
export interface Blast {
  readonly tools: readonly ReachedTool[]
  readonly effects: readonly string[]
  readonly reads: readonly string[]
  readonly destinations: readonly { readonly name: string; readonly calls: number }[]
  /** Whose calls it could see, change or make. */
  readonly subjects: readonly string[]
  readonly clients: readonly string[]
}

export interface BlastParts {
  readonly kind: NodeKind
  readonly name: string
  readonly flows: readonly Flow[]
  readonly tools: readonly GraphTool[]
  /** Of those concerned; see `concerned`. */
  readonly access: readonly GraphAccess[]
}

const THROUGH: Readonly<Record<NodeKind, (flow: Flow, name: string) => boolean>> = {
  subject: ({ subject }, name) => subject === name,
  client: ({ client }, name) => client === name,
  server: ({ server }, name) => server === name,
  tool: (flow, name) => toolName(flow) === name,
  destination: ({ hosts }, name) => hosts.includes(name),
}

/** The flows through a node. */
function flowsThrough(kind: NodeKind, name: string, flows: readonly Flow[]): readonly Flow[] {
  return flows.filter((flow) => THROUGH[kind](flow, name))
}

/**
 * Whose rights count: a subject's own, those of everybody who uses a client; of what is acted on,
 * everybody's (undefined), to see who can reach it; of a destination, nobody's.
 */
export function concerned(
  kind: NodeKind,
  name: string,
  flows: readonly Flow[],
): readonly string[] | undefined {
  if (kind === 'subject') return [name]
  if (kind === 'client')
    return [...new Set(flowsThrough(kind, name, flows).map(({ subject }) => subject))]
  return kind === 'destination' ? [] : undefined
}

/** What a node has within reach: by what policies allow, and by what was seen. */
export function blastOf(parts: BlastParts): Blast {
  const { kind, name, tools, access } = parts
  const flows = flowsThrough(kind, name, parts.flows)
  const rights = access.filter((one) => one.access !== 'never' && isAbout(kind, name, one))
  const reached = reachedTools(flows, rights, tools)
  const hosts = new Map<string, number>()
  for (const { hosts: named, calls } of flows)
    for (const host of named) hosts.set(host, (hosts.get(host) ?? 0) + sumOf(calls))
  return {
    tools: reached,
    effects: sorted(reached.flatMap(({ effects }) => effects)),
    reads: sorted(reached.flatMap(({ reads }) => reads)),
    destinations: [...hosts]
      .map(([host, calls]) => ({ name: host, calls }))
      .sort((a, b) => b.calls - a.calls),
    subjects: sorted([...flows, ...rights].map(({ subject }) => subject)),
    clients: sorted(flows.map(({ client }) => client)),
  }
}

function isAbout(kind: NodeKind, name: string, right: GraphAccess): boolean {
  if (kind === 'server') return right.server === name
  if (kind === 'tool') return toolName(right) === name
  return true
}

const MOST_FIRST = ['permit', 'depends', 'ask', 'unknown'] as const

function reachedTools(
  flows: readonly Flow[],
  rights: readonly GraphAccess[],
  tools: readonly GraphTool[],
): readonly ReachedTool[] {
  const known = new Map(tools.map((tool) => [toolName({ ...tool, tool: tool.name }), tool]))
  const reached = new Map<string, ReachedTool>()
  const find = (of: Pick<Flow, 'server' | 'tool'>): ReachedTool => {
    const { effects = [], reads = [], risk = 'high' } = known.get(toolName(of)) ?? {}
    const { server, tool } = of
    const fresh = { server, tool, access: 'unknown', effects, reads, risk, calls: 0 } as const
    return reached.get(toolName(of)) ?? fresh
  }
  for (const flow of flows) {
    const tool = find(flow)
    reached.set(toolName(flow), { ...tool, calls: tool.calls + sumOf(flow.calls) })
  }
  for (const right of rights) {
    const tool = find(right)
    const access = MOST_FIRST.find((word) => word === tool.access || word === right.access)
    reached.set(toolName(right), { ...tool, access: access ?? right.access })
  }
  return [...reached.values()].sort(
    (a, b) =>
      b.calls - a.calls ||
      MOST_FIRST.indexOf(a.access as 'permit') - MOST_FIRST.indexOf(b.access as 'permit'),
  )
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort()
}
