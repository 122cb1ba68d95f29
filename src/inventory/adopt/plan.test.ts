import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { ConfiguredServer, ConfiguredTransport, ReadConfig } from '../../kernel/inventory.ts'
import { gatewayName, secretName } from './names.ts'
import { type PlanParts, planAdoption } from './plan.ts'
import { makeHome, PASSWORD, TOKEN } from './testing/home.ts'

const home = makeHome()
const { plan, values } = planAdoption(home.configs, home.parts)

test('one server that two hosts use becomes one, with a valid name that nobody has', () => {
  const named = plan.files.flatMap(({ entries }) =>
    entries.map(({ server, gateway, way }) => `${server} > ${gateway} ${way}`),
  )
  expect(named).toEqual([
    'GitHub Tools > github-tools connect',
    'github > github-tools http',
    'web > web http',
    'db > db-2 http',
    'db > db-2 connect',
    'last > last connect',
  ])
  expect(plan.servers).toEqual([
    {
      name: 'github-tools',
      secrets: ['github-tools-github_token'],
      settings: {
        transport: 'stdio',
        command: 'npx',
        args: ['-y', 'tools'],
        env: { GITHUB_TOKEN: 'secret://vault/github-tools-github_token' },
      },
    },
    {
      name: 'web',
      secrets: ['github-tools-github_token'],
      settings: {
        transport: 'http',
        url: 'https://web.example/mcp',
        headers: { Authorization: 'Bearer secret://vault/github-tools-github_token' },
      },
    },
    {
      name: 'db-2',
      secrets: ['db-2-db_password'],
      settings: {
        transport: 'stdio',
        command: 'db-server',
        args: ['--read-only'],
        env: { DB_PASSWORD: 'secret://vault/db-2-db_password' },
      },
    },
    { name: 'last', secrets: [], settings: { transport: 'stdio', command: 'last-server' } },
  ])
  expect(plan.secrets.map(({ name, servers }) => [name, servers])).toEqual([
    ['github-tools-github_token', ['github-tools', 'web']],
    ['db-2-db_password', ['db-2']],
  ])
})

test('no value stands in the plan, nor in what is printed of the values', () => {
  const printed = [
    JSON.stringify({ plan, values }),
    inspect({ plan, values }, { depth: 20, showHidden: true }),
    String(values),
    JSON.stringify({ ...values }),
  ].join('\n')
  expect(values.get('github-tools-github_token')).toBe(TOKEN)
  expect(values.get('db-2-db_password')).toBe(PASSWORD)
  expect(printed).not.toContain(TOKEN)
  expect(printed).not.toContain(PASSWORD)
})

const stdio = (more: object = {}): ConfiguredTransport =>
  ({ kind: 'stdio', command: 'x', args: [], env: {}, ...more }) as ConfiguredTransport
const http = (url: string, headers = {}): ConfiguredTransport => ({ kind: 'http', url, headers })

