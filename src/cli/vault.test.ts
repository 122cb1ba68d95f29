import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { openStore } from '../store/store.ts'
import { openAge } from '../vault/keys/age.ts'
import { secretPlace } from '../vault/seal/places.ts'
import { createSealer } from '../vault/seal/sealer.ts'
import { createPlace } from './testing/command-line.ts'

const place = createPlace()
const data = join(place.root, 'data')
const file = join(data, 'vault.age')
const SECRET = randomBytes(12).toString('hex')
const run = (...args: string[]) => place.run(['--data-dir', data, 'vault', ...args])

beforeAll(async () => {
  const made = await run('check', '--json')
  expect(made.code).toBe(0)
  expect(made.stderr).toMatch(/made the key file .*keep a copy of/s)
  expect(JSON.parse(made.stdout)).toMatchObject({ ok: true, kind: 'age', file, rows: [] })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const path = join(data, 'bailiwick.db')
  const store = await openStore({ kind: 'sqlite', path, durability: 'full' })
  const keys = await openAge(
    { kind: 'age', file },
    { clock: Date.now, mayCreate: async () => false },
  )
  const sealer = createSealer({ keys, clock: Date.now, cache: 0 })
  for (const name of ['one', 'two']) {
    const at = { name, owner: 'shared', version: 1 }
    const { keyId, wrapped, fields } = await sealer.seal(secretPlace(at), { value: SECRET })
    const row = {
      ...{ ...at, state: 'current', purpose: '', servers: '[]', key_id: keyId, wrapped },
      ...{ sealed: fields['value'] ?? '', created: 1, changed: 1, used: null, expires: null },
      ...{ rotate_after: null, exposures: '[]', by: 'user:ann' },
    }
    await store.db.insertInto('vault_secret').values(row).execute()
  }
  await store.close()
}, 120_000)

test('rotate brings all under a new key, keeps the old one, and is on record', async () => {
  const before = readFileSync(file, 'utf8')
  const done = await run('rotate', '--json')
  expect(done.code).toBe(0)
  const told = JSON.parse(done.stdout)
  expect(told).toMatchObject({ made: true, rewrapped: 2, failed: [], forgotten: [] })
  expect(told.kept).toHaveLength(1)
  expect(done.stderr).toMatch(/2 of 2.*was changed: keep a new copy/s)
  expect(readFileSync(file, 'utf8')).not.toBe(before)
  expect(done.stdout + done.stderr).not.toMatch(/SECRET-KEY/)
}, 120_000)

test('a file that is gone is refused with the fix, not made anew, and on record', async () => {
  rmSync(file)
  const gone = await run('rotate')
  expect(gone.code).toBe(3)
  expect(gone.stderr).toMatch(/is missing, and there are credentials.*fix: put it back/s)
  expect(() => statSync(file)).toThrow('ENOENT')
  const { stdout } = await place.run(['--data-dir', data, '--json', 'events', 'ls'])
  expect(stdout).toMatch(/vault\.refused.*vault\.rotated/s)
}, 120_000)
