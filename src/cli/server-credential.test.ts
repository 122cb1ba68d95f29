import { describe, expect, test } from 'vitest'
import { configFrom } from '../config/config.ts'
import { credentialOf, credentialText, dependantsOf } from './server-credential.ts'

const url = 'https://crm.example/mcp'
const remote = (more: object) => ({ transport: 'http', url, ...more })
const local = (env: object) => ({ transport: 'stdio', command: 'node', env })

const CONFIG = configFrom(
  {
    servers: {
      silent: remote({}),
      refuses: remote({ authorization: { kind: 'none' } }),
      each: remote({ authorization: {} }),
      all: remote({ authorization: { holder: 'shared' } }),
      itself: remote({ authorization: { kind: 'client-credentials', client: { id: 'gate' } } }),
      exchanged: remote({
        authorization: {
          kind: 'token-exchange',
          subjectToken: 'secret://user/crm-key',
          client: { id: 'gate', secret: 'secret://vault/crm-key' },
        },
      }),
      header: remote({ headers: { 'X-Key': 'Bearer secret://vault/crm-key' } }),
      bearer: remote({ headers: { authorization: 'Bearer secret://env/CRM_KEY' } }),
      own: remote({ headers: { 'X-Key': 'secret://user/crm-key' } }),
      open: remote({ headers: { 'X-Team': 'sales' } }),
      both: remote({ authorization: {}, headers: { 'X-Key': 'secret://env/CRM_KEY' } }),
      variable: local({ TOKEN: 'secret://vault/crm-key', LANG: 'C' }),
      mine: local({ TOKEN: 'secret://user/crm-key' }),
      plain: local({}),
    },
  },
  '/tmp',
  { env: {}, homedir: '/tmp' },
)

describe('how a server is shown who a request is for', () => {
  test.each([
    ['silent', 'none', false, true],
    ['refuses', 'none', false, false],
    ['each', 'authorization-code', false, true],
    ['all', 'authorization-code', true, true],
    ['itself', 'client-credentials', true, false],
    ['exchanged', 'token-exchange', false, false],
    ['header', 'static', true, true],
    ['bearer', 'static', true, false],
    ['own', 'static', false, true],
    ['open', 'none', false, true],
    ['both', 'authorization-code', true, true],
    ['variable', 'static', true, false],
    ['mine', 'static', false, false],
    ['plain', 'none', false, false],
  ] as const)('%s: %s', (server, kind, shared, connects) => {
    const settings = CONFIG.servers[server]
    if (settings === undefined) throw new Error('not configured')
    expect(credentialOf(server, settings)).toEqual({ server, kind, shared, connects })
  })

  test('is told in words', () => {
    const text = (server: string) =>
      credentialText(credentialOf(server, CONFIG.servers[server] as never))
    expect(text('silent')).toBe('nothing, until it asks: then each user connects')
    expect(text('plain')).toBe('nothing')
    expect(text('own')).toBe('a secret of each user')
    expect(text('variable')).toBe('a secret that all share')
    expect(text('all')).toBe('one connection for all (authorization-code)')
    expect(text('each')).toBe('each user’s own connection (authorization-code)')
  })
})

test('what uses a secret: where it goes, and nothing of what stands before it', () => {
  const reference = 'secret://vault/crm-key'
  expect(dependantsOf(CONFIG, { name: 'crm-key', owner: 'shared' })).toEqual([
    { server: 'exchanged', goes: 'authorization.client.secret', reference },
    { server: 'header', goes: 'header X-Key', reference },
    { server: 'variable', goes: 'variable TOKEN', reference },
  ])
  const own = dependantsOf(CONFIG, { name: 'crm-key', owner: 'user:ann' })
  expect(own.map(({ server, goes }) => `${server} ${goes}`)).toEqual([
    'exchanged authorization.subjectToken',
    'own header X-Key',
    'mine variable TOKEN',
  ])
  expect(dependantsOf(CONFIG, { name: 'crm', owner: 'shared' })).toEqual([])
})
