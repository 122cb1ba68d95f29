import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SandboxMount } from '../../kernel/sandbox.ts'
import { bareProfile } from '../testing/profile.ts'
import { type MaskLimits, masksOf } from './masks.ts'
import { fitsGlob } from './name-glob.ts'

let root = ''

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'masks-')))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

function file(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), 'x')
  }
}

interface Wish {
  readonly ro?: readonly SandboxMount[]
  readonly rw?: readonly SandboxMount[]
  readonly protect?: readonly string[]
  readonly hide?: readonly string[]
}

const at = (from: string, to = from): SandboxMount => ({ from, to, optional: false })

/** `kind target`, with the folder of the test left out. */
async function masks(
  {
    ro = [],
    rw = [],
    protect = ['.git/hooks', '.vscode'],
    hide = ['.env*', '*.pem', 'id_*'],
  }: Wish,
  limits?: MaskLimits,
): Promise<readonly string[]> {
  const { fs } = bareProfile()
  const found = await masksOf('a', { fs: { ...fs, ro, rw, protect, hide } }, limits)
  return found.map(({ kind, target }) => `${kind} ${target.replace(root, '')}`)
}

describe('masks', () => {
  test('hide in every mount and protect in writable ones, wherever it lies', async () => {
    file('ws/.env', 'ws/a/b/.env.local', 'ws/a/key.PEM', 'ws/a/plain', 'ws/.git/hooks/x')
    file(
      'ws/sub/.git/hooks/y',
      'ws/.vscode/tasks.json',
      'ws/.vscode/.env',
      'ro/.git/hooks/x',
      'ro/.env',
    )
    mkdirSync(join(root, 'ws/id_keys'))
    expect(await masks({ rw: [at(`${root}/ws`)], ro: [at(`${root}/ro`)] })).toEqual([
      'hide-file /ro/.env',
      'hide-file /ws/.env',
      'pin /ws/.git',
      'protect /ws/.vscode',
      'hide-folder /ws/id_keys',
      'protect /ws/.git/hooks',
      'hide-file /ws/.vscode/.env',
      'hide-file /ws/a/key.PEM',
      'pin /ws/sub/.git',
      'hide-file /ws/a/b/.env.local',
      'protect /ws/sub/.git/hooks',
    ])
  })

  test('say where the server sees it, and where it is', async () => {
    file('ws/x/.env')
    const { fs } = bareProfile()
    const rw = [at(`${root}/ws`, '/work')]
    expect(await masksOf('a', { fs: { ...fs, rw, hide: ['.env'] } })).toEqual([
      { kind: 'hide-file', from: `${root}/ws/x/.env`, target: '/work/x/.env' },
    ])
  })

  test('a link whose name is hidden hides the file that it leads to, if a mount shows it', async () => {
    file('ws/config/prod', 'elsewhere/x')
    symlinkSync('config/prod', join(root, 'ws/.env'))
    symlinkSync('../elsewhere/x', join(root, 'ws/.env.other'))
    symlinkSync('nowhere', join(root, 'ws/.env.broken'))
    expect(await masks({ rw: [at(`${root}/ws`)] })).toEqual(['hide-file /ws/config/prod'])
  })

  test('hooks behind a link are protected where they are', async () => {
    file('ws/real/x')
    mkdirSync(join(root, 'ws/.git'))
    symlinkSync('../real', join(root, 'ws/.git/hooks'))
    expect(await masks({ rw: [at(`${root}/ws`)] })).toEqual(['pin /ws/.git', 'protect /ws/real'])
  })

  test('no link is followed into another folder', async () => {
    file('ws/x', 'elsewhere/.env')
    symlinkSync('../elsewhere', join(root, 'ws/link'))
    symlinkSync('.', join(root, 'ws/loop'))
    expect(await masks({ rw: [at(`${root}/ws`)] })).toEqual([])
  })

  test('what a program loads is not hidden from it, other files of its folder are', async () => {
    file(
      'code/id_token.js',
      'code/id_rsa',
      'code/.env',
      'code/id_map/x.js',
      'code/node_modules/p/ca.pem',
    )
    const ro = [{ ...at(`${root}/code`), code: true as const }]
    expect(await masks({ ro })).toEqual(['hide-file /code/.env', 'hide-file /code/id_rsa'])
    expect(await masks({ ro: [at(`${root}/code`)] })).toContain('hide-file /code/id_token.js')
  })

  test('a file that the operator names is seen; below a mount on a mount, the inner one counts', async () => {
    file('ws/.env', 'ws/inner/.env', 'other/.env.x')
    expect(await masks({ ro: [at(`${root}/ws/.env`)] })).toEqual([])
    expect(
      await masks({ rw: [at(`${root}/ws`)], ro: [at(`${root}/other`, `${root}/ws/inner`)] }),
    ).toEqual(['hide-file /ws/.env', 'hide-file /ws/inner/.env.x'])
  })

  test('more than can be searched is refused, by its key', async () => {
    file(...Array.from({ length: 30 }, (_, index) => `ws/d${index}/.env`))
    const refused = (limits: MaskLimits) =>
      expect(masks({ rw: [at(`${root}/ws`)] }, limits)).rejects.toMatchObject({
        code: 'sandbox_unavailable',
        data: { reason: 'path_refused', key: 'servers.a.sandbox.fs' },
      })
    await refused({ entries: 50, masks: 100 })
    await refused({ entries: 100, masks: 20 })
    expect(await masks({ rw: [at(`${root}/ws`)] }, { entries: 60, masks: 30 })).toHaveLength(30)
  })

  test('a folder that nobody of ours can read, the server cannot either', async () => {
    file('ws/closed/x')
    chmodSync(join(root, 'ws/closed'), 0)
    expect(await masks({ rw: [at(`${root}/ws`)] })).toEqual([])
    chmodSync(join(root, 'ws/closed'), 0o700)
  })
})

describe('globs', () => {
  test.each([
    ['.env', '.env*', true],
    ['.environment', '.env*', true],
    ['x.env', '.env*', false],
    ['a.pem', '*.pem', true],
    ['a.pem.txt', '*.pem', false],
    ['ID_RSA', 'id_*', true],
    ['ab', 'a?', true],
    ['a', 'a?', false],
    ['a[b]', 'a[b]', true],
    ['', '*', true],
  ])('%j and %j: %s', (name, glob, fits) => {
    expect(fitsGlob(name, glob)).toBe(fits)
  })

  test('say the same as a pattern of their parts', () => {
    const small = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 })
    fc.assert(
      fc.property(name, small, (text, glob) => {
        const pattern = glob.replaceAll('*', '.*').replaceAll('?', '.')
        expect(fitsGlob(text, glob)).toBe(new RegExp(`^${pattern}$`).test(text))
      }),
    )
  })
})
