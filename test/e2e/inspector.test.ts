import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bailiwick, type RunningGateway, startGateway } from '../support/gateway.ts'
import { signInToConnect } from '../support/owner.ts'
import { type RunningServers, startServers } from './servers.ts'

// The command line of the official Inspector, as a person uses it.

const require = createRequire(import.meta.url)
const LAUNCHER = require.resolve('@modelcontextprotocol/inspector/clients/launcher/build/index.js')

let servers: RunningServers
let gateway: RunningGateway
beforeAll(async () => {
  servers = await startServers()
  const everything = servers.targets['everything-stdio']
  const dual = servers.targets['dual-http']
  if (everything.kind !== 'stdio' || dual.kind !== 'http') throw new Error('unexpected targets')
  gateway = await startGateway({
    everything: { transport: 'stdio', command: everything.command, args: everything.args },
    dual: { transport: 'http', url: dual.url },
  })
  await signInToConnect(gateway, ['everything', 'dual', undefined])
})
afterAll(async () => {
  await gateway?.stop()
  await servers?.stop()
})

const ROUTES = ['/mcp/{server}', '/mcp', 'connect {server}', 'connect'] as const
const ERAS = ['legacy', 'modern'] as const

for (const route of ROUTES)
  for (const era of ERAS)
    describe(`${route}, protocol era ${era}`, () => {
      const one = route.includes('{server}')
      const named = (server: string, name: string): string => (one ? name : `${server}__${name}`)

      test('lists tools', async () => {
        const result = await inspect(route, era, 'everything', '--method', 'tools/list')
        expect(result).toContain(`"${named('everything', 'echo')}"`)
      })
      test('calls a tool of a legacy server', async () => {
        const call = ['--method', 'tools/call', '--tool-name', named('everything', 'get-sum')]
        const args = ['--tool-arg', 'a=2', '--tool-arg', 'b=40']
        expect(await inspect(route, era, 'everything', ...call, ...args)).toContain('is 42')
      })
      test('calls a tool of a modern server', async () => {
        const call = ['--method', 'tools/call', '--tool-name', named('dual', 'test_simple_text')]
        expect(await inspect(route, era, 'dual', ...call)).toContain('a simple text response')
      })
      // One endpoint or the other makes no difference to the front for stdio.
      if (route === 'connect') return
      test('reads a resource', async () => {
        const uri = 'test://static-text'
        const result = await inspect(route, era, 'dual', '--method', 'resources/read', '--uri', uri)
        expect(result).toContain('content of the static text resource')
      })
      test('gets a prompt', async () => {
        const get = [
          '--method',
          'prompts/get',
          '--prompt-name',
          named('everything', 'simple-prompt'),
        ]
        expect(await inspect(route, era, 'everything', ...get)).toContain('without arguments')
      })
    })

async function inspect(
  route: (typeof ROUTES)[number],
  era: (typeof ERAS)[number],
  server: string,
  ...args: readonly string[]
): Promise<string> {
  const path = route.includes('{server}') ? [server] : []
  const target = route.startsWith('/')
    ? [['', 'mcp', ...path].join('/')].map((url) => gateway.origin + url)
    : [process.execPath, ...bailiwick('connect', ...path, '--data-dir', gateway.dataDir)]
  const header = route.startsWith('/')
    ? [
        '--transport',
        'http',
        '--header',
        `Authorization: Bearer ${gateway.token(['/mcp', ...path].join('/'))}`,
      ]
    : ['--transport', 'stdio']
  const options = [
    '--cli',
    ...args,
    '--protocol-era',
    era,
    ...header,
    '--format',
    'json',
    '--quiet',
  ]
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [LAUNCHER, ...options, '--', ...target],
    {
      env: { ...process.env, HOME: servers.folder },
    },
  )
  return stdout
}
