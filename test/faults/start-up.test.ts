import { generateKeyPairSync } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Ended, runNode } from '../support/child.ts'
import { bailiwick, startGateway } from '../support/gateway.ts'
import { command } from './command.ts'

// What `bailiwick up` refuses to start with: exit code 3, one message that says where and how to
// go on, and nothing of a secret in it.

interface Place {
  readonly folder: string
  file(name: string, text: string): string
  up(config: object, env?: Readonly<Record<string, string>>): Promise<Ended>
}

function createPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-start-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'policies'))
  return {
    folder,
    file(name, text) {
      const path = join(folder, name)
      writeFileSync(path, text, { mode: 0o600 })
      return path
    },
    up(config, env = {}) {
      const file = join(folder, 'bailiwick.yaml')
      const whole = { listen: { port: 0 }, policies: ['observe'], ...config }
      writeFileSync(file, JSON.stringify(whole))
      return runNode(bailiwick('up', '--config', file, '--data-dir', join(folder, 'data')), { env })
    },
  }
}

const SERVER = { transport: 'http', url: 'http://127.0.0.1:1/mcp' }

describe('policies', () => {
  test('with a mistake are refused with file, line and column', async () => {
    const place = createPlace()
    const first = place.file(
      'policies/a.cedar',
      '@id("all")\npermit (principal, action, resource)\n',
    )
    const second = place.file(
      'policies/b.cedar',
      '@id("typo")\npermit (principal, action, resource)\n  when { resource.nmae == "x" };\n',
    )
    const { code, output } = await place.up({ policies: ['./policies'] })
    expect(code).toBe(3)
    expect(output).toMatch(/^error: /)
    expect(output).toContain(`${first}:2:37: `)
    expect(output).toContain(`${second}:3:19: `)
  })

  test.each([
    ['a folder that is not there', './none'],
    ['a folder without policies', './policies'],
  ])('in %s are refused', async (_, policies) => {
    const { code, output } = await createPlace().up({ policies: [policies] })
    expect({ code, output }).toMatchObject({
      code: 3,
      output: expect.stringContaining('\n  fix: '),
    })
  })
})

describe('secrets', () => {
  test.each([
    ['a header', { headers: { Authorization: 'Bearer secret://env/UPSTREAM_TOKEN' } }],
    [
      'the second of two',
      { headers: { 'X-One': 'secret://env/OTHER', 'X-Two': 'secret://env/UPSTREAM_TOKEN' } },
    ],
  ])('that are missing are named, others keep their value to themselves: %s', async (_, server) => {
    const value = 'value-of-the-other-secret'
    const { code, output } = await createPlace().up(
      { servers: { target: { ...SERVER, ...server } } },
      { OTHER: value },
    )
    expect(code).toBe(3)
    expect(output).toContain('UPSTREAM_TOKEN')
    expect(output).not.toContain(value)
  })

  test('that hold a line break are refused without their value', async () => {
    const headers = { Authorization: 'Bearer secret://env/UPSTREAM_TOKEN' }
    const { code, output } = await createPlace().up(
      { servers: { target: { ...SERVER, headers } } },
      { UPSTREAM_TOKEN: 'first-line\r\nX-Second: line' },
    )
    expect(code).toBe(3)
    expect(output).toContain('UPSTREAM_TOKEN')
    expect(output).not.toMatch(/first-line|X-Second/)
  })

  test('that stand in the file itself are refused without their value', async () => {
    const headers = { Authorization: 'Bearer literally-this' }
    const { code, output } = await createPlace().up({ servers: { target: { ...SERVER, headers } } })
    expect(code).toBe(3)
    expect(output).toContain('bailiwick.yaml:1:')
    expect(output).not.toContain('literally-this')
  })
})

describe('the address', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'gateway.example'])(
    '%s needs TLS or a declared proxy',
    async (host) => {
      const { code, output } = await createPlace().up({ listen: { host, port: 0 } })
      expect(code).toBe(3)
      expect(output).toMatch(/listen\.host.*(tls|proxy)/i)
    },
  )
})

test('a declared proxy may stand before any address', async () => {
  const gateway = await startGateway(
    {},
    { listen: { host: '0.0.0.0', port: 0, behindProxy: true, publicUrl: 'https://g.example' } },
  )
  onTestFinished(gateway.stop)
  expect((await fetch(`${gateway.origin}/nothing`)).status).toBe(404)
})

describe('files of the owner', () => {
  test('are closed to all others, whatever the umask', async () => {
    const before = process.umask(0)
    onTestFinished(() => void process.umask(before))
    const gateway = await startGateway({})
    onTestFinished(gateway.stop)
    const modes = ['run.json', 'operator.key', 'seal.key', 'bailiwick.db', 'bailiwick.db-wal'].map(
      (name) => [name, (statSync(join(gateway.dataDir, name)).mode & 0o777).toString(8)],
    )
    expect(modes).toEqual(modes.map(([name]) => [name, '600']))
  })

  test.each([
    ['the group can read', (path: string) => chmodSync(path, 0o640)],
    ['others can read', (path: string) => chmodSync(path, 0o604)],
    ['others can write', (path: string) => chmodSync(path, 0o602)],
    [
      'is a link',
      (path: string) => {
        writeFileSync(`${path}.real`, readFileSync(path), { mode: 0o600 })
        rmSync(path)
        symlinkSync(`${path}.real`, path)
      },
    ],
    ['is damaged', (path: string) => writeFileSync(path, '{"d":"x"}\n')],
  ])('a key that %s is refused', async (_, spoil) => {
    const place = createPlace()
    mkdirSync(join(place.folder, 'data'))
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = privateKey.export({ format: 'jwk' })
    const path = place.file('data/operator.key', `${JSON.stringify(key)}\n`)
    spoil(path)
    const { code, output } = await place.up({})
    expect(code).toBe(3)
    expect(output).toContain(path)
    expect(output).not.toContain(key.d)
  })

  test('two gateways never share a data directory', async () => {
    const gateway = await startGateway({})
    onTestFinished(gateway.stop)
    const { code, output } = await command(gateway.dataDir, 'up')
    expect(code).toBe(3)
    expect(output).toContain(`process ${gateway.child.pid}`)
  })
})
