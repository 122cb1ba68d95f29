import { describe, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { ConfigError } from './problem.ts'

function load(sandbox: string, more = '') {
  const text = `
dataDir: /data
places: { work: ./work }
servers:
  a:
    transport: stdio
    command: node
    sandbox: ${sandbox}
${more}`
  return parseConfig(text, '/etc/b/bailiwick.yaml', { env: {}, homedir: '/home/me' }).config
}

function settings(sandbox: string, more?: string) {
  const server = load(sandbox, more).servers['a']
  if (server?.transport !== 'stdio') throw new Error('no such server')
  return server.sandbox
}

/** `path message` of every problem. */
function problems(run: () => unknown): readonly string[] {
  try {
    run()
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ path, message }) => `${path} ${message}`)
  }
}

const AT = 'servers.a.sandbox'
const FREE = 'sandbox: { allowUnsandboxed: true }'

describe('a sandbox that is accepted', () => {
  test('is closed where nothing is said', () => {
    expect(settings('{}')).toEqual({
      backend: 'auto',
      required: true,
      runAs: 'auto',
      allowRoot: false,
      fs: {
        base: 'system',
        ro: [],
        rw: [],
        protect: [
          '.git/hooks',
          '.git/config',
          '.vscode',
          '.idea',
          '.envrc',
          '.mcp.json',
          '.cursor',
          '.claude',
        ],
        hide: ['.env*', '*.pem', 'id_*', '.npmrc'],
        home: 134_217_728,
        tmp: 268_435_456,
        shm: 67_108_864,
        state: 'none',
      },
      network: { mode: 'none', allow: [] },
      env: { pass: [] },
      syscalls: { unixSockets: 'deny', extraDeny: [], allow: [] },
      limits: {
        memory: 1_073_741_824,
        pids: 64,
        cpu: 1,
        files: 1_024,
        fileSize: 268_435_456,
      },
      report: { level: 'deny', learn: false },
    })
  })

  test('has mounts made absolute, from places and from its own folder', () => {
    const { fs } = settings(`
      fs:
        ro: [./docs, ~/notes, "\${work}/in", { from: /srv/x, to: /x, optional: true }]
        rw: ["\${server_data}", "\${work}"]`)
    expect(fs.ro).toEqual([
      { from: '/etc/b/docs', to: '/etc/b/docs', optional: false },
      { from: '/home/me/notes', to: '/home/me/notes', optional: false },
      { from: '/etc/b/work/in', to: '/etc/b/work/in', optional: false },
      { from: '/srv/x', to: '/x', optional: true },
    ])
    expect(fs.rw.map(({ from }) => from)).toEqual(['/data/servers/a', '/etc/b/work'])
  })

  test('a place whose path looks like a pattern is taken as it is', () => {
    const text = `places: { odd: "/srv/$&x" }
servers: { a: { transport: stdio, command: x, sandbox: { fs: { ro: ["\${odd}/y"] } } } }`
    const { servers } = parseConfig(text, '/b.yaml', { env: {}, homedir: '/h' }).config
    expect(servers['a']).toMatchObject({ sandbox: { fs: { ro: [{ from: '/srv/$&x/y' }] } } })
  })

  test.each([
    ['api.github.com', { host: 'api.github.com', ports: [443], proto: 'tls' }],
    ['API.GitHub.com.', { host: 'api.github.com', ports: [443], proto: 'tls' }],
    ['api.github.com:8443', { host: 'api.github.com', ports: [8_443], proto: 'tls' }],
    ['example.com:80', { host: 'example.com', ports: [80], proto: 'http' }],
    ['*.example.com', { host: '*.example.com', ports: [443], proto: 'tls' }],
    ['*.Bücher.example:8443', { host: '*.xn--bcher-kva.example', ports: [8_443], proto: 'tls' }],
    ['1.1.1.1', { host: '1.1.1.1', ports: [443], proto: 'tls' }],
    ['2606:4700:0:0::1111', { host: '2606:4700::1111', ports: [443], proto: 'tls' }],
    ['[2606:4700::1111]:853', { host: '2606:4700::1111', ports: [853], proto: 'tls' }],
    ['::ffff:1.1.1.1', { host: '1.1.1.1', ports: [443], proto: 'tls' }],
  ])('a host is written %j', (text, rule) => {
    const { network } = settings(`{ network: { allow: ["${text}"] } }`)
    expect(network).toEqual({ mode: 'allowlist', allow: [{ ...rule, allowPrivate: false }] })
  })

  test('a host as a map says its ports, its protocol and its range', () => {
    const { allow } = settings(`{ network: { allow: [
      { host: db.example.com, proto: tcp, ports: [5432, 5433] }, { host: x.example.com, proto: http },
      { host: 10.0.0.7, allowPrivate: true } ] } }`).network
    expect(allow).toEqual([
      { host: 'db.example.com', ports: [5_432, 5_433], proto: 'tcp', allowPrivate: false },
      { host: 'x.example.com', ports: [80], proto: 'http', allowPrivate: false },
      { host: '10.0.0.7', ports: [443], proto: 'tls', allowPrivate: true },
    ])
  })

  test('units, users and what lies outside of the sandbox are read', () => {
    expect(
      settings('{ limits: { memory: 64MiB, cpu: 0.5, cpuSeconds: 9 }, runAs: 64001 }'),
    ).toMatchObject({
      limits: { memory: 67_108_864, cpu: 0.5, cpuSeconds: 9 },
      runAs: 64_001,
    })
    expect(settings('{ backend: none, required: false }', FREE).backend).toBe('none')
    expect(load('{}', FREE).sandbox).toEqual({ allowUnsandboxed: true })
  })

  test('a package stands in place of a command', () => {
    const text =
      'servers: { a: { transport: stdio, package: { ecosystem: npm, name: "@x/y", version: 1.2.3 }, args: [z] } }'
    const { servers } = parseConfig(text, '/b.yaml', { env: {}, homedir: '/h' }).config
    expect(servers['a']).toMatchObject({
      command: '@x/y',
      args: ['z'],
      package: { name: '@x/y', version: '1.2.3', scripts: false, provenance: 'optional' },
    })
  })
})

