import { expect, test } from 'vitest'
import { BAR, layOut, nodeByKey } from './flow-layout.ts'
import type { FlowNode, GraphEdge } from './flows.ts'

const node = (kind: FlowNode['kind'], name: string, calls: number): FlowNode => ({
  ...{ id: `${kind} ${name}`, kind, name, calls },
  stands: 1,
})
const edge = (from: string, to: string, permit: number, deny = 0): GraphEdge => ({
  ...{ from, to },
  calls: { permit, observed: 0, ask: 0, deny },
})
const FLOWS = {
  nodes: [
    node('subject', 'a', 8),
    node('client', 'x', 8),
    node('server', 's', 8),
    node('tool', 's:big', 6),
    node('tool', 's:small', 2),
  ],
  edges: [
    edge('subject a', 'client x', 6, 2),
    edge('client x', 'server s', 6, 2),
    edge('server s', 'tool s:big', 6),
    edge('server s', 'tool s:small', 0, 2),
  ],
}

test('a column for each kind that is there, from left to right', () => {
  const { nodes, columns } = layOut(FLOWS, 1_000)
  expect(columns.map(({ kind }) => kind)).toEqual(['subject', 'client', 'server', 'tool'])
  for (const { x, column } of nodes) expect(x).toBeCloseTo(columns[column]?.x ?? -1, 6)
  expect(Math.max(...nodes.map(({ x }) => x + BAR))).toBeLessThanOrEqual(1_000)
})

test('width is traffic, one link for each way in which it was decided', () => {
  const { links, nodes } = layOut(FLOWS, 1_000)
  const first = links.filter(({ to }) => to === 'client x')
  expect(first.map(({ verdict, calls }) => [verdict, calls])).toEqual([
    ['permit', 6],
    ['deny', 2],
  ])
  const [permitted = { width: 0 }, denied = { width: 1 }] = first
  expect(permitted.width / denied.width).toBeCloseTo(3, 6)
  const height = (id: string) => nodes.find((one) => one.id === id)?.height ?? 0
  expect(height('tool s:big') / height('tool s:small')).toBeCloseTo(3, 6)
})

test('names of one column do not lie on each other', () => {
  const many = Array.from({ length: 12 }, (_, index) => node('client', `c${index}`, 1))
  const { nodes } = layOut(
    {
      nodes: [node('subject', 'a', 12), ...many],
      edges: many.map(({ id }) => edge('subject a', id, 1)),
    },
    900,
  )
  const middles = nodes
    .filter(({ kind }) => kind === 'client')
    .map(({ y, height }) => y + height / 2)
    .toSorted((a, b) => a - b)
  const gaps = middles.slice(1).map((middle, index) => middle - (middles[index] ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(20)
})

test('nothing there is laid out as nothing', () => {
  expect(layOut({ nodes: [], edges: [] }, 800)).toMatchObject({ nodes: [], links: [] })
})

test('arrow keys lead to the neighbour, and stop at the ends', () => {
  const { nodes } = layOut(FLOWS, 1_000)
  const led = (id: string, key: string) => nodeByKey(nodes, id, key)?.id
  expect(led('subject a', 'ArrowRight')).toBe('client x')
  expect(led('subject a', 'ArrowLeft')).toBeUndefined()
  expect(led('server s', 'ArrowRight')).toBe('tool s:big')
  expect(led('tool s:big', 'ArrowDown')).toBe('tool s:small')
  expect(led('tool s:small', 'ArrowDown')).toBeUndefined()
  expect(led('tool s:small', 'ArrowUp')).toBe('tool s:big')
  expect(led('tool s:small', 'a')).toBeUndefined()
})
