import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { configFrom, type Loaded, parseConfig } from './config.ts'
import { ConfigError } from './problem.ts'

const PLACES = { env: {}, homedir: '/home/me' }

function parse(text: string): Loaded {
  return parseConfig(text, '/etc/b/bailiwick.yaml', PLACES)
}

function refusal(run: () => unknown): ConfigError {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('it was accepted')
}

/** `line:column path message` of every problem. */
function problems(text: string): readonly string[] {
  return refusal(() => parse(text)).problems.map(
    ({ position, path, message }) => `${position?.line}:${position?.column} ${path} ${message}`,
  )
}

const FULL = `
listen: { host: 0.0.0.0, port: 8443, publicUrl: https://g.example, tls: { cert: tls/cert.pem, key: ~/key.pem } }
dataDir: state
store: { kind: postgres, url: secret://env/DATABASE_URL }
policies: [balanced, ./policies]
places: { work: ./work, home: '~' }
servers:
  files:
    transport: stdio
    command: ./bin/files
    args: [--root, /srv]
    env: { API_TOKEN: secret://file/token, MODE: fast }
    timeout: 5m
    tools: { wipe: { effects: [delete], risk: high } }
  remote:
    transport: http
    url: https://example.com/mcp
    headers: { Authorization: Bearer secret://env/REMOTE }
    revision: legacy
limits: { maxBody: 64KiB, callTimeout: 2m }
records: { excerpt: 0, redactKeys: [iban] }
`

describe('a configuration that is accepted', () => {
  test('has its defaults filled', () => {
    expect(parse('').config).toEqual({
      listen: {
        host: '127.0.0.1',
        port: 7463,
        behindProxy: false,
        allowedHosts: [],
        allowedOrigins: [],
      },
      dataDir: '/home/me/.local/state/bailiwick',
      store: {
        kind: 'sqlite',
        path: '/home/me/.local/state/bailiwick/bailiwick.db',
        durability: 'full',
      },
      policies: ['balanced', 'flow'],
      servers: {},
      vault: expect.objectContaining({ cache: 300_000, rotateAfter: 7_776_000_000 }),
      virtual: {},
      places: {},
      sandbox: { allowUnsandboxed: false },
      definitions: { firstSight: 'clean', recheck: 'auto', maxText: 8_000 },
      content: { secretRules: [] },
      identity: {
        tokens: {
          access: 300_000,
          refresh: 1_209_600_000,
          grant: 7_776_000_000,
          session: 28_800_000,
          refreshGrace: 10_000,
        },
        bearer: 'allowed',
        whenStoreIsLost: 'deny',
        sealKeyFile: '/home/me/.local/state/bailiwick/seal.key',
        clients: { metadataDocuments: 'any', dynamicRegistration: 'off', hosts: [] },
        providers: {},
        issuers: {},
        assertions: {},
        platforms: {},
        staleAfter: 7_776_000_000,
        keyAge: 7_776_000_000,
      },
      approvals: {
        patience: 3_600_000,
        hold: 45_000,
        flood: { pending: 10, requests: 30, declines: 3, window: 600_000 },
        retention: { calls: 2_592_000_000, requests: 7_776_000_000 },
      },
      webhooks: {},
      limits: {
        maxBody: 4_194_304,
        maxHeader: 16_384,
        bodyTimeout: 30_000,
        maxConnections: 10_000,
        maxStreams: 1_000,
        maxSessions: 200,
        sessionIdle: 1_800_000,
        replayEvents: 256,
        replayBytes: 262_144,
        maxBacklog: 1_048_576,
        silence: 10_000,
        maxMessage: 16_777_216,
        connectTimeout: 15_000,
        callTimeout: 60_000,
        serverIdle: 600_000,
      },
      records: { excerpt: 512, input: 16_384, redactKeys: [] },
      folder: '/etc/b',
    })
  })

  test('has units normalised, paths absolute and secrets still as references', () => {
    const { config } = parse(FULL)
    expect(config.listen.tls).toEqual({ cert: '/etc/b/tls/cert.pem', key: '/home/me/key.pem' })
    expect(config.dataDir).toBe('/etc/b/state')
    expect(config.policies).toEqual(['balanced', '/etc/b/policies'])
    expect(config.places).toEqual({ work: '/etc/b/work', home: '/home/me' })
    expect(config.limits).toMatchObject({ maxBody: 65_536, callTimeout: 120_000 })
    expect(config.servers['files']).toMatchObject({
      command: '/etc/b/bin/files',
      cwd: '/etc/b',
      timeout: 300_000,
      env: {
        API_TOKEN: { kind: 'secret', prefix: '', provider: 'file', name: 'token' },
        MODE: { kind: 'literal', value: 'fast' },
      },
      tools: { wipe: { effects: ['delete'], reversible: false, risk: 'high' } },
    })
    expect(config.servers['remote']).toMatchObject({
      headers: {
        Authorization: { kind: 'secret', prefix: 'Bearer ', provider: 'env', name: 'REMOTE' },
      },
    })
  })

  test('may use an alias', () => {
    const text = 'servers: { a: &a { transport: http, url: https://a.example/ }, b: *a }'
    expect(parse(text).config.servers['b']).toMatchObject({ url: 'https://a.example/' })
  })
})

