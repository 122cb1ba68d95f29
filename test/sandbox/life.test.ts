import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { alive, descendants, until } from '../faults/processes.ts'
import { startNode } from '../support/child.ts'
import { type HostileRun, startHostile } from './hostile-run.ts'
import { openFolder } from './machine.ts'
import { makeScene } from './scene.ts'

/** A server that has left a process behind which wants to outlive all, and a file that shows its life. */
async function withDaemon(as: 'root' | 'plain user'): Promise<{
  readonly run: HostileRun
  readonly grows: () => Promise<boolean>
}> {
  const scene = await makeScene()
  onTestFinished(scene.close)
  const run = startHostile(scene, { mode: 'allowlist' }, as)
  onTestFinished(run.end)
  await run.heard('ready')
  run.say('daemon')
  await run.heard('daemon')
  const size = (): number =>
    statSync(join(scene.job.workspace, 'alive'), { throwIfNoEntry: false })?.size ?? 0
  await until(() => size() > 2)
  const grows = async (): Promise<boolean> => {
    const before = size()
    // It writes twenty times a second.
    await new Promise((done) => setTimeout(done, 400))
    return size() > before
  }
  expect(await grows()).toBe(true)
  return { run, grows }
}

for (const as of ['root', 'plain user'] as const) {
  test(`SIGKILL of a gateway that is ${as} leaves no process, not even one that left its parents`, async () => {
    const { run, grows } = await withDaemon(as)
    const before = descendants(Number(run.keeper.pid))
    expect(before.length).toBeGreaterThanOrEqual(4)
    run.end()
    await until(() => !before.some(alive))
    await until(async () => !(await grows()))
  }, 60_000)

  test(`the end of a server of a gateway that is ${as} ends all that it started`, async () => {
    const { run, grows } = await withDaemon(as)
    const pid = Number(await run.heard('keeper.child'))
    const before = descendants(pid)
    // Its input ends, and so does it.
    run.keeper.stdin.end()
    await run.heard('keeper.exit')
    await until(() => !before.some(alive))
    await until(async () => !(await grows()))
  }, 60_000)
}

const CYCLES = join(import.meta.dirname, 'cycles.ts')

async function cycles(...args: readonly string[]): Promise<readonly unknown[]> {
  const child = startNode(['--disable-warning=ExperimentalWarning', CYCLES, ...args])
  onTestFinished(child.kill)
  await child.closed
  try {
    return JSON.parse(child.stdout())
  } catch (error) {
    throw new Error(child.output(), { cause: error })
  }
}

test('two hundred starts leave no descriptor open', async () => {
  const [few, more, most] = await cycles('open')
  expect(more).toBe(few)
  expect(most).toBe(few)
}, 120_000)

test('a folder that is swapped for a link between check and mount shows nothing of where it leads', async () => {
  const seen = await cycles('swap', openFolder())
  expect(seen).toHaveLength(40)
  expect(
    seen.filter((line) => !['own', 'path_changed', 'path_missing'].includes(String(line))),
  ).toEqual([])
}, 120_000)
