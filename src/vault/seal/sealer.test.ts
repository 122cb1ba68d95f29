import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Sealed, SealPlace } from '../../kernel/vault.ts'
import { memoryKeys } from '../keys/testing/memory-keys.ts'
import { createSealer } from './sealer.ts'

const PLACE: SealPlace = { tenant: 'default', owner: 'user:ann', server: 'github', version: 2 }
const FIELDS = { access: 'at-1', refresh: 'rt-1' }
const CACHE = 60_000

function parts(cache = CACHE) {
  let now = 1_000
  const keys = memoryKeys()
  const sealer = createSealer({ keys, clock: () => now, cache })
  const later = (ms: number) => {
    now += ms
  }
  return { keys, sealer, later }
}

const refusal = (message: string | RegExp) =>
  expect.objectContaining({
    code: 'credential_unavailable',
    message: expect.stringMatching(message),
  })

describe('a sealed value', () => {
  test('opens where it was sealed, field by field, and shows nothing', async () => {
    const { sealer } = parts()
    const sealed = await sealer.seal(PLACE, { ...FIELDS, empty: '', odd: 'ü\u{1f511}\0' })
    for (const [field, text] of Object.entries({ ...FIELDS, empty: '', odd: 'ü\u{1f511}\0' }))
      expect(await sealer.open(PLACE, sealed, field)).toBe(text)
    expect(JSON.stringify(sealed)).not.toMatch(/at-1|rt-1/)
    expect(Object.values(sealed.fields).every((text) => /^[\w-]{39,}$/.test(text))).toBe(true)
  })

  test('is another one each time, under a data key of its own', async () => {
    const { sealer } = parts()
    const [one, two] = [await sealer.seal(PLACE, FIELDS), await sealer.seal(PLACE, FIELDS)]
    expect(one.wrapped).not.toBe(two.wrapped)
    expect(one.fields['access']).not.toBe(two.fields['access'])
    const mixed = { ...one, fields: two.fields }
    await expect(sealer.open(PLACE, mixed, 'access')).rejects.toEqual(refusal('changed or moved'))
  })

  const elsewhere: Record<string, SealPlace> = {
    'in another row': { ...PLACE, server: 'gitlab' },
    'for another owner': { ...PLACE, owner: 'user:bob' },
    'for everybody': { ...PLACE, owner: 'shared' },
    'as a later version': { ...PLACE, version: 3 },
    'as an earlier version': { ...PLACE, version: 1 },
    'for another tenant': { ...PLACE, tenant: 'other' },
  }
  for (const [where, place] of Object.entries(elsewhere)) {
    test(`does not open ${where}: not its data key`, async () => {
      const { sealer } = parts(0)
      const sealed = await sealer.seal(PLACE, FIELDS)
      await expect(sealer.open(place, sealed, 'access')).rejects.toEqual(refusal('data key'))
    })

    test(`does not open ${where}: not its fields under a data key of that place`, async () => {
      const { sealer, keys } = parts(0)
      const sealed = await sealer.seal(PLACE, FIELDS)
      // As if the provider bound nothing: the fields are bound by themselves.
      const loose = { ...keys, unwrap: (of: Sealed, _: string) => keys.unwrap(of, context) }
      const context = JSON.stringify(['bailiwick vault', 1, ...Object.values(orderly(PLACE))])
      const other = createSealer({ keys: loose as never, clock: Date.now, cache: 0 })
      expect(await other.open(PLACE, sealed, 'access')).toBe('at-1')
      await expect(other.open(place, sealed, 'access')).rejects.toEqual(refusal('changed or moved'))
    })
  }

  test('does not open in the place of another field', async () => {
    const { sealer } = parts()
    const sealed = await sealer.seal(PLACE, FIELDS)
    const { access = '', refresh = '' } = sealed.fields
    const swapped = { ...sealed, fields: { access: refresh, refresh: access } }
    await expect(sealer.open(PLACE, swapped, 'access')).rejects.toEqual(refusal('changed or moved'))
    await expect(sealer.open(PLACE, sealed, 'proof')).rejects.toEqual(refusal('no such part'))
    await expect(sealer.open(PLACE, sealed, '__proto__')).rejects.toEqual(refusal('no such part'))
  })

  test('does not open when any byte of it was changed', async () => {
    const { sealer } = parts()
    const sealed = await sealer.seal(PLACE, FIELDS)
    const bytes = Buffer.from(sealed.fields['access'] ?? '', 'base64url')
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      const fields = { access: changed.toString('base64url') }
      await expect(sealer.open(PLACE, { ...sealed, fields }, 'access')).rejects.toEqual(
        refusal('changed or moved'),
      )
    }
    for (const text of ['', 'AQ', sealed.fields['access']?.slice(0, 30) ?? ''])
      await expect(
        sealer.open(PLACE, { ...sealed, fields: { access: text } }, 'access'),
      ).rejects.toEqual(refusal('changed or moved'))
  })

  test('does not open when its data key was changed, or is of another provider', async () => {
    const { sealer } = parts()
    const sealed = await sealer.seal(PLACE, FIELDS)
    const wrapped = `${sealed.wrapped.slice(0, -1)}${sealed.wrapped.endsWith('A') ? 'E' : 'A'}`
    await expect(sealer.open(PLACE, { ...sealed, wrapped }, 'access')).rejects.toEqual(
      refusal('does not open'),
    )
    await expect(parts().sealer.open(PLACE, sealed, 'access')).rejects.toEqual(
      refusal('does not open'),
    )
  })

  test('holds any text, and opens at no place but its own', async () => {
    const { sealer } = parts(0)
    const place = fc.record({
      tenant: fc.string(),
      owner: fc.constantFrom('shared' as const, 'user:a' as const, 'agent:a","b' as const),
      server: fc.string(),
      version: fc.nat(9),
    })
    await fc.assert(
      fc.asyncProperty(
        place,
        place,
        fc.string({ unit: 'grapheme' }),
        fc.string(),
        async (at, other, text, field) => {
          const sealed = await sealer.seal(at, { [field]: text })
          expect(await sealer.open(at, sealed, field)).toBe(text)
          if (JSON.stringify(orderly(at)) === JSON.stringify(orderly(other))) return
          await expect(sealer.open(other, sealed, field)).rejects.toThrow()
        },
      ),
      { numRuns: 50 },
    )
  })

  test('of another tenant is refused by a sealer of one', async () => {
    const { keys, sealer } = parts()
    const sealed = await sealer.seal(PLACE, FIELDS)
    const strict = createSealer({ keys, tenant: 'other', clock: Date.now, cache: 0 })
    await expect(strict.open(PLACE, sealed, 'access')).rejects.toEqual(refusal('another tenant'))
    await expect(strict.seal(PLACE, FIELDS)).rejects.toEqual(refusal('another tenant'))
  })
})