describe('keys and types', () => {
  test('an unknown key is refused with its place and the nearest known one', () => {
    expect(problems('listen:\n  prot: 1\n')).toEqual([
      '2:3 listen.prot unknown key; did you mean `port`?',
    ])
    expect(problems('data_dir: x')).toEqual(['1:1 data_dir unknown key; did you mean `dataDir`?'])
  })

  test('a known key at the wrong level gets its full path', () => {
    expect(problems('port: 1')).toEqual(['1:1 port unknown key; did you mean `listen.port`?'])
    expect(problems('servers: { a: { transport: http, url: "http://a/", command: x } }')).toEqual([
      '1:52 servers.a.command unknown key; it belongs to `transport: stdio`',
    ])
  })

  test('a key like nothing gets the list of known ones', () => {
    expect(problems('records: { zzzzzz: 1 }')).toEqual([
      '1:12 records.zzzzzz unknown key; known here: `excerpt`, `input`, `redactKeys`',
    ])
  })

  test('a wrong type says what was expected, and never shows the value of a text', () => {
    expect(problems('listen: { port: hunter2, behindProxy: 1 }\nservers: []')).toEqual([
      '1:17 listen.port expected a whole number, got text',
      '1:39 listen.behindProxy expected `true` or `false`, got a number',
      '2:10 servers expected a map, got a list',
    ])
  })

  test('a missing key is reported at what lacks it', () => {
    expect(problems('servers:\n  a: { transport: http }')).toEqual([
      '2:3 servers.a.url missing; expected text',
    ])
  })

  test('an open choice does not hide what is wrong beside it', () => {
    expect(problems('servers: { a: { transport: htp, comand: x } }')).toEqual([
      '1:28 servers.a.transport expected one of `stdio`, `http`, `sse`; did you mean `http`?',
      '1:33 servers.a.comand unknown key; did you mean `command`?',
    ])
  })

  test('all problems come at once, in the order of the file', () => {
    const lines = refusal(() =>
      parse('limits: { callTimeout: 5 }\nlisten: { host: 0.0.0.0 }\nlisten: {}\nx: 1'),
    ).message.split('\n')
    expect(lines.map((line) => line.slice(0, line.indexOf(': ')))).toEqual([
      '/etc/b/bailiwick.yaml:1:24',
      '/etc/b/bailiwick.yaml:3:1',
      '/etc/b/bailiwick.yaml:4:1',
    ])
  })
})

describe('YAML', () => {
  test.each([
    ['listen: {}\nlisten: {}', '2:1  `listen` stands twice in the same map'],
    ['a: 1\n---\nb: 1', '2:1  a configuration is one YAML document'],
    ['? [a]\n: x', '1:3  a key is text; put it into quotes'],
    ['dataDir: !!str x', '1:16 dataDir tags are not used here'],
    ['servers: { __proto__: { transport: http } }', '1:12 servers.__proto__ not a usable name'],
    ['just text', '1:1  expected a map, got text'],
  ])('%j is refused', (text, problem) => {
    expect(problems(text)).toContain(problem)
  })

  test('merge keys are keys like any other', () => {
    expect(problems('a: &a { port: 1 }\nlisten:\n  <<: *a\n')[1]).toMatch(
      /^3:3 listen."<<" unknown key/,
    )
  })

  test('too many aliases are refused', () => {
    const server = '{ transport: http, url: https://a.example/ }'
    const aliases = Array.from({ length: 150 }, (_, index) => `  b${index}: *a`)
    const text = ['servers:', `  a: &a ${server}`, ...aliases, ''].join('\n')
    expect(problems(text)).toEqual(['103:9 servers.b100 too many aliases'])
  })

  test.each([
    ['flow nesting', '['.repeat(100_000)],
    ['block nesting', '- '.repeat(100_000)],
    ['a cycle', 'servers: &a { a: *a }'],
    ['too many aliases', `a: &a 1\nb: [${'*a,'.repeat(200)}]`],
    ['a billion laughs', laughs()],
    ['a huge file', `# ${'x'.repeat(1_100_000)}`],
  ])('%s is refused cheaply', (_, text) => {
    expect(refusal(() => parse(text)).problems.length).toBeLessThan(100)
  })
})

function laughs(): string {
  const lines = Array.from({ length: 12 }, (_, level) => {
    const body = level === 0 ? '1' : `[${`*l${level - 1},`.repeat(9)}]`
    return `l${level}: &l${level} ${body}`
  })
  return lines.join('\n')
}

