import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { type Launch, SANDBOX_CONTROLS, type SandboxRunner } from '../../kernel/sandbox.ts'
import { GATEWAYS, uidOf } from '../testing/gateway.ts'
import { bareProfile } from '../testing/profile.ts'
import { type Preflight, proven } from './preflight.ts'
import { prove, type Weakness } from './testing/prove.ts'

const bwrap = inject('bwrap')
let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'bailiwick-preflight-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const own = (as: 'root' | 'somebody'): void => {
  if (process.getuid?.() === 0) chownSync(dataDir, uidOf(as), uidOf(as))
}
const broken = ({ probes }: Preflight): readonly string[] =>
  probes.filter(({ held }) => !held).map(({ name }) => name)

describe.each(GATEWAYS)('the sandbox of this machine, for a gateway of %s', (as) => {
  test('holds, and is proven once per start', async () => {
    own(as)
    const found = await prove(as, bwrap, dataDir)
    expect([found.problems, broken(found)]).toEqual([[], []])
    expect(found).toMatchObject({ ok: true, cached: false })
    expect(found.probes).toHaveLength(23)
    expect(found.inForce.map(({ control }) => control).sort()).toEqual([...SANDBOX_CONTROLS].sort())
    expect(found.inForce.filter(({ strength }) => strength === 'none')).toEqual([])
    const { at, probes } = found
    expect(await prove(as, bwrap, dataDir)).toMatchObject({ ok: true, cached: true, at, probes })
    expect(await prove(as, bwrap, dataDir, { version: '2' })).toMatchObject({ cached: false })
    expect(await prove(as, bwrap, dataDir, { version: '2', fresh: true })).toMatchObject({
      ok: true,
      cached: false,
    })
  })

  test.each([
    ['network', ['loopback', 'interfaces'], 'network'],
    ['unix-sockets', ['unix-socket'], 'syscalls'],
    ['limits', ['open-files', 'fork', 'file-size'], 'open-files'],
    ['environment', ['environment'], 'environment'],
    ['tree', ['tree'], 'lifetime'],
  ] as const)('is refused without its %s', async (weakness: Weakness, names, control) => {
    own(as)
    const found = await prove(as, bwrap, dataDir, { weakness })
    expect(broken(found)).toEqual(expect.arrayContaining([...names]))
    expect(found).toMatchObject({ ok: false, problems: [{ reason: 'self_test_failed' }] })
    expect(found.inForce.find((one) => one.control === control)).toMatchObject({
      strength: 'none',
      fix: expect.stringContaining(names[0]),
    })
    // what does not hold is not remembered
    expect(await prove(as, bwrap, dataDir)).toMatchObject({ ok: true, cached: false })
  })
})

// not as root: what it tries would come to pass
test('a program that nothing confines gets past nearly everything', async () => {
  own('somebody')
  const found = await prove('somebody', bwrap, dataDir, { weakness: 'open' })
  rmSync('/tmp/large', { force: true })
  expect(found.ok).toBe(false)
  expect(broken(found)).toEqual(
    expect.arrayContaining([
      ...['marker', 'loopback', 'unix-socket', 'seccomp', 'capabilities', 'host-process'],
      ...['processes', 'open-files', 'file-size', 'fork', 'environment'],
    ]),
  )
})

test('what was kept counts only when it is whole', async () => {
  const as = GATEWAYS[0] ?? 'somebody'
  own(as)
  await prove(as, bwrap, dataDir)
  const file = join(dataDir, 'sandbox', 'preflight.json')
  const kept = JSON.parse(readFileSync(file, 'utf8'))
  const { probes } = kept
  for (const damaged of [
    '',
    '[]',
    JSON.stringify({ ...kept, inForce: [] }),
    JSON.stringify({ ...kept, key: 'x' }),
    JSON.stringify({ ...kept, probes: [{ ...probes[0], held: false }] }),
    JSON.stringify({ ...kept, probes: probes.slice(1) }),
  ]) {
    writeFileSync(file, damaged)
    expect(await prove(as, bwrap, dataDir)).toMatchObject({ ok: true, cached: false })
  }
})

describe('before the machine has proven itself', () => {
  const launch: Launch = {
    ...{ server: 'files', profile: bareProfile(), command: ['/bin/true'], env: {}, cwd: undefined },
  }
  const problem = { reason: 'bwrap_missing', message: 'no bwrap', fix: 'install it' } as const

  test('nothing is started, and what was mended counts', async () => {
    let started = 0
    const runner: SandboxRunner = {
      launch: async () => {
        started += 1
        throw new Error('it was started')
      },
      close: async () => {},
    }
    const answers = [
      { ok: false, problems: [problem] },
      { ok: false, problems: [] },
      { ok: true, problems: [] },
    ]
    const guarded = proven(runner, async () => answers.shift() as unknown as Preflight)
    await expect(guarded.launch(launch)).rejects.toMatchObject({
      code: 'sandbox_unavailable',
      data: { reason: 'bwrap_missing', fix: 'install it' },
    })
    await expect(guarded.launch(launch)).rejects.toMatchObject({
      data: { reason: 'self_test_failed' },
    })
    expect(started).toBe(0)
    await expect(guarded.launch(launch)).rejects.toThrow('it was started')
    await expect(guarded.launch(launch)).rejects.toThrow('it was started')
    expect([started, answers]).toEqual([2, []])
  })
})
