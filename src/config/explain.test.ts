import { expect, test } from 'vitest'
import { loadConfig, parseConfig } from './config.ts'
import { explain } from './explain.ts'

const PLACES = { env: {}, homedir: '/home/me' }
const TEXT = `
limits:
  callTimeout: 2m
servers:
  a: { transport: http, url: https://a.example/, headers: { Authorization: secret://env/A } }
`
const loaded = parseConfig(TEXT, '/etc/b/bailiwick.yaml', PLACES)

test('a value of the file: as written, with its place', () => {
  expect(explain(loaded, 'limits.callTimeout')).toEqual({
    path: 'limits.callTimeout',
    description: 'Time for a server to answer, unless it has its own.',
    type: 'duration, 100ms to 1d',
    default: '60s',
    value: '2m',
    origin: { kind: 'file', file: '/etc/b/bailiwick.yaml', line: 3, column: 3 },
    keys: [],
  })
})

test('a default, and one that is computed', () => {
  expect(explain(loaded, 'limits.maxBody')).toMatchObject({
    value: '4MiB',
    origin: { kind: 'default' },
  })
  expect(explain(loaded, 'dataDir')).toMatchObject({
    default: undefined,
    value: '/home/me/.local/state/bailiwick',
    origin: { kind: 'default' },
  })
})

test('what a choice settles, with the secret as a reference', () => {
  expect(explain(loaded, 'servers.a.headers.Authorization')).toMatchObject({
    type: 'text, or a reference to a secret',
    value: 'secret://env/A',
  })
  expect(explain(loaded, 'servers.a')).toMatchObject({
    keys: expect.arrayContaining(['url', 'headers']),
  })
  expect(explain(loaded, 'servers.a.command')).toEqual({
    unknown: 'servers.a.command',
    near: undefined,
  })
})

test('an override', () => {
  const moved = loadConfig({ ...PLACES, cwd: '/nowhere', dataDir: '/data' })
  expect(explain(moved, 'dataDir')).toMatchObject({
    value: '/data',
    origin: { kind: 'override', by: '--data-dir' },
  })
})

test('the whole file, and an unknown path with the nearest one', () => {
  expect(explain(loaded, '')).toMatchObject({ keys: expect.arrayContaining(['listen', 'records']) })
  expect(explain(loaded, 'limits.callTimout')).toEqual({
    unknown: 'limits.callTimout',
    near: 'limits.callTimeout',
  })
  expect(explain(loaded, 'limits.__proto__')).toMatchObject({ unknown: 'limits.__proto__' })
})