describe('secrets', () => {
  const http = (headers: object, url = 'https://a.example/') =>
    stringify({ servers: { a: { transport: 'http', url, headers } } })
  const stdio = (parts: object) =>
    stringify({ servers: { a: { transport: 'stdio', command: 'x', ...parts } } })

  test.each([
    [
      'Authorization header',
      http({ authorization: 'Bearer s3cr3t' }),
      'servers.a.headers.authorization',
    ],
    ['key header', http({ 'X-Api-Key': 's3cr3t' }), 'servers.a.headers.X-Api-Key'],
    [
      'before a reference',
      http({ Authorization: 's3cr3t, secret://env/A' }),
      'servers.a.headers.Authorization',
    ],
    ['known shape', http({ 'X-Other': `ghp_${'s3cr3t'.repeat(6)}` }), 'servers.a.headers.X-Other'],
    ['address', http({}, 'https://u:s3cr3t@a.example/'), 'servers.a.url'],
    ['query', http({}, 'https://a.example/?api_key=s3cr3t'), 'servers.a.url'],
    ['variable', stdio({ env: { GITHUB_TOKEN: 's3cr3t' } }), 'servers.a.env.GITHUB_TOKEN'],
    ['camel-case variable', stdio({ env: { dbPassword: 's3cr3t' } }), 'servers.a.env.dbPassword'],
    ['option', stdio({ args: ['--api-key', 's3cr3t'] }), 'servers.a.args.1'],
    ['option with =', stdio({ args: ['--token=s3cr3t'] }), 'servers.a.args.0'],
    ['database', 'store: { kind: postgres, url: "postgres://u:s3cr3t@h/d" }', 'store.url'],
  ])('a literal one is refused, with the fix and without showing it: %s', (_, text, path) => {
    const error = refusal(() => parse(text))
    expect(error.problems.map((problem) => problem.path)).toEqual([path])
    expect(error.message).toMatch(/secret:\/\/env\/|at most one word/)
    expect(error.message).not.toContain('s3cr3t')
  })

  test.each([
    ['no provider', 'secret://bank/x', 'no such place for secrets'],
    ['no member', 'secret://hashicorp/kv/x', 'expected `secret://hashicorp/MOUNT/PATH#FIELD`'],
    ['no name', 'secret://env/', 'expected `secret://env/NAME`'],
    ['bad name', 'secret://env/a b', 'expected `secret://env/NAME`'],
    ['no path', 'secret://file/', 'expected `secret://file/PATH`'],
  ])('a reference that leads nowhere is refused: %s', (_, reference, message) => {
    expect(problems(http({ Authorization: reference }))[0]).toContain(message)
  })

  test.each([
    ['a public key', stdio({ env: { PUBLIC_KEY: 'x', SORT_KEY: 'y' } })],
    ['a limit', stdio({ env: { MAX_TOKENS: '100', TOKEN_FILE: '/x' } })],
    ['a file of credentials', stdio({ env: { GOOGLE_APPLICATION_CREDENTIALS: '/x.json' } })],
    ['a database without a password', 'store: { kind: postgres, url: "postgres://h/d" }'],
  ])('what only resembles one is accepted: %s', (_, text) => {
    expect(() => parse(text)).not.toThrow()
  })

  test('the gateway’s own headers and control characters are refused', () => {
    expect(problems(http({ Host: 'x', 'mcp-name': 'x', 'X-A': 'a\nb' }))).toHaveLength(3)
  })
})

describe('any input', () => {
  test('text either loads or is refused with a line', () => {
    const mutated = fc
      .array(
        fc.tuple(fc.nat(FULL.length), fc.nat(12), fc.string({ maxLength: 6, unit: 'binary' })),
        {
          maxLength: 4,
        },
      )
      .map((edits) =>
        edits.reduce(
          (text, [at, removed, added]) => text.slice(0, at) + added + text.slice(at + removed),
          FULL,
        ),
      )
    fc.assert(
      fc.property(mutated, (text) => {
        const found = outcome(() => parse(text))
        if (found === 'loaded') return
        expect(found.problems.length).toBeGreaterThan(0)
        for (const { position } of found.problems) expect(position?.line).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })

  test('data either loads or is refused', () => {
    const words = [
      'listen',
      'host',
      'port',
      'servers',
      'a',
      'transport',
      'http',
      'url',
      'env',
      'store',
    ]
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(...words, '__proto__', 'constructor', null, true, 1, -0.5, Number.NaN),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...words, '__proto__', 'toString'), tie('tree'), {
          maxKeys: 4,
        }),
      ),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        outcome(() => configFrom(value, '/', PLACES))
      }),
      { numRuns: 500 },
    )
  })

  test('a typo in a key suggests the key', () => {
    const keys = ['behindProxy', 'allowedHosts', 'allowedOrigins'] as const
    const typo = fc.tuple(
      fc.constantFrom(...keys),
      fc.nat(),
      fc.constantFrom('drop', 'swap', 'double'),
    )
    fc.assert(
      fc.property(typo, ([key, seed, how]) => {
        const at = seed % (key.length - 1)
        const [first = '', second = ''] = [key[at], key[at + 1]]
        const middle = { drop: second, swap: second + first, double: first + first + second }[how]
        const wrong = key.slice(0, at) + middle + key.slice(at + 2)
        fc.pre(wrong !== key)
        expect(problems(stringify({ listen: { [wrong]: 1 } }))[0]).toContain(
          `did you mean \`${key}\`?`,
        )
      }),
    )
  })
})

function outcome(run: () => unknown): ConfigError | 'loaded' {
  try {
    run()
    return 'loaded'
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}
