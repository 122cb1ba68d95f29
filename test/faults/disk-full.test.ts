import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startRecordingUpstream } from '../attacks/recording-upstream.ts'
import { bailiwick, startGateway } from '../support/gateway.ts'
import { type Answered, callTool, openSession } from './client.ts'
import { command } from './command.ts'
import { smallFileSystem, smallFiles } from './small-disk.ts'

// Each starts a gateway, and commands.
vi.setConfig({ testTimeout: 90_000 })

// Every machine has one of them at least; who may mount a file system has both.
const DISKS = [
  ['files that may not grow', smallFiles],
  ...(process.getuid?.() === 0 ? [['a full file system', smallFileSystem] as const] : []),
] as const

test.each(DISKS)('nothing is sent while it cannot be recorded: %s', async (_, makeDisk) => {
  const disk = makeDisk()
  onTestFinished(disk.remove)
  const upstream = await startRecordingUpstream()
  onTestFinished(upstream.stop)
  const servers = { target: { transport: 'http', url: upstream.url } } as const
  const gateway = await startGateway(servers, {}, { dataDir: disk.folder })
  onTestFinished(gateway.stop)
  const { pid } = gateway.child
  const session = await openSession(gateway, 'target')
  const call = (message: string, id?: string): Promise<Answered> =>
    callTool(gateway, 'target', 'echo', { message }, id)
  const calls = (message: string): Promise<readonly Answered[]> =>
    Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        call(`${message} ${index}`, index % 2 === 0 ? undefined : session),
      ),
    )
  expect(await call('before')).toMatchObject({ status: 200, body: { result: {} } })
  upstream.taken()

  // A few records more find room in files that are large already, or where a file was replaced.
  let full = false
  for (let round = 0; !full && round < 20; round += 1) {
    disk.fill(pid)
    full = (await calls('filling up')).every(({ code }) => code === 'audit_unavailable')
  }
  expect(full).toBe(true)
  upstream.taken()
  for (const answer of await calls('while it is full'))
    expect(answer).toMatchObject({
      code: 'audit_unavailable',
      requestId: expect.any(String),
      body: { error: { code: -31030 } },
    })
  expect(await call('modern')).toMatchObject({ status: 503 })
  expect(await call('legacy', session)).toMatchObject({ status: 200 })
  expect(upstream.taken()).toEqual([])
  expect(gateway.child.ended()).toBe(false)

  expect(gateway.child.output()).toMatch(/could not be recorded: .*(full|disk)/)

  disk.free(pid)
  for (const answer of await calls('afterwards'))
    expect(answer).toMatchObject({ status: 200, body: { result: {} } })
  expect(upstream.taken()).toHaveLength(20)
  await gateway.child.stop()
  expect(await gateway.child.closed).toBe(0)
  expect(await command(disk.folder, 'verify', '--json')).toMatchObject({ code: 0 })
  const { stdout } = await command(disk.folder, 'calls', 'ls', '--json', '--limit', '20')
  const outcomes = JSON.parse(stdout).calls.map(({ outcome }: { outcome: unknown }) => outcome)
  expect(outcomes).toEqual(Array.from({ length: 20 }, () => 'answered'))
})

test('a gateway that cannot write its own files does not start, says why, and leaves nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-disk-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const config = join(folder, 'bailiwick.yaml')
  writeFileSync(config, 'policies: [observe]\nlisten: { port: 0 }\n')
  const up = bailiwick('up', '--config', config, '--data-dir', folder)
  const { status, stderr } = spawnSync(
    '/bin/sh',
    ['-c', 'ulimit -f 0; exec "$@"', 'sh', process.execPath, ...up],
    { encoding: 'utf8' },
  )
  expect(stderr).toMatch(/^error: `.*run\.json` cannot be written \(EFBIG\)\n {2}fix: /)
  expect(status).toBe(3)
  expect(readdirSync(folder)).toEqual(['bailiwick.yaml'])
})
