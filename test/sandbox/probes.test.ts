import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../faults/processes.ts'
import { type HostileRun, startHostile } from './hostile-run.ts'
import { makeScene, type Scene } from './scene.ts'
import { TABLE } from './table.ts'

const VARIANTS = (['root', 'plain user'] as const).flatMap((as) =>
  (['none', 'allowlist'] as const).map((mode) => ({ as, mode })),
)

/** Argument lists of all processes of the machine. */
function commandLines(): readonly string[] {
  const maybe = (id: string): string => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'latin1')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(maybe)
}

/** Real users of the processes whose arguments name a file of the scene's code. */
function usersOf(code: string): readonly number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return ids.flatMap((id) => {
    try {
      const [, first = ''] = readFileSync(`/proc/${id}/cmdline`, 'latin1').split('\0')
      if (!first.startsWith(code)) return []
      return [Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1])]
    } catch {
      return []
    }
  })
}

describe.each(VARIANTS)('a hostile server of a gateway that is $as, network $mode', (variant) => {
  const { as, mode } = variant
  let scene: Scene
  let run: HostileRun
  let users: readonly number[] = []
  let lines: readonly string[] = []

  beforeAll(async () => {
    scene = await makeScene()
    run = startHostile(scene, { mode }, as)
    await run.heard('ready')
    lines = commandLines()
    users = usersOf(scene.job.code)
    await scene.late()
    run.say('run')
    await run.heard('done')
  }, 60_000)

  afterAll(() => {
    run.end()
    scene.close()
  })

  test.each(TABLE)('$wall: $name', (row) => {
    expect(row[mode]).toContain(run.told.get(row.name))
  })

  test('what it tries is what the table names', () => {
    const named = new Set(TABLE.map(({ name }) => name))
    const more = [...run.told.keys()].filter(
      (name) =>
        !named.has(name) && !name.startsWith('keeper.') && !['ready', 'done'].includes(name),
    )
    expect(more).toEqual([])
  })

  test('its secrets stand in no argument list', () => {
    expect(lines.filter((line) => line.includes(scene.token))).toEqual([])
  })

  test('none of it is root on the machine', () => {
    expect(users.length).toBeGreaterThan(0)
    expect(users).not.toContain(0)
  })

  test('nothing arrives where it must not', () => {
    expect(scene.reached()).toBe(0)
    const { allowed, http, tls } = scene.job.egress
    const hosts = [allowed, `${allowed}:${http}`, `${allowed}:${tls}`]
    const strange = scene.arrived.filter((line) => {
      const [host = '', path = ''] = line.split(' ')
      return !hosts.includes(host) || path === '/smuggled'
    })
    expect(strange).toEqual([])
  })

  test('what was refused on the way out is told', () => {
    if (mode === 'none') return
    const denied = run.denied().join('\n')
    const { denied: host, rebound, metadata } = scene.job.egress
    for (const name of [host, rebound, metadata, 'localhost', '169.254.169.254'])
      expect(denied).toContain(name)
  })

  test('more memory than allowed is not had, and is told', async () => {
    run.say('crowd')
    await until(() => run.denied().some((line) => line.startsWith('limit memory ')))
  }, 40_000)
})
