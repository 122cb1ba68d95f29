import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { VisibleText } from '../../design/visible-text.tsx'
import { BAR, layOut, nodeByKey, type PlacedLink, type PlacedNode } from './flow-layout.ts'
import { type FlowNode, type Flows, KIND_WORDS, pathsThrough } from './flows.ts'
import { VERDICT_WORDS } from './legend.tsx'

/** Narrower than this it scrolls sideways. */
const NARROWEST = 940

/** Who reaches what, drawn: columns of nodes, links as wide as their traffic. */
export function FlowPicture({
  flows,
  openId,
  onOpen,
}: {
  readonly flows: Flows
  readonly openId: string | undefined
  readonly onOpen: (node: FlowNode) => void
}): ReactNode {
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const layout = useMemo(() => layOut(flows, Math.max(width, NARROWEST)), [flows, width])
  const [looked, look] = useState<string>()
  const lit = useMemo(
    () => (looked === undefined ? undefined : pathsThrough(flows.edges, looked)),
    [flows, looked],
  )
  return (
    <div ref={frame} className="graph-frame">
      <div className="graph-columns" style={{ width: Math.max(width, NARROWEST) }} aria-hidden>
        {layout.columns.map(({ kind, x }) => (
          <span key={kind} style={{ insetInlineStart: x }}>
            {KIND_WORDS[kind].many}
          </span>
        ))}
      </div>
      <div
        className="graph-picture"
        style={{ width: Math.max(width, NARROWEST), height: layout.height }}
        data-lit={lit === undefined ? undefined : true}
      >
        <svg width="100%" height={layout.height} aria-hidden="true">
          <title>Links as wide as their traffic</title>
          {layout.links.map((link) => (
            <LinkLine
              key={link.key}
              link={link}
              lit={lit?.has(link.from) === true && lit.has(link.to)}
            />
          ))}
        </svg>
        <Nodes nodes={layout.nodes} lit={lit} openId={openId} onLook={look} onOpen={onOpen} />
      </div>
    </div>
  )
}

function LinkLine({ link, lit }: { readonly link: PlacedLink; readonly lit: boolean }): ReactNode {
  const { line, width, verdict, calls } = link
  return (
    <path
      d={line}
      className="graph-link"
      data-verdict={verdict}
      data-lit={lit || undefined}
      strokeWidth={width}
    >
      <title>{`${VERDICT_WORDS[verdict]}: ${calls}`}</title>
    </path>
  )
}

function Nodes({
  nodes,
  lit,
  openId,
  onLook,
  onOpen,
}: {
  readonly nodes: readonly PlacedNode[]
  readonly lit: ReadonlySet<string> | undefined
  readonly openId: string | undefined
  readonly onLook: (id: string | undefined) => void
  readonly onOpen: (node: FlowNode) => void
}): ReactNode {
  const buttons = useRef(new Map<string, HTMLButtonElement>())
  const [chosen, choose] = useState<string>()
  // One stop of the tab key; arrows lead on from there.
  const stop = nodes.some(({ id }) => id === chosen) ? chosen : nodes[0]?.id
  const onKeyDown = (event: KeyboardEvent, id: string): void => {
    const next = nodeByKey(nodes, id, event.key)
    if (next === undefined) return
    event.preventDefault()
    buttons.current.get(next.id)?.focus()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent
    <div role="group" aria-label="Nodes; arrow keys lead from one to the next">
      {nodes.map((node) => (
        <button
          key={node.id}
          ref={(button) => {
            if (button === null) buttons.current.delete(node.id)
            else buttons.current.set(node.id, button)
          }}
          type="button"
          className="graph-node"
          data-kind={node.kind}
          data-lit={lit?.has(node.id) || undefined}
          aria-pressed={node.id === openId}
          tabIndex={node.id === stop ? 0 : -1}
          title={node.name}
          style={{ insetInlineStart: node.x, top: node.y, height: Math.max(node.height, 2) }}
          onClick={() => onOpen(node)}
          onKeyDown={(event) => onKeyDown(event, node.id)}
          onPointerEnter={() => onLook(node.id)}
          onPointerLeave={() => onLook(undefined)}
          onFocus={() => {
            choose(node.id)
            onLook(node.id)
          }}
          onBlur={() => onLook(undefined)}
        >
          <span className="graph-bar" style={{ width: BAR }} />
          <span className="graph-label">
            <span className="unseen">{KIND_WORDS[node.kind].one} </span>
            <span className="cut">
              <VisibleText text={node.name} />
            </span>
            <span className="graph-calls numbers">{node.calls}</span>
            <span className="unseen"> {node.calls === 1 ? 'call' : 'calls'}</span>
          </span>
        </button>
      ))}
    </div>
  )
}

/** Pixels that there are for the picture; followed while the window changes. */
function useWidth(frame: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (frame.current === null) return
    const watch = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width))
    })
    watch.observe(frame.current)
    return () => watch.disconnect()
  }, [frame])
  return width
}
