import { describe, expect, test } from 'vitest'
import { FLOWS } from '../testing/graph.ts'
import { ask, serveApi } from '../testing/served.ts'
import type { Flow } from './ports.ts'
import { trustGraph } from './trust-graph.ts'

serveApi()

test('the graph adds up what goes through each node and along each edge, once', () => {
  const { nodes, edges, left } = trustGraph(FLOWS)
  expect(left).toBe(0)
  expect(Object.fromEntries(nodes.map(({ id, calls }) => [id, calls]))).toEqual({
    'subject user:ann': 8,
    'client editor': 8,
    'server web': 8,
    'tool web:fetch': 8,
    'destination a.example': 6,
    'destination b.example': 6,
    'subject agent:build': 7,
    'client ci': 7,
    'server db': 7,
    'tool db:query': 7,
  })
  expect(edges).toContainEqual({
    from: 'subject user:ann',
    to: 'client editor',
    calls: { permit: 7, observed: 0, ask: 0, deny: 1 },
  })
  expect(edges).toContainEqual({
    from: 'tool web:fetch',
    to: 'destination b.example',
    calls: { permit: 5, observed: 0, ask: 0, deny: 1 },
  })
  expect(nodes.find(({ id }) => id === 'tool web:fetch')).toMatchObject({
    kind: 'tool',
    name: 'web:fetch',
  })
})

test('a graph of many edges shows those with the most traffic', () => {
  const many = Array.from({ length: 600 }, (_, n): Flow => {
    const calls = { permit: n, observed: 0, ask: 0, deny: 0 }
    return { subject: `user:u${n}`, client: 'c', server: 's', tool: 't', hosts: [], calls }
  })
  const { edges, left } = trustGraph(many)
  expect([edges.length, left]).toEqual([500, 102])
  expect(edges.some(({ from }) => from === 'subject user:u599')).toBe(true)
  expect(edges.some(({ from }) => from === 'subject user:u0')).toBe(false)
})

test('the graph is for everybody who may look', async () => {
  const { json } = await ask('GET', '/graph', { as: 'approver' })
  expect(json).toMatchObject({ calls: 15, left: 0, cutAt: '2026-05-28T20:26:40.000Z' })
  expect((await ask('GET', '/graph', { as: 'eve' })).status).toBe(403)
})

test.each([
  'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
  'from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z',
])('the time `%s` is refused', async (query) => {
  expect((await ask('GET', `/graph?${query}`)).json.code).toBe('params_invalid')
})

describe('what is within reach', () => {
  const blast = async (kind: string, name: string) =>
    (await ask('GET', `/graph/blast?kind=${kind}&name=${encodeURIComponent(name)}`)).json
  const tools = (json: { tools: readonly { server: string; tool: string; access: string }[] }) =>
    json.tools.map(({ server, tool, access }) => `${server}:${tool} ${access}`)

  test('of a person: what policies let them do, and where they were seen', async () => {
    const json = await blast('subject', 'user:ann')
    expect(tools(json)).toEqual(['web:fetch permit', 'db:drop depends'])
    expect(json).toMatchObject({
      effects: ['delete', 'read'],
      reads: ['public'],
      destinations: [
        { name: 'a.example', calls: 6 },
        { name: 'b.example', calls: 6 },
      ],
      clients: ['editor'],
      subjects: ['user:ann'],
    })
  })

  test('of a client: what those can do who use it', async () => {
    const json = await blast('client', 'ci')
    expect(tools(json)).toEqual(['db:query unknown', 'db:drop ask'])
    expect(json.subjects).toEqual(['agent:build'])
  })

  test('of a server and of a tool: who can reach it', async () => {
    const server = await blast('server', 'db')
    expect(tools(server)).toEqual(['db:query unknown', 'db:drop depends'])
    expect(server).toMatchObject({ subjects: ['agent:build', 'user:ann'], clients: ['ci'] })
    const tool = await blast('tool', 'db:drop')
    expect(tools(tool)).toEqual(['db:drop depends'])
    expect(tool).toMatchObject({ subjects: ['agent:build', 'user:ann'], effects: ['delete'] })
  })

  test('of a destination: what was seen to send there', async () => {
    const json = await blast('destination', 'a.example')
    expect(tools(json)).toEqual(['web:fetch unknown'])
    expect(json.subjects).toEqual(['user:ann'])
  })

  test('of what nobody has seen: nothing', async () => {
    expect(await blast('client', 'nobody')).toMatchObject({ tools: [], subjects: [] })
  })
})
