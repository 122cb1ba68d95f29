import { once } from 'node:events'
import { type Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createHttpAgents } from './fresh-agent.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A server that counts connections. */
async function counting(): Promise<{ readonly port: number; readonly opened: () => number }> {
  let opened = 0
  const server = createServer({ keepAliveTimeout: 60_000 }, (_, response) => response.end('ok'))
  server.on('connection', () => {
    opened += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return { port: (server.address() as AddressInfo).port, opened: () => opened }
}

async function ask(agent: Agent, port: number): Promise<string> {
  const asked = request({ agent, port, host: '127.0.0.1' })
  asked.end()
  const [response] = await once(asked, 'response')
  let text = ''
  for await (const chunk of response) text += chunk
  await new Promise((resolve) => setImmediate(resolve))
  return text
}

test('a connection is used again while it is fresh, by the clock', async () => {
  let now = 0
  const { http } = createHttpAgents(() => now)
  ends.push(() => http.destroy())
  const { port, opened } = await counting()
  await ask(http, port)
  now += 3_999
  await ask(http, port)
  expect(opened()).toBe(1)
  now += 4_000
  expect(await ask(http, port)).toBe('ok')
  expect(opened()).toBe(2)
})

test('of many that lay idle, none is used', async () => {
  let now = 0
  const { http } = createHttpAgents(() => now)
  ends.push(() => http.destroy())
  const { port, opened } = await counting()
  await Promise.all(Array.from({ length: 5 }, () => ask(http, port)))
  expect(opened()).toBe(5)
  now += 10_000
  expect(await ask(http, port)).toBe('ok')
  expect(await ask(http, port)).toBe('ok')
  expect(opened()).toBe(6)
})
