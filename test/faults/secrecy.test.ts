import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { type Ended, runNode } from '../support/child.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { tap } from '../support/tap.ts'
import { ask, callTool, openSession } from './client.ts'
import { commandLine } from './command.ts'

const SECRET = 'the-credential-for-the-upstream'
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
const SECRETS = { UPSTREAM_TOKEN: SECRET }

test('tokens, keys and upstream credential are where they belong, and nowhere else', async () => {
  const upstream = await startRecordingUpstream()
  onTestFinished(upstream.stop)
  const wire = await tap(upstream.url)
  onTestFinished(wire.stop)
  const server = {
    transport: 'http',
    url: wire.url,
    headers: { Authorization: 'Bearer secret://env/UPSTREAM_TOKEN' },
  }
  const silent = { transport: 'stdio', command: process.execPath, args: ['-e', ''] }
  const gateway = await startGateway({}, { servers: { target: server, silent } }, { env: SECRETS })
  onTestFinished(gateway.stop)
  const { dataDir } = gateway
  const token = gateway.token('/mcp/target')
  // The signature alone would open as much as the whole.
  const key = JSON.parse(readFileSync(join(dataDir, 'operator.key'), 'utf8')).d
  const seal = readFileSync(join(dataDir, 'seal.key'), 'utf8').trim()
  const leaks = (text: string | Buffer): readonly string[] =>
    [token.slice(token.lastIndexOf('.') + 1), key, seal, SECRET].filter((secret) =>
      text.includes(secret),
    )

  const answers = await provoke(gateway)
  expect(answers.flatMap(leaks)).toEqual([])

  for (const { args, output } of await everyCommand(dataDir))
    expect({ args, leaks: leaks(output) }).toEqual({ args, leaks: [] })

  const processes = execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' })
  expect(leaks(processes)).toEqual([])

  await gateway.child.stop()
  expect(leaks(gateway.child.output())).toEqual([])
  const files = globSync('**/*', { cwd: dataDir, withFileTypes: true }).filter((one) =>
    one.isFile(),
  )
  const holders = files
    .map((file) => join(file.parentPath, file.name))
    .filter((file) => leaks(readFileSync(file)).length > 0)
  expect(files.map(({ name }) => name)).toContain('bailiwick.db')
  expect(holders.map((file) => basename(file)).sort()).toEqual(['operator.key', 'seal.key'])

  // The server gets the credential that is its own, and never the caller's.
  const sent = wire.seen().toString('latin1')
  expect(sent).toContain(SECRET)
  expect(sent).not.toContain(token)
}, 120_000)

/** Good and bad requests of all kinds, with the token in every wrong place; gives all answers. */
async function provoke(gateway: RunningGateway): Promise<readonly string[]> {
  const { origin } = gateway
  const token = gateway.token('/mcp/target')
  const session = await openSession(gateway, 'target')
  const proper = [
    callTool(gateway, 'target', 'echo', { message: 'hi' }),
    callTool(gateway, 'target', 'echo', { message: 'hi' }, session),
    callTool(gateway, 'target', 'echo', { message: 1 }),
    callTool(gateway, 'target', 'none', {}),
    callTool(gateway, 'silent', 'any', {}),
    callTool(gateway, 'none', 'any', {}),
    ask(gateway, 'target', 'no/such/method', {}),
  ]
  const strange: readonly (readonly [string, Record<string, string>])[] = [
    [`/mcp/target?access_token=${token}`, {}],
    [`/${token}`, { authorization: `Bearer ${token}` }],
    ['/mcp', { authorization: `Basic ${token}` }],
    ['/mcp', { authorization: `Bearer ${token}`, 'mcp-session-id': token }],
    ['/mcp', { authorization: `Bearer ${token}x` }],
    ['/mcp', { authorization: `Bearer ${token}`, accept: 'nothing' }],
    ['/mcp', { authorization: `Bearer ${token}`, origin: 'https://elsewhere.example' }],
  ]
  const json = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  }
  const texts = strange.map(async ([path, own]) => {
    const headers = { ...json, ...own }
    const response = await fetch(origin + path, { method: 'POST', headers, body: PING })
    return JSON.stringify([...response.headers]) + (await response.text())
  })
  const bodies = proper.map(async (one) => JSON.stringify((await one).body))
  return Promise.all([...bodies, ...texts])
}

async function everyCommand(
  dataDir: string,
): Promise<readonly (Ended & { readonly args: string })[]> {
  const lines = [
    'up',
    'up --json',
    'doctor',
    'doctor --json',
    'servers ls',
    'servers show target',
    'servers show target --json',
    'calls ls --json',
    'calls tail --no-follow --json -n 1000',
    'verify --json',
    'config check',
    'config explain',
    'config explain --json',
    'connect target',
    'version',
    'completion bash',
  ]
  const ends: (Ended & { readonly args: string })[] = []
  for (const args of lines) {
    const options = { env: SECRETS, input: `${PING}\n` }
    ends.push({ args, ...(await runNode(commandLine(dataDir, ...args.split(' ')), options)) })
  }
  // None of them failed for a reason that would make the search idle.
  for (const { args, code, output } of ends) expect([args, code, output]).not.toContain(10)
  return ends
}
