import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { archiveOf, type TestRegistry, testRegistry } from '../../src/packages/testing/registry.ts'
import { callTool } from '../faults/client.ts'
import { commandLine } from '../faults/command.ts'
import { type Ended, startNode } from '../support/child.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { textOf } from './machine.ts'

/** A server in one file, that tells which version it is. */
const serverOf = (version: string): Readonly<Record<string, string>> => ({
  'main.js': `#!/usr/bin/env node
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line)
  if (id === undefined) return
  const tools = [{ name: 'version', description: 'Tells its version.', inputSchema: { type: 'object' } }]
  const results = {
    initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'small', version: '1' } },
    'tools/list': { tools },
    'tools/call': { content: [{ type: 'text', text: 'version ${version}' }] },
  }
  const said = results[method] ? { result: results[method] } : { error: { code: -32601, message: 'unknown' } }
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...said }))
})
`,
})

const NAMES = ['untouched', 'other-file', 'other-lock', 'bumped', 'scripted', 'swapped'] as const
type Name = (typeof NAMES)[number]
const BIN = { bin: { small: 'main.js' } }

let registry: TestRegistry
let dataDir: string
let gateway: RunningGateway | undefined
let installed: Ended
let again: Ended

function servers(versions: Partial<Record<Name, string>>) {
  return Object.fromEntries(
    NAMES.map((name) => [
      name,
      {
        transport: 'stdio',
        package: { ecosystem: 'npm', name, version: versions[name] ?? '1.0.0' },
        sandbox: {},
      },
    ]),
  )
}

function env(): Readonly<Record<string, string>> {
  return { npm_config_registry: registry.url }
}

/** Runs `bailiwick packages install` for the servers of a configuration. */
async function install(
  versions: Partial<Record<Name, string>>,
  ...names: readonly string[]
): Promise<Ended> {
  const file = join(dataDir, 'bailiwick.yaml')
  const config = { listen: { port: 0 }, policies: ['observe'], servers: servers(versions) }
  writeFileSync(file, JSON.stringify(config))
  const args = commandLine(dataDir, 'packages', 'install', ...names, '--yes')
  // No bound of time: npm runs several times for each.
  const child = startNode(args, { env: env() })
  const code = await child.closed
  return { code, output: child.output(), stdout: child.stdout() }
}

/** The folder of a package that was installed. */
function folderOf(name: Name): string {
  const npm = join(dataDir, 'packages', 'npm')
  const [folder] = readdirSync(npm).filter((one) => one.startsWith(`${name}@1.0.0-`))
  if (folder === undefined) throw new Error(`\`${name}\` is not installed`)
  return join(npm, folder)
}

beforeAll(async () => {
  registry = await testRegistry()
  dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-test-'))
  for (const name of NAMES)
    registry.publish(name, { version: '1.0.0', manifest: BIN, files: serverOf('1.0.0') })
  installed = await install({})

  appendFileSync(join(folderOf('other-file'), 'node_modules/other-file/main.js'), '\n// more\n')
  appendFileSync(join(folderOf('other-lock'), 'package-lock.json'), '\n')
  registry.publish('bumped', { version: '1.0.1', manifest: BIN, files: serverOf('1.0.1') })
  const manifest = { ...BIN, scripts: { postinstall: 'node main.js' } }
  registry.publish('scripted', { version: '1.0.1', manifest, files: serverOf('1.0.1') })
  const other = { name: 'swapped', version: '1.0.0', ...BIN }
  registry.swap('swapped', '1.0.0', archiveOf(other, { files: serverOf('other') }))
  rmSync(folderOf('swapped'), { recursive: true })
  const versions = { bumped: '1.0.1', scripted: '1.0.1' }
  again = await install(versions, 'swapped')
  await install(versions, 'scripted')
  const config = { sandbox: { allowUnsandboxed: false } }
  gateway = await startGateway(servers(versions) as never, config, { dataDir, env: env() })
}, 120_000)

afterAll(async () => {
  await gateway?.stop()
  await registry.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function call(name: Name): Promise<string> {
  if (gateway === undefined) throw new Error('there is no gateway')
  return textOf(await callTool(gateway, name, 'version', {}))
}

test('what was installed and approved runs, and only from the store', async () => {
  expect(installed.output).not.toMatch(/refused|error/)
  expect(installed.code).toBe(0)
  const asked = registry.asked.length
  expect(await call('untouched')).toContain('version 1.0.0')
  expect(registry.asked.length).toBe(asked)
}, 30_000)

test('an archive that was changed is not installed again', () => {
  expect(again.code).not.toBe(0)
  expect(again.output).toMatch(/integrity/)
})

test.each([
  ['other-file', 'a file that was changed', 'tree_changed'],
  ['other-lock', 'a lockfile that was changed', 'lock_changed'],
  ['bumped', 'a version that nobody approved', 'version_changed'],
  ['scripted', 'an install script that is new', 'not_approved'],
  ['swapped', 'an archive that was changed', 'not_installed'],
] as const)(
  '`%s`: %s does not start',
  async (name, _, reason) => {
    const said = await call(name)
    expect(said).not.toContain('version 1')
    expect(said).not.toContain('version other')
    expect(said).toContain('package_refused')
    expect(said).toContain(reason)
  },
  30_000,
)
