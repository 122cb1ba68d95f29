import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { parseConfig } from './config.ts'
import { addServer, extendServer, removeServer } from './edit.ts'

const TEXT = `# how we run it
listen:   # where
    port: 7000      # ours
    allowedHosts: [a.b,   c.d]

servers:
    # the first
    one: { transport: stdio, command: x } # inline

    two:
        transport: stdio
        command: "quoted"
        args:
        - 'single'   # note

    # about nothing
# the end
policies: [balanced]
`
const HTTP = { transport: 'http', url: 'https://a.example/' }
const ADDED = `    three:
        transport: http
        url: https://a.example/
`

test('adding puts lines behind the last server and changes nothing else', () => {
  const before = `        - 'single'   # note\n`
  expect(addServer(TEXT, 'three', HTTP)).toBe(TEXT.replace(before, before + ADDED))
})

test('removing takes out the lines of the server and nothing else', () => {
  expect(removeServer(addServer(TEXT, 'three', HTTP), 'three')).toBe(TEXT)
  const one = '    one: { transport: stdio, command: x } # inline\n'
  expect(removeServer(TEXT, 'one')).toBe(TEXT.replace(one, ''))
})

test('the first server makes the map, the last one takes it away', () => {
  expect(addServer('# mine\n', 'one', HTTP)).toBe(
    '# mine\nservers:\n  one:\n    transport: http\n    url: https://a.example/\n',
  )
  expect(removeServer(addServer('# mine\n', 'one', HTTP), 'one')).toBe('# mine\n')
  expect(addServer('', 'one', HTTP)).toMatch(/^servers:\n/)
})

test.each([
  '{}',
  '{ servers: { one: { transport: stdio, command: x } } }',
  'servers:\n',
  'servers: {} # none\n',
])('forms that lines cannot be put into are written anew: %j', (text) => {
  const { config } = parseConfig(addServer(text, 'three', HTTP), '/b.yaml', {
    env: {},
    homedir: '/',
  })
  expect(config.servers['three']).toMatchObject(HTTP)
})

test('line ends stay', () => {
  const text = 'listen:\r\n  port: 1\r\n'
  const added = addServer(text, 'a', HTTP)
  expect(added).not.toMatch(/[^\r]\n/)
  expect(removeServer(added, 'a')).toBe(text)
})

test('whatever the file, adding and removing changes the meaning of nothing else', () => {
  const line = fc.constantFrom(
    ...['# c', '', 'listen: { port: 1 }', 'servers:', '  a: { transport: stdio, command: x }'],
    ...[
      '  b:',
      '    transport: stdio',
      '    command: |',
      '      text',
      '',
      'policies:',
      '- balanced',
      '  # d',
    ],
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
      const text = `${lines.join('\n')}\n`
      const before = parseDocument(text)
      fc.pre(before.errors.length === 0)
      const plain = before.toJS() ?? {}
      fc.pre(typeof plain === 'object' && !Array.isArray(plain))
      fc.pre(typeof (plain.servers ?? {}) === 'object' && !Array.isArray(plain.servers))
      const added = parseDocument(addServer(text, 'z', HTTP)).toJS()
      expect(added).toEqual({ ...plain, servers: { ...plain.servers, z: HTTP } })
      const removed = parseDocument(removeServer(addServer(text, 'z', HTTP), 'z')).toJS() ?? {}
      const { servers: _, ...rest } = plain
      expect(removed).toEqual(plain.servers && Object.keys(plain.servers).length > 0 ? plain : rest)
    }),
  )
})

test('lists of a server grow, and are made where there is none; comments stay', () => {
  const text = extendServer(
    TEXT,
    'two',
    [
      { path: ['args'], add: ['more'] },
      { path: ['sandbox', 'fs', 'ro'], add: ['/srv/a', '/srv/b'] },
    ],
    [{ path: ['sandbox', 'network', 'mode'], value: 'allowlist' }],
  )
  const { config } = parseConfig(text, '/b.yaml', { env: {}, homedir: '/' })
  const two = config.servers['two']
  expect(two).toMatchObject({
    args: ['single', 'more'],
    sandbox: {
      network: { mode: 'allowlist' },
      fs: { ro: [{ from: '/srv/a' }, { from: '/srv/b' }] },
    },
  })
  for (const comment of ['# how we run it', '# ours', '# the first', '# note', '# the end'])
    expect(text).toContain(comment)
})
