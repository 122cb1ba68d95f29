import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bounded, decidedAs, type GraphEdge, type GraphNode, pathsThrough, sumOf } from './flows.ts'

const calls = (permit: number, deny = 0) => ({ permit, observed: 0, ask: 0, deny })
const node = (kind: GraphNode['kind'], name: string, count: number): GraphNode => ({
  ...{ id: `${kind} ${name}`, kind, name },
  calls: count,
})
const edge = (from: string, to: string, permit: number, deny = 0): GraphEdge => ({
  ...{ from, to },
  calls: calls(permit, deny),
})

const GRAPH = {
  nodes: [
    node('subject', 'user:a', 9),
    node('client', 'x', 6),
    node('client', 'y', 2),
    node('client', 'z', 1),
    node('server', 's', 9),
  ],
  edges: [
    edge('subject user:a', 'client x', 5, 1),
    edge('subject user:a', 'client y', 2),
    edge('subject user:a', 'client z', 0, 1),
    edge('client x', 'server s', 5, 1),
    edge('client y', 'server s', 2),
    edge('client z', 'server s', 0, 1),
  ],
}

test('the small ones stand together, with all of their traffic', () => {
  const { nodes, edges } = bounded(GRAPH, 2)
  expect(nodes.map(({ id, name, calls: count, stands }) => [id, name, count, stands])).toEqual([
    ['subject user:a', 'user:a', 9, 1],
    ['client x', 'x', 6, 1],
    ['others client', '2 others', 3, 2],
    ['server s', 's', 9, 1],
  ])
  expect(edges).toContainEqual(edge('others client', 'server s', 2, 1))
  expect(edges).toHaveLength(4)
})

test('however many there are, few are drawn, and no traffic is lost', () => {
  const counts = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(counts, fc.integer({ min: 2, max: 20 }), (sizes, most) => {
      const nodes = [
        node('subject', 'a', 0),
        ...sizes.map((size, index) => node('client', String(index), size)),
      ]
      const edges = sizes.map((size, index) => edge('subject a', `client ${index}`, size))
      const drawn = bounded({ nodes, edges }, most)
      const total = (all: readonly GraphEdge[]) =>
        all.reduce((sum, one) => sum + sumOf(one.calls), 0)
      expect(drawn.nodes.filter(({ kind }) => kind === 'client').length).toBeLessThanOrEqual(most)
      expect(total(drawn.edges)).toBe(total(edges))
      expect(drawn.nodes.reduce((sum, { stands }) => sum + stands, 0)).toBe(nodes.length)
    }),
  )
})

test('one decision alone: what it does not touch is gone, and numbers are its own', () => {
  const { nodes, edges } = decidedAs(bounded(GRAPH, 9), 'deny')
  expect(nodes.map(({ id, calls: count }) => [id, count])).toEqual([
    ['subject user:a', 2],
    ['client x', 1],
    ['client z', 1],
    ['server s', 2],
  ])
  expect(edges).toHaveLength(4)
  expect(edges.every(({ calls: { permit } }) => permit === 0)).toBe(true)
})

test('the paths through a node lead to what is before and behind it, not beside it', () => {
  expect([...pathsThrough(GRAPH.edges, 'client y')]).toEqual([
    ...['client y', 'server s', 'subject user:a'],
  ])
  const ring = [edge('a', 'b', 1), edge('b', 'a', 1)]
  expect(pathsThrough(ring, 'a').size).toBe(2)
})