describe('a sandbox that is refused, with its key', () => {
  test.each([
    ['{ netwrok: {} }', `${AT}.netwrok unknown key; did you mean \`network\`?`],
    [
      '{ fs: { rw: [{ from: /y, form: /x }] } }',
      `${AT}.fs.rw.0.form unknown key; did you mean \`from\`?`,
    ],
    ['{ fs: { rw: [{ to: /x }] } }', `${AT}.fs.rw.0.from missing; expected text`],
    ['{ fs: { rw: [1] } }', `${AT}.fs.rw.0 expected a path, or a map with \`from\``],
    ['{ fs: { ro: ["/a/../b"] } }', `${AT}.fs.ro.0 a path that goes up`],
    ['{ fs: { ro: ["~/.."] } }', `${AT}.fs.ro.0 a path that goes up`],
    ['{ fs: { ro: [{ from: /a, to: /b/../c }] } }', `${AT}.fs.ro.0.to a path that goes up`],
    ['{ fs: { ro: [{ from: /a, to: b }] } }', `${AT}.fs.ro.0.to expected an absolute path`],
    [`{ fs: { ro: ["\${wrk}/x"] } }`, `${AT}.fs.ro.0 no place \`wrk\`; did you mean \`work\`?`],
    [`{ fs: { ro: ["/x/\${work}"] } }`, `${AT}.fs.ro.0 a placeholder stands at the beginning`],
    [`{ fs: { ro: ["\${work}x"] } }`, `${AT}.fs.ro.0 a placeholder stands at the beginning`],
    ['{ fs: { protect: [../x] } }', `${AT}.fs.protect.0 expected a path below the mount`],
    ['{ fs: { protect: [/x] } }', `${AT}.fs.protect.0 expected a path below the mount`],
    ['{ fs: { hide: [a/b] } }', `${AT}.fs.hide.0 expected the name of a file`],
    ['{ fs: { home: 1TiB } }', `${AT}.fs.home expected a size`],
    ['{ network: { allow: ["*"] } }', `${AT}.network.allow.0 name the hosts`],
    ['{ network: { allow: ["*.com"] } }', `${AT}.network.allow.0 \`*.com\` is everybody`],
    ['{ network: { allow: ["*.co.uk"] } }', `${AT}.network.allow.0 \`*.co.uk\` is everybody`],
    ['{ network: { allow: ["*.1.1.1.1"] } }', `${AT}.network.allow.0 write the address`],
    ['{ network: { allow: ["a.*.com"] } }', `${AT}.network.allow.0 expected a host`],
    ['{ network: { allow: ["https://a.example"] } }', `${AT}.network.allow.0 expected a host`],
    ['{ network: { allow: ["u@a.example"] } }', `${AT}.network.allow.0 expected a host`],
    ['{ network: { allow: ["a.example:0"] } }', `${AT}.network.allow.0 expected a port`],
    ['{ network: { allow: ["a.example:65536"] } }', `${AT}.network.allow.0 expected a port`],
    ['{ network: { allow: ["0x7f000001"] } }', `${AT}.network.allow.0 write the address`],
    ['{ network: { allow: ["127.1"] } }', `${AT}.network.allow.0 write the address`],
    ['{ network: { allow: ["fe80::1%eth0"] } }', `${AT}.network.allow.0 expected a host`],
    ['{ network: { allow: ["10.0.0.1"] } }', `${AT}.network.allow.0 the address is \`private\``],
    ['{ network: { allow: ["0.0.0.0"] } }', `${AT}.network.allow.0 an address of the range`],
    [
      '{ network: { allow: [{ host: 169.254.169.254, allowPrivate: true }] } }',
      `${AT}.network.allow.0.host an address that hands out credentials`,
    ],
    [
      '{ network: { allow: [{ host: "::ffff:169.254.169.254", allowPrivate: true }] } }',
      `${AT}.network.allow.0.host an address that hands out credentials`,
    ],
    ['{ network: { allow: [{ host: a.b:1 }] } }', `${AT}.network.allow.0.host the port stands in`],
    [
      '{ network: { allow: [{ host: a.b, proto: tcp }] } }',
      `${AT}.network.allow.0.proto say the \`ports\``,
    ],
    ['{ network: { allow: [{ host: a.b, port: 1 }] } }', `${AT}.network.allow.0.port unknown key`],
    ['{ network: { mode: none, allow: [a.b] } }', `${AT}.network.mode \`allow\` names hosts`],
    ['{ limits: { pids: 0 } }', `${AT}.limits.pids expected at least 1`],
    ['{ limits: { cpu: many } }', `${AT}.limits.cpu expected a number of processors`],
    ['{ runAs: 0 }', `${AT}.runAs expected at least 1`],
    ['{ runAs: root }', `${AT}.runAs expected \`auto\`, \`inherit\``],
    ['{ allowRoot: true }', `${AT}.allowRoot means something with`],
    ['{ backend: none }', `${AT}.backend it would run with everything you have`],
    ['{ required: false }', `${AT}.required it would run with everything you have`],
    ['{ env: { pass: ["A B"] } }', `${AT}.env.pass.0 expected the name of an environment variable`],
    [
      '{ syscalls: { allow: ["x;y"] } }',
      `${AT}.syscalls.allow.0 expected the name of a system call`,
    ],
  ])('%s', (sandbox, problem) => {
    const found = problems(() => load(sandbox))
    expect(found.map((line) => line.slice(0, problem.length))).toEqual([problem])
  })

  test.each([
    ['transport: stdio', 'servers.a.command missing; expected text, or `package` beside'],
    [
      'transport: stdio, command: x, package: { ecosystem: npm, name: y }',
      'servers.a.command the package is what runs; leave `command` out',
    ],
    [
      'transport: stdio, package: { ecosystem: pypi, name: "@a/b" }',
      'servers.a.package.name expected the name of a Python package',
    ],
    [
      'transport: http, url: "https://a.example/", sandbox: {}',
      'servers.a.sandbox unknown key; it belongs to `transport: stdio`',
    ],
  ])('a server { %s }', (server, problem) => {
    const text = `servers: { a: { ${server} } }`
    expect(problems(() => parseConfig(text, '/b.yaml', { env: {}, homedir: '/h' }))).toEqual([
      problem,
    ])
  })
})
