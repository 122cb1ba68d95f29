import { type SankeyGraph, sankey, sankeyLinkHorizontal } from 'd3-sankey'
import { type FlowNode, type Flows, KINDS, VERDICTS, type Verdict } from './flows.ts'

/** A node with its bar. Pixels. */
export interface PlacedNode extends FlowNode {
  readonly column: number
  readonly x: number
  readonly y: number
  readonly height: number
}

/** Traffic between two nodes that was decided in one way. Pixels. */
export interface PlacedLink {
  readonly key: string
  readonly from: string
  readonly to: string
  readonly verdict: Verdict
  readonly calls: number
  /** Of an SVG path along its middle. */
  readonly line: string
  readonly width: number
}

export interface FlowLayout {
  readonly nodes: readonly PlacedNode[]
  readonly links: readonly PlacedLink[]
  readonly height: number
  /** Where the columns begin, for their headings. */
  readonly columns: readonly { readonly kind: FlowNode['kind']; readonly x: number }[]
}

interface Link {
  readonly from: string
  readonly to: string
  readonly verdict: Verdict
  readonly calls: number
}

export const BAR = 8
/** Between two nodes: a line of text fits. */
const GAP = 22
const LOWEST = 420
/** For each node of the longest column. */
const ROW = 46
/** For the names of the last column, which stand behind its bars. */
const LABEL = 168
/** Above and below, so that the name of the first and the last node fits. */
const EDGE = 12

/** Lays the flows out: a column for each kind, widths by traffic. @param width in pixels. */
export function layOut({ nodes, edges }: Flows, width: number): FlowLayout {
  if (nodes.length === 0) return { nodes: [], links: [], height: LOWEST, columns: [] }
  const kinds = KINDS.filter((kind) => nodes.some((node) => node.kind === kind))
  const longest = Math.max(
    ...kinds.map((kind) => nodes.filter((node) => node.kind === kind).length),
    0,
  )
  const height = Math.max(LOWEST, longest * ROW)
  const columnOf = ({ kind }: FlowNode): number => kinds.indexOf(kind)
  const step = (width - LABEL - BAR) / Math.max(kinds.length - 1, 1)
  const links = edges.flatMap(({ from, to, calls }) =>
    VERDICTS.filter((verdict) => calls[verdict] > 0).map(
      (verdict): Link => ({ from, to, verdict, calls: calls[verdict] }),
    ),
  )
  const graph: SankeyGraph<FlowNode, Link> = sankey<FlowNode, Link>()
    .nodeId(({ id }) => id)
    .nodeAlign(columnOf)
    .nodeSort(null as never)
    .nodeWidth(BAR)
    .nodePadding(GAP)
    .extent([
      [0, EDGE],
      [Math.max(width - LABEL, 1), height - EDGE],
    ])({
    nodes: nodes.map((node) => ({ ...node })),
    links: links.map((link) => ({
      ...link,
      source: link.from,
      target: link.to,
      value: link.calls,
    })),
  })
  const draw = sankeyLinkHorizontal<FlowNode, Link>()
  return {
    height,
    columns: kinds.map((kind, index) => ({ kind, x: index * step })),
    nodes: graph.nodes.map(({ id, kind, name, calls, stands, x0 = 0, y0 = 0, y1 = 0 }) => ({
      ...{ id, kind, name, calls, stands, column: kinds.indexOf(kind) },
      ...{ x: x0, y: y0, height: y1 - y0 },
    })),
    links: graph.links.map((link) => ({
      key: `${link.from} ${link.to} ${link.verdict}`,
      ...{ from: link.from, to: link.to, verdict: link.verdict, calls: link.calls },
      line: draw(link) ?? '',
      // What is a thousandth of the rest is still there.
      width: Math.max(link.width ?? 0, 1.5),
    })),
  }
}

/** Where a key leads from a node: up and down in its column, to the sides to the nearest in the next. */
export function nodeByKey(
  nodes: readonly PlacedNode[],
  id: string,
  key: string,
): PlacedNode | undefined {
  const here = nodes.find((node) => node.id === id)
  if (here === undefined) return undefined
  const middle = ({ y, height }: PlacedNode): number => y + height / 2
  const away = (node: PlacedNode): number => Math.abs(middle(node) - middle(here))
  const nearest = (fits: (node: PlacedNode) => boolean): PlacedNode | undefined =>
    nodes.filter((node) => node.id !== id && fits(node)).toSorted((a, b) => away(a) - away(b))[0]
  const steps: Readonly<Record<string, (node: PlacedNode) => boolean>> = {
    ArrowUp: (node) => node.column === here.column && middle(node) < middle(here),
    ArrowDown: (node) => node.column === here.column && middle(node) > middle(here),
    ArrowLeft: ({ column }) => column === here.column - 1,
    ArrowRight: ({ column }) => column === here.column + 1,
  }
  const step = steps[key]
  return step === undefined ? undefined : nearest(step)
}
