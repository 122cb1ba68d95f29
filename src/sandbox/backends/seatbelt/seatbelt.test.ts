import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ALLOWLIST, fullPlan, fullProfile, PROXY } from '../testing/plan.ts'
import { seatbeltInForce, seatbeltProfile } from './seatbelt-profile.ts'
import { seatbeltRunner } from './seatbelt-runner.ts'

const TEMPORARY = '/private/tmp/own'
const { fs } = fullProfile()

test('a profile denies all but what it lists', () => {
  const lines = seatbeltProfile(fullPlan(), TEMPORARY).split('\n')
  expect(lines.slice(0, 2)).toEqual(['(version 1)', '(deny default)'])
  const text = lines.join('\n')
  expect(text).toContain(
    '(allow file-write*\n  (subpath "/srv/work")\n  (subpath "/srv/state")\n  (subpath "/private/tmp/own"))',
  )
  expect(text).toContain('(deny file-write* (subpath "/srv/work/.git/hooks"))')
  expect(text).toContain('(deny file-read* file-write* (subpath "/srv/work/.env"))')
  expect(text).toContain('(deny file-write-setugid)')
  expect(text).not.toContain('network')
  expect(text).not.toContain('(allow default)')
  // Later rules win, so what takes away comes after what gives.
  expect(text.indexOf('(deny file-write* ')).toBeGreaterThan(text.indexOf('(allow file-write*'))
})

test('the only way out is the proxy, on the port that is given', () => {
  const profile = fullProfile({ network: ALLOWLIST })
  const network = (port: number) =>
    seatbeltProfile(fullPlan(profile, { proxy: { ...PROXY, port } }), TEMPORARY)
      .split('\n')
      .filter((line) => line.includes('network'))
  expect(network(4_711)).toEqual(['(allow network-outbound (remote ip "localhost:4711"))'])
  for (const port of [0, -1, 1.5, 70_000, Number.NaN])
    expect(() => network(port)).toThrow('no port')
  expect(() => seatbeltProfile(fullPlan(profile), TEMPORARY)).toThrow('no proxy')
})

test('no path says more than itself', () => {
  const unit = fc.oneof(
    fc.constantFrom('"', '\\', '(', ')', ';', '#', ' ', '\n'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  )
  fc.assert(
    fc.property(fc.string({ unit, minLength: 1, maxLength: 40 }), (name) => {
      const path = `/srv/${name}`
      const profile = fullProfile({
        fs: { ...fs, rw: [{ from: path, to: path, optional: false }] },
      })
      let text: string
      try {
        text = seatbeltProfile(fullPlan(profile), TEMPORARY)
      } catch {
        expect([...path].some((character) => character < ' ' || character === '\u007f')).toBe(true)
        return
      }
      const { strings, rest } = readStrings(text)
      expect(strings).toContain(path)
      const plain = readStrings(seatbeltProfile(fullPlan(), TEMPORARY))
      expect(rest).toBe(plain.rest)
    }),
  )
})

/** The strings of a profile, and what it says around them. */
function readStrings(text: string): { readonly strings: string[]; readonly rest: string } {
  const strings: string[] = []
  const rest = text.replaceAll(/"((?:[^"\\]|\\[\s\S])*)"/g, (_, inner: string) => {
    strings.push(inner.replaceAll(/\\([\s\S])/g, '$1'))
    return '""'
  })
  return { strings, rest }
}

test('a path that is elsewhere inside is refused', () => {
  const rw = [{ from: '/srv/work', to: '/work', optional: false }]
  expect(() => seatbeltProfile(fullPlan(fullProfile({ fs: { ...fs, rw } })), TEMPORARY)).toThrow(
    'macOS moves none',
  )
})

test('what it cannot hold is said by name', () => {
  const weak = seatbeltInForce(fullPlan()).filter(({ strength }) => strength !== 'hard')
  expect(weak.map(({ control }) => control)).toEqual([
    'identity',
    'syscalls',
    'processes',
    'memory',
    'cpu',
    'lifetime',
  ])
  for (const { fix } of weak) expect(fix).toBeTruthy()
})

test('without seatbelt nothing is started', async () => {
  const it = seatbeltRunner({ plan: () => Promise.resolve(fullPlan()), program: '/nowhere/at/all' })
  await expect(it.launch(fullPlan().launch)).rejects.toMatchObject({
    code: 'sandbox_unavailable',
    data: { reason: 'backend_unavailable' },
  })
})

test('the profile and the command reach it unchanged, with no more of an environment than is meant', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-seatbelt-'))
  try {
    const program = join(folder, 'sandbox-exec')
    const script = `#!/bin/sh\nprintf '%s\\0' "$@" >${folder}/asked\nenv >${folder}/env\nulimit -n >${folder}/files\n`
    writeFileSync(program, script, { mode: 0o755 })
    const { launch } = fullPlan()
    const command = ['/usr/bin/node', '$(id)', '"; x']
    const plan = fullPlan(undefined, { launch: { ...launch, command } })
    const it = seatbeltRunner({ plan: () => Promise.resolve(plan), program })
    const { child, backend } = await it.launch(launch)
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(backend).toBe('seatbelt')
    const asked = readFileSync(join(folder, 'asked'), 'utf8').split('\0')
    expect(asked[0]).toBe('-p')
    expect(asked[1]).toContain('(deny default)')
    expect(asked.slice(2, -1)).toEqual(['--', ...command])
    expect(readFileSync(join(folder, 'files'), 'utf8').trim()).toBe('64')
    const names = readFileSync(join(folder, 'env'), 'utf8').match(/^\w+/gm)
    expect(names?.filter((name) => !['PWD', '_', 'SHLVL', 'OLDPWD'].includes(name)).sort()).toEqual(
      [...['HOME', 'LANG', 'PATH', 'TMPDIR', 'TOKEN']],
    )
    const home = /^HOME=(.*)$/m.exec(readFileSync(join(folder, 'env'), 'utf8'))?.[1] ?? ''
    expect(existsSync(home)).toBe(false)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
