import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueToken } from './operator/issue-token.ts'
import { createPlace, type Ended, ended } from './testing/command-line.ts'

const FILESYSTEM = createRequire(import.meta.url).resolve(
  '@modelcontextprotocol/server-filesystem/dist/index.js',
)
const place = createPlace()

let gateway: ChildProcess
let end: Promise<Ended>
let report: { url: string; servers: readonly unknown[]; connect: { stdio: { args: string[] } } }

beforeAll(async () => {
  place.file(
    'bailiwick.yaml',
    `dataDir: data
listen: { port: 0 }
policies: [./policies]
sandbox: { allowUnsandboxed: true }
servers:
  files: { transport: stdio, command: ${process.execPath}, args: [${FILESYSTEM}, .], sandbox: { backend: none } }
  gone: { transport: stdio, command: ./none }
`,
  )
  gateway = place.start(['up', '--json'])
  const first = new Promise<string>((resolve) => {
    gateway.stdout?.once('data', (chunk) => resolve(String(chunk)))
  })
  end = ended(gateway)
  report = JSON.parse(
    await Promise.race([first, end.then(({ stderr }) => Promise.reject(new Error(stderr)))]),
  )
})

afterAll(async () => {
  gateway.kill()
  await end
})

const CALL = {
  method: 'tools/call',
  params: {
    name: 'list_allowed_directories',
    arguments: {},
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'h', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
}

/** Calls a tool as the owner. */
async function call(): Promise<{ status: number; text: string; token: string }> {
  const asked = { subject: 'user:owner', path: '/mcp/files', scopes: ['read'] }
  const { token } = await issueToken(join(place.root, 'data'), asked)
  const response = await fetch(`${report.url}/mcp/files`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'list_allowed_directories',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 2, ...CALL }),
  })
  return { status: response.status, text: await response.text(), token }
}

describe('a gateway that runs', () => {
  test('says where it is, what its servers offer, and how to connect', () => {
    expect(report).toMatchObject({
      url: expect.stringMatching(/^http:\/\/localhost:\d+$/),
      dataDir: join(place.root, 'data'),
      setUp: expect.stringMatching(/^http:\/\/localhost:\d+\/setup\?code=[\w-]{43}$/),
      connect: { stdio: { args: expect.arrayContaining(['connect', '--data-dir']) } },
    })
    expect(report.servers).toEqual([
      {
        ...{ name: 'files', tools: expect.any(Number), error: null },
        ...{ sandbox: 'NOT sandboxed', fix: null },
      },
      {
        ...{ name: 'gone', tools: null, error: expect.stringContaining('there is no program') },
        ...{ sandbox: null, fix: 'install it, or write its whole path' },
      },
    ])
  })

  test('takes a call with a token of its operator, and the call is on record', async () => {
    const { status, text } = await call()
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({ id: 2, result: { content: [{ type: 'text' }] } })

    const { calls } = JSON.parse((await place.run(['calls', 'ls', '--json'])).stdout)
    expect(calls).toMatchObject([
      {
        server: 'files',
        target: 'list_allowed_directories',
        decision: 'permit',
        policies: ['all'],
        outcome: 'answered',
      },
    ])
    const shown = JSON.parse((await place.run(['calls', 'show', calls[0].call, '--json'])).stdout)
    expect(shown.records).toMatchObject({
      intent: { kind: 'intent' },
      outcome: { kind: 'outcome' },
    })
    const tail = await place.run(['calls', 'tail', '--no-follow', '--json'])
    expect(
      tail.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).kind),
    ).toEqual(['intent', 'outcome'])
    expect(JSON.parse((await place.run(['verify', '--json'])).stdout)).toMatchObject({
      ok: true,
      head: { seq: expect.any(Number) },
    })
  })

  test('shows what a server offers, and its classes', async () => {
    const { code, stdout } = await place.run(['servers', 'show', 'files', '--json'])
    const { running, tools } = JSON.parse(stdout)
    expect({ code, running }).toEqual({ code: 0, running: true })
    expect(tools).toContainEqual(
      expect.objectContaining({
        name: 'read_text_file',
        classification: expect.objectContaining({ effects: ['read'], risk: 'low' }),
      }),
    )
  })

  test('refuses a second one on its data directory', async () => {
    const { code, stderr } = await place.run(['up'])
    expect(code).toBe(3)
    expect(stderr).toMatch(/a gateway runs on .* already/)
  })

  test('has nothing to say to a host that says nothing', async () => {
    const other = createPlace()
    const { code, stderr } = await other.run(['connect', '--data-dir', join(place.root, 'data')], {
      input: '',
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('ends at SIGTERM, leaves no file behind, and never showed a token or a key', async () => {
    const { token } = await call()
    const { d } = JSON.parse(readFileSync(join(place.root, 'data', 'operator.key'), 'utf8'))
    gateway.kill('SIGTERM')
    const { code, stdout, stderr } = await end
    expect(code).toBe(0)
    expect(existsSync(join(place.root, 'data', 'run.json'))).toBe(false)
    for (const secret of [token, d]) expect(stdout + stderr).not.toContain(secret)
    const { code: after } = await place.run(['connect', '--data-dir', 'data'])
    expect(after).toBe(5)
  })
})
