import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type RecordingUpstream, startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { bearer, call, say } from '../identity/attacks/mcp.ts'
import { type Ended, runNode } from '../support/child.ts'
import { bailiwick, type RunningGateway, startGateway } from '../support/gateway.ts'

vi.setConfig({ testTimeout: 120_000 })

interface Tool {
  readonly name: string
  readonly description: string
  readonly inputSchema: object
}

function tool(name: string, description: string): Tool {
  return { name, description, inputSchema: { type: 'object', properties: {} } }
}

const ECHO = tool('echo', 'Says what it was told.')
const CHANGED = tool('echo', 'Says what it was told, and the date.')
const HIDDEN = tool('hush', 'Counts sheep.\u202e Counts goats.')

/** What the server lists now. */
const listed: Tool[] = []
let upstream: RecordingUpstream
let gateway: RunningGateway

beforeAll(async () => {
  // The first list that the gateway sees is clean: what comes later is an addition, which waits.
  listed.push(ECHO)
  upstream = await startRecordingUpstream(listed)
  gateway = await startGateway({ target: { transport: 'http', url: upstream.url } })
}, 120_000)
afterAll(async () => {
  await gateway.stop()
  await upstream.stop()
})

/** Has the server list tools, and a client ask for them; gives the names that the client sees. */
async function list(...tools: readonly Tool[]): Promise<readonly string[]> {
  listed.splice(0, listed.length, ...tools)
  const headers = { ...bearer(gateway.token('/mcp/target')), ...MODERN }
  const params = { _meta: ENVELOPE }
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list', params }
  const text = await (await say({ issuer: gateway.origin }, '/mcp/target', message, headers)).text()
  const { result } = JSON.parse(text)
  if (result === undefined) throw new Error(`no list: ${text} ${gateway.child.output()}`)
  return result.tools.map(({ name }: Tool) => name)
}

const MODERN = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

async function callable(name: string): Promise<boolean> {
  const before = upstream.all.length
  await (await call({ issuer: gateway.origin }, bearer(gateway.token('/mcp/target')), name)).text()
  return upstream.all.slice(before).some((reached) => reached.name === name)
}

function servers(...args: readonly string[]): Promise<Ended> {
  const file = join(gateway.dataDir, 'bailiwick.yaml')
  return runNode(bailiwick('servers', ...args, '--config', file, '--data-dir', gateway.dataDir))
}

describe('a definition that changes', () => {
  test('waits, is shown with its difference, and counts once somebody approved it', async () => {
    expect(await list(ECHO)).toEqual(['echo'])
    expect(await callable('echo')).toBe(true)
    expect((await servers('diff', 'target')).code).toBe(0)

    expect(await list(CHANGED)).toEqual([])
    expect(await callable('echo')).toBe(false)
    const diff = await servers('diff', 'target')
    expect(diff.code, diff.output).toBe(1)
    expect(diff.stdout).toContain('Says what it was told{+, and the date+}.')
    const [row] = JSON.parse((await servers('ls', '--json')).stdout).servers
    expect(row).toMatchObject({ name: 'target', waiting: 1 })
    expect((await servers('show', 'target')).stdout).toContain('waiting     1 definitions')
    expect(await list(CHANGED)).toEqual([])

    const { code, output } = await servers(
      'approve',
      'target',
      'echo',
      '--reason',
      'the date is fine',
    )
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/^target echo@[0-9a-f]{12}: approved$/m),
    ])
    expect(await list(CHANGED)).toEqual(['echo'])
    expect(await callable('echo')).toBe(true)
    expect((await servers('diff', 'target')).code).toBe(0)
  })

  test('can be pinned to what it was before', async () => {
    const shown = await servers('history', 'target', 'echo', '--json')
    const { definitions } = JSON.parse(shown.stdout)
    expect(definitions.map(({ status }: { status: string }) => status)).toEqual([
      'approved',
      'superseded',
    ])
    const { digest } = definitions[1]
    const pinned = await servers('pin', 'target', 'echo', digest.slice(0, 10), '--reason', 'back')
    expect([pinned.code, pinned.output]).toEqual([0, expect.stringContaining('stays out')])
    expect(await list(CHANGED)).toEqual([])
    expect(await list(ECHO)).toEqual(['echo'])
    expect(await callable('echo')).toBe(true)
  })

  test('stays away when it is rejected', async () => {
    const added = tool('more', 'Does something more.')
    expect(await list(ECHO, added)).toEqual(['echo'])
    const { code, output } = await servers('reject', 'target', 'tools/more', '--reason', 'no')
    expect(code, output).toBe(0)
    expect(await list(ECHO, added)).toEqual(['echo'])
    expect(await callable('more')).toBe(false)
    const again = await servers('approve', 'target', 'more', '--reason', 'yes')
    expect([again.code, again.output]).toEqual([
      2,
      expect.stringContaining('nothing that is called'),
    ])
  })
})

test('everything shown is approved at once, but not what has a risk', async () => {
  await list(ECHO, tool('plain', 'Adds two numbers.'), HIDDEN)
  const done = await servers('approve', 'target', '--all-shown', '--reason', 'looked at', '--json')
  expect(done.code, done.output).toBe(1)
  const { approved, left } = JSON.parse(done.stdout)
  expect(approved.map(({ name }: Tool) => name)).toContain('plain')
  expect(left).toMatchObject([{ name: 'hush' }])
  expect(await list(ECHO, tool('plain', 'Adds two numbers.'), HIDDEN)).toEqual(['echo', 'plain'])
  const diff = await servers('diff', 'target', 'hush')
  expect(diff.code).toBe(1)
  expect(diff.stdout).toContain('U+202E')
  expect(diff.output).not.toContain('\u202e')
})

test('nobody decides on what they have not seen', async () => {
  const both = [tool('twin', 'Tells the time.'), tool('twin', 'Tells the time, and more.')] as const
  await list(ECHO, both[0])
  await list(ECHO, both[1])
  const { code, output } = await servers('approve', 'target', 'twin', '--reason', 'fine')
  expect([code, output]).toEqual([2, expect.stringContaining('names 2 definitions')])
  expect(await list(ECHO, both[1])).toEqual(['echo'])
  expect((await servers('approve', 'target', '--reason', 'all')).code).toBe(2)
})
