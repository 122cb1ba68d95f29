import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { KeyProvider } from '../../../kernel/vault.ts'

/** What every provider keeps to. @param other one with other keys. */
export async function keepsKeys(keys: KeyProvider, other?: KeyProvider): Promise<void> {
  await keys.check()
  const dataKey = randomBytes(32)
  const wrapped = await keys.wrap(Uint8Array.from(dataKey), 'here')
  expect(wrapped.keyId).toBe(await keys.currentKeyId())
  expect(wrapped.wrapped).toMatch(/^[\w-]+$/)
  expect(Buffer.from(wrapped.wrapped, 'base64url').includes(dataKey)).toBe(false)
  expect(Buffer.from(await keys.unwrap(wrapped, 'here'))).toEqual(dataKey)
  expect((await keys.wrap(Uint8Array.from(dataKey), 'here')).wrapped).not.toBe(wrapped.wrapped)

  await refuses(keys.unwrap(wrapped, 'there'))
  await refuses(keys.unwrap({ ...wrapped, keyId: 'unknown' }, 'here'))
  await refuses(keys.unwrap({ ...wrapped, keyId: `${wrapped.keyId}x` }, 'here'))
  const bytes = Buffer.from(wrapped.wrapped, 'base64url')
  for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    await refuses(keys.unwrap({ ...wrapped, wrapped: changed.toString('base64url') }, 'here'))
  }
  for (const text of ['', 'AAAA', '!'])
    await refuses(keys.unwrap({ ...wrapped, wrapped: text }, 'here'))
  if (other !== undefined) {
    await refuses(other.unwrap(wrapped, 'here'))
    const { keyId } = await other.wrap(Uint8Array.from(dataKey), 'here')
    await refuses(other.unwrap({ ...wrapped, keyId }, 'here'))
  }
  if (keys.rotate === undefined) return
  const next = await keys.rotate()
  expect(next).not.toBe(wrapped.keyId)
  expect(await keys.currentKeyId()).toBe(next)
  expect((await keys.wrap(Uint8Array.from(dataKey), 'here')).keyId).toBe(next)
  expect(Buffer.from(await keys.unwrap(wrapped, 'here'))).toEqual(dataKey)
}

async function refuses(work: Promise<unknown>): Promise<void> {
  await expect(work).rejects.toMatchObject({ code: 'credential_unavailable' })
}