test.each<[string, Partial<ConfiguredServer>, Partial<ReadConfig>, Partial<PlanParts>]>([
  ['ours', { transport: http('http://127.0.0.1:7463/mcp/a') }, {}, {}],
  ['ours', { transport: stdio({ command: '/usr/bin/bailiwick', args: ['connect', 'a'] }) }, {}, {}],
  ['ours', { transport: stdio({ command: '/opt/bin/bailiwick', args: ['connect'] }) }, {}, {}],
  ['ours', { transport: stdio({ command: 'npx', args: ['-y', 'bailiwick', 'connect'] }) }, {}, {}],
  ['disabled', { enabled: false }, {}, {}],
  ['variables', { variables: ['input:key'] }, {}, {}],
  ['host_fills', {}, {}, { entryOf: () => ({ command: 'x', envFile: '.env' }) }],
  ['managed', {}, { scope: 'managed' }, {}],
  ['plugin', {}, { scope: 'plugin' }, {}],
  ['file_problem', {}, { problems: [{ file: '', kind: 'symlink', message: 'a link' }] }, {}],
  [
    'entry_unknown',
    {},
    { problems: [{ file: '', kind: 'entry_malformed', at: ['s', 'a'], message: 'odd' }] },
    {},
  ],
  ['entry_unknown', {}, {}, { entryOf: () => undefined }],
  ['secret_in_arguments', { transport: stdio({ args: ['--api-key', 'abc'] }) }, {}, {}],
  ['secret_in_arguments', { transport: stdio({ args: ['--token=abc'] }) }, {}, {}],
  ['secret_in_arguments', { transport: stdio({ args: ['API_KEY=abc'] }) }, {}, {}],
  ['secret_in_arguments', { transport: stdio({ args: ['Authorization: Bearer x'] }) }, {}, {}],
  ['secret_in_arguments', { transport: stdio({ args: ['pg://u:p@h/db'] }) }, {}, {}],
  ['secret_in_arguments', { transport: stdio({ args: ['KNOWN-TO-RULES-1'] }) }, {}, {}],
  ['secret_in_address', { transport: http('https://h.example/KNOWN-TO-RULES-1/mcp') }, {}, {}],
  ['secret_in_address', { transport: http('https://u:p@h.example/mcp') }, {}, {}],
  ['secret_in_address', { transport: http('https://h.example/mcp?api_key=1') }, {}, {}],
  ['reference', { transport: stdio({ env: { A: 'secret://env/HOME' } }) }, {}, {}],
  ['entry_unknown', { transport: stdio({ env: { A_TOKEN: 'a\u0007' } }) }, {}, {}],
  ['settings_refused', {}, {}, { refusal: () => 'no' }],
])('what cannot be adopted is left alone: %s', (reason, server, config, parts) => {
  const one: ConfiguredServer = {
    ...{ name: 'a', host: 'h', scope: 'user', file: '/f', at: ['s', 'a'], enabled: true },
    ...{ transport: stdio(), unknown: [], variables: [], ...server },
  }
  const read: ReadConfig = {
    ...{ host: 'h', scope: 'user', file: '/f', format: 'json', digest: '' },
    ...{ servers: [one], problems: [], ...config },
  }
  const made = planAdoption([read], { ...home.parts, entryOf: () => ({}), ...parts })
  expect(made.plan.left.map((left) => left.reason)).toEqual([reason])
  expect(made.plan.files).toEqual([])
  expect([made.plan.servers, made.plan.secrets, made.values.size]).toEqual([[], [], 0])
})

test('another program, address and folder are other servers', () => {
  const servers = [
    stdio({ env: { A: '1', PLAIN: 'KNOWN-TO-RULES-1' } }),
    stdio({ env: { A: '2' } }),
    http('https://a.example/mcp', { Accept: 'text/html', 'X-A': '1' }),
    http('http://localhost:7464/mcp/a'),
  ].map(
    (transport, index): ConfiguredServer => ({
      ...{ name: 'a', host: 'h', scope: 'user', file: '/f', at: ['s', index], enabled: true },
      ...{ transport, unknown: [], variables: [] },
    }),
  )
  const config: ReadConfig = {
    ...{ host: 'h', scope: 'user', file: '/f', format: 'json', digest: '' },
    ...{ servers, problems: [] },
  }
  const made = planAdoption([config], { ...home.parts, entryOf: () => ({}) })
  expect(made.plan.servers.map(({ name }) => name)).toEqual(['a', 'a-2', 'a-3', 'a-4'])
  expect(made.plan.servers[2]?.settings['headers']).toEqual({ 'X-A': '1' })
  expect(made.plan.servers[0]?.settings['env']).toEqual({ A: '1', PLAIN: 'secret://vault/a-plain' })
})

test.each([
  ['Ünïcode Näme', 'u-ni-code-na-me'],
  ['../../etc/passwd', 'etc-passwd'],
  ['日本', 'server'],
  ['x'.repeat(200), 'x'.repeat(63)],
  ['taken', 'taken-3'],
  ['-a_b.c-', 'a-b-c'],
])('the name %s becomes %s', (name, expected) => {
  const made = gatewayName(name, (one) => one === 'taken' || one === 'taken-2')
  expect(made).toBe(expected)
  expect(made).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/)
  expect(secretName(made, name, () => false)).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
})
