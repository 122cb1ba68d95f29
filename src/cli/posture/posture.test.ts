import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { ReadConfig } from '../../kernel/inventory.ts'
import { createPlace } from '../testing/command-line.ts'
import { workOut } from './work-out.ts'

/** Of the form of a real one, put together here: no scanner of repositories takes it for one. */
const TOKEN = ['ghp', 'q7Zk2mV9xB4tR8nL5wP1sD6fG3hJ0aYcUeWi'].join('_')
const PASSWORD = 'Kiesel&Regen7'

const place = createPlace()
const posture = (...args: readonly string[]) => place.run(['posture', ...args])

beforeAll(() => {
  const folder = join(place.root, 'home', '.cursor')
  mkdirSync(folder)
  const mcpServers = {
    books: { command: 'npx', args: ['-y', '@ada/books'], env: { GITHUB_TOKEN: TOKEN } },
    data: { command: 'uvx', args: ['data-mcp==1.0', `postgresql://ada:${PASSWORD}@db.test/a`] },
    away: { url: 'http://mcp.test/mcp', headers: { Authorization: `Bearer ${TOKEN}` } },
    ours: { command: 'npx', args: ['-y', 'bailiwick', 'connect'] },
  }
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers }))
})

test('the score, its sum and what to do; no value in any form', async () => {
  const text = await posture()
  expect([text.code, text.stderr]).toEqual([1, ''])
  expect(text.stdout).toMatch(/^\d+ of 100\n[\d.]+ of \d+ points, 4 servers\n/)
  expect(text.stdout).toContain('fix: bailiwick adopt')
  const { stdout } = await posture('--json')
  const said = JSON.parse(stdout)
  const item = (id: string) => said.items.find((one: { id: string }) => one.id === id)
  expect(item('no-credentials-in-files')).toMatchObject({ good: 1, of: 4 })
  expect(item('servers-governed')).toMatchObject({ good: 1, of: 4 })
  expect(item('no-reused-credentials')).toMatchObject({ good: 1, of: 3 })
  expect(item('links-protected')).toMatchObject({ state: 'not_met' })
  const radius = await posture('--server', 'books')
  expect(radius.stdout).toContain('if the server is malicious:')
  const [sarif, bom] = [await posture('--sarif'), await posture('--cyclonedx', '1.7')]
  expect(JSON.parse(sarif.stdout)).toMatchObject({ version: '2.1.0' })
  expect(JSON.parse(bom.stdout)).toMatchObject({ specVersion: '1.7' })
  for (const one of [text.stdout, stdout, radius.stdout, sarif.stdout, bom.stdout])
    expect(one).not.toMatch(/q7Zk2mV9|Kiesel|Regen7/)
}, 60_000)

test('a host and a server that nobody knows are said', async () => {
  expect(await posture('--host', 'none')).toMatchObject({ code: 2 })
  expect(await posture('--server', 'none')).toMatchObject({ code: 2 })
}, 30_000)

test('without servers there is no score', () => {
  const config: ReadConfig = {
    ...{ host: 'cursor', scope: 'user', file: '/x', format: 'json', digest: '' },
    ...{ servers: [], problems: [] },
  }
  expect(workOut([config], () => false).posture).not.toHaveProperty('score')
})