describe('data keys in memory', () => {
  test('are unwrapped once for many who ask, and for as long as the cache lasts', async () => {
    const { sealer, keys, later } = parts()
    const sealed = await sealer.seal(PLACE, FIELDS)
    sealer.clear()
    await Promise.all(Array.from({ length: 20 }, () => sealer.open(PLACE, sealed, 'access')))
    expect(keys.unwrapped()).toBe(1)
    later(CACHE - 1)
    await sealer.open(PLACE, sealed, 'access')
    expect(keys.unwrapped()).toBe(1)
    later(1)
    await sealer.open(PLACE, sealed, 'access')
    expect(keys.unwrapped()).toBe(2)
    sealer.clear()
    await sealer.open(PLACE, sealed, 'access')
    expect(keys.unwrapped()).toBe(3)
  })

  test('are none when nothing is kept', async () => {
    const { sealer, keys } = parts(0)
    const sealed = await sealer.seal(PLACE, FIELDS)
    await sealer.open(PLACE, sealed, 'access')
    await sealer.open(PLACE, sealed, 'access')
    expect(keys.unwrapped()).toBe(2)
  })

  test('are at most so many: the least used goes', async () => {
    const { sealer, keys } = parts()
    const first = await sealer.seal(PLACE, FIELDS)
    for (let count = 0; count < 4_095; count += 1) await sealer.seal(PLACE, {})
    await sealer.open(PLACE, first, 'access')
    expect(keys.unwrapped()).toBe(0)
    for (let count = 0; count < 4_096; count += 1) await sealer.seal(PLACE, {})
    await sealer.open(PLACE, first, 'access')
    expect(keys.unwrapped()).toBe(1)
  })

  test('one that could not be unwrapped is asked for again', async () => {
    const keys = memoryKeys()
    let down = true
    const flaky = {
      ...keys,
      unwrap: (...of: Parameters<typeof keys.unwrap>) =>
        down ? Promise.reject(new Error('down')) : keys.unwrap(...of),
    }
    const writer = createSealer({ keys, clock: Date.now, cache: CACHE })
    const sealed = await writer.seal(PLACE, FIELDS)
    const reader = createSealer({ keys: flaky, clock: Date.now, cache: CACHE })
    await expect(reader.open(PLACE, sealed, 'access')).rejects.toThrow('down')
    down = false
    expect(await reader.open(PLACE, sealed, 'access')).toBe('at-1')
  })
})

test('a value is wrapped anew under the current key, and only then', async () => {
  const { sealer, keys } = parts(0)
  const sealed = await sealer.seal(PLACE, FIELDS)
  expect(await sealer.rewrap(PLACE, sealed)).toBeUndefined()
  const id = await keys.rotate()
  const by = await sealer.rewrap(PLACE, sealed)
  expect(by?.keyId).toBe(id)
  expect(await sealer.open(PLACE, { ...sealed, ...by }, 'access')).toBe('at-1')
  await expect(sealer.rewrap({ ...PLACE, version: 3 }, sealed)).rejects.toEqual(refusal('data key'))
})

function orderly({ tenant, owner, server, version }: SealPlace): Record<string, string | number> {
  return { tenant, owner, server, version }
}
