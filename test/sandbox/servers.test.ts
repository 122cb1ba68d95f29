import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { carriedChromium } from '../browser/chromium.ts'
import { callTool } from '../faults/client.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { letRead, openFolder, openFolderIn, ownAddress, startSite, textOf } from './machine.ts'

const require = createRequire(import.meta.url)
const FILESYSTEM = require.resolve('@modelcontextprotocol/server-filesystem/dist/index.js')
const EVERYTHING = require.resolve('@modelcontextprotocol/server-everything/dist/index.js')
const PLAYWRIGHT = join(
  dirname(require.resolve('playwright-core/package.json')),
  'lib/entry/mcp.js',
)
const PYTHON = join(import.meta.dirname, 'python_server.py')

function stdio(args: readonly string[], sandbox: object, command = process.execPath): object {
  return { transport: 'stdio', command, args, sandbox }
}

async function start(servers: Readonly<Record<string, object>>): Promise<RunningGateway> {
  // Nothing runs outside: a server that cannot be confined fails the test.
  const sandbox = { allowUnsandboxed: false }
  const gateway = await startGateway(
    servers as never,
    { sandbox, definitions: { firstSight: 'trust' } },
    { env: { GATEWAY_SECRET: 'of the gateway alone' } },
  )
  onTestFinished(gateway.stop)
  return gateway
}

test('server-filesystem writes in its workspace, and nowhere else', async () => {
  const folder = openFolder()
  const [workspace, outside] = [openFolderIn(folder, 'in'), openFolderIn(folder, 'out')]
  writeFileSync(join(outside, 'secret.txt'), 'of somebody else')
  // It would itself allow every path: only its sandbox holds it.
  const gateway = await start({ files: stdio([FILESYSTEM, '/'], { fs: { rw: [workspace] } }) })
  const call = (tool: string, args: Readonly<Record<string, string>>) =>
    callTool(gateway, 'files', tool, args).then(textOf)

  expect(await call('write_file', { path: join(workspace, 'a.txt'), content: 'inside' })).toContain(
    'Successfully wrote',
  )
  expect(readFileSync(join(workspace, 'a.txt'), 'utf8')).toBe('inside')
  const wrote = await call('write_file', { path: join(outside, 'b.txt'), content: 'outside' })
  expect(wrote).toContain('"isError":true')
  expect(existsSync(join(outside, 'b.txt'))).toBe(false)
  const read = await call('read_text_file', { path: join(outside, 'secret.txt') })
  expect(read).toContain('"isError":true')
  expect(read).not.toContain('of somebody else')
  expect(await call('list_directory', { path: '/home' })).not.toContain(
    process.env['USER'] ?? 'root',
  )
}, 60_000)

test('server-everything answers, sees nothing of the gateway, and fetches from listed hosts only', async () => {
  const site = await startSite('a page of the machine')
  const { host, port, origin } = site
  const http = { host, ports: [port], proto: 'http', allowPrivate: true }
  const gateway = await start({
    closed: stdio([EVERYTHING, 'stdio'], {}),
    open: stdio([EVERYTHING, 'stdio'], { network: { allow: [http] } }),
  })
  const call = (server: string, tool: string, args: Readonly<Record<string, unknown>> = {}) =>
    callTool(gateway, server, tool, args as never).then(textOf)
  const zip = { name: 'page.gz', data: `${origin}/page`, outputType: 'resource' }

  expect(await call('closed', 'get-sum', { a: 2, b: 3 })).toContain('5')
  expect(await call('closed', 'get-env')).not.toContain('of the gateway alone')
  expect(await call('closed', 'gzip-file-as-resource', zip)).toMatch(/isError":true|"error"|code/)
  expect(site.asked).toEqual([])
  expect(await call('open', 'gzip-file-as-resource', zip)).toContain('application/gzip')
  expect(site.asked).toEqual(['/page'])
  const elsewhere = { ...zip, data: `http://127.0.0.1:${port}/other` }
  await call('open', 'gzip-file-as-resource', elsewhere)
  expect(site.asked).toEqual(['/page'])
}, 60_000)

test('a server in Python writes, and reaches the host that is listed', async () => {
  const site = await startSite('a page of the machine')
  const { host, port, origin } = site
  const workspace = openFolder()
  const http = { host, ports: [port], proto: 'http', allowPrivate: true }
  const python = (sandbox: object): object => stdio([PYTHON], sandbox, '/usr/bin/python3')
  const gateway = await start({
    closed: python({ fs: { rw: [workspace] } }),
    open: python({ network: { allow: [http] } }),
  })
  const call = (server: string, tool: string, args: Readonly<Record<string, unknown>>) =>
    callTool(gateway, server, tool, args as never).then(textOf)
  const path = join(workspace, 'a.txt')

  expect(await call('closed', 'write', { path, text: 'from Python' })).toContain('"isError":false')
  expect(readFileSync(path, 'utf8')).toBe('from Python')
  expect(await call('closed', 'read', { path: '/etc/shadow' })).toContain('FileNotFoundError')
  expect(await call('closed', 'fetch', { url: `${origin}/closed` })).toContain('"isError":true')
  const direct = { host: ownAddress(), port }
  expect(await call('closed', 'connect', direct)).toContain('unreachable')
  expect(await call('closed', 'environment', {})).not.toContain('GATEWAY_SECRET')
  expect(await call('open', 'fetch', { url: `${origin}/open` })).toContain('a page of the machine')
  expect(await call('open', 'connect', direct)).toContain('unreachable')
  expect(await call('open', 'fetch', { url: `http://198.51.100.1:${port}/` })).toContain('403')
  expect(site.asked).toEqual(['/open'])
}, 60_000)

test('the server of Playwright drives a browser, to the host that is listed', async () => {
  const site = await startSite('<title>Harbour</title><h1>Moorings</h1>')
  const { host, port, origin } = site
  const folder = openFolder()
  // The browser of these tests may lie where only who runs them looks.
  const program = await carriedChromium()
  cpSync(dirname(program), join(folder, 'browser'), { recursive: true })
  letRead(folder)
  const browser = join(folder, 'browser', 'chromium')
  const args = [
    PLAYWRIGHT,
    '--headless',
    '--isolated',
    '--no-sandbox',
    '--executable-path',
    browser,
  ]
  const sandbox = (allow: readonly object[]): object => ({
    fs: { ro: [join(folder, 'browser')], shm: '128MiB' },
    network: { allow },
    // The parts of a browser speak over Unix sockets, are many, and reserve far more than they use.
    syscalls: { unixSockets: 'allow' },
    limits: { pids: 512, memory: '8GiB' },
  })
  const gateway = await start({
    closed: stdio(args, sandbox([])),
    open: stdio(args, sandbox([{ host, ports: [port], proto: 'http', allowPrivate: true }])),
  })
  const visit = (server: string) =>
    callTool(gateway, server, 'browser_navigate', { url: `${origin}/${server}` }).then(textOf)

  expect(await visit('closed')).toContain('net::ERR_')
  expect(site.asked).not.toContain('/closed')
  expect(await visit('open')).toContain('Page Title: Harbour')
  expect(site.asked).toContain('/open')
}, 90_000)
