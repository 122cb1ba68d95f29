import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { applyPlan } from './apply.ts'
import { nodeFiles } from './node-files.ts'
import { planAdoption } from './plan.ts'
import { release } from './release.ts'
import { stopping } from './testing/faults.ts'
import { FILES, type Home, makeHome } from './testing/home.ts'
import { keepers } from './testing/kept.ts'

const files = nodeFiles()
const NAMES = ['mcp.json', 'config.toml']
const textsOf = (home: Home) => NAMES.map((name) => readFileSync(home.pathOf(name), 'utf8'))
const ORIGINAL = NAMES.map((name) => FILES[name]?.text)

/** What the files are when nothing goes wrong, and how many steps that takes. */
async function whole() {
  const home = makeHome(NAMES)
  const port = stopping(files, Number.POSITIVE_INFINITY)
  const { plan, values } = planAdoption(home.configs, home.parts)
  await applyPlan(plan, values, { files: port, journal: home.journal(port), ...keepers() })
  const adopted = textsOf(home)
  const back = stopping(files, Number.POSITIVE_INFINITY)
  release({}, { files: back, journal: home.journal(back) })
  return { adopted, steps: port.steps(), back: back.steps() }
}

function areWhole(home: Home, adopted: readonly string[]): void {
  for (const [index, text] of textsOf(home).entries())
    expect([ORIGINAL[index], adopted[index]]).toContain(text)
}

test('wherever adoption stops, files are whole, and release gives back every byte', async () => {
  const { adopted, steps } = await whole()
  expect(steps).toBeGreaterThan(10)
  for (let at = 0; at < steps; at += 1) {
    const home = makeHome(NAMES)
    const port = stopping(files, at)
    const { plan, values } = planAdoption(home.configs, home.parts)
    await applyPlan(plan, values, { files: port, journal: home.journal(port), ...keepers() })
    areWhole(home, adopted)
    const { items } = release({}, { files, journal: home.journal() })
    for (const { state } of items) expect(['restored', 'was_original']).toContain(state)
    expect(textsOf(home)).toEqual(ORIGINAL)
    expect(home.journal().list()).toEqual({ records: [], unreadable: [] })
  }
})

test('wherever release stops, it can be run again', async () => {
  const { adopted, back } = await whole()
  expect(back).toBeGreaterThan(5)
  for (let at = 0; at < back; at += 1) {
    const home = makeHome(NAMES)
    const { plan, values } = planAdoption(home.configs, home.parts)
    await applyPlan(plan, values, { files, journal: home.journal(), ...keepers() })
    const port = stopping(files, at)
    release({}, { files: port, journal: home.journal(port) })
    areWhole(home, adopted)
    release({}, { files, journal: home.journal() })
    expect(textsOf(home)).toEqual(ORIGINAL)
    expect(home.journal().list().records).toEqual([])
  }
})

test('a process that is killed leaves the same', async () => {
  const { adopted, steps } = await whole()
  for (const at of [Math.floor(steps / 2), steps - 2]) {
    const home = makeHome(NAMES)
    const script = new URL('testing/killed.ts', import.meta.url).pathname
    const ended = spawnSync(process.execPath, [script, home.folder, String(at)], {
      timeout: 30_000,
    })
    expect(ended.signal).toBe('SIGKILL')
    areWhole(home, adopted)
    release({}, { files, journal: home.journal() })
    expect(textsOf(home)).toEqual(ORIGINAL)
  }
})
