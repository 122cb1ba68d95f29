import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyProvider, SealPlace } from '../src/kernel/vault.ts'
import { openAge } from '../src/vault/keys/age.ts'
import { memoryKeys } from '../src/vault/keys/testing/memory-keys.ts'
import { openField, sealField } from '../src/vault/seal/field.ts'
import { createSealer } from '../src/vault/seal/sealer.ts'
import { injecting } from './inject.ts'

/** How often the vault does something in a second of processor time, with values of 1 KiB. */
export interface VaultRate {
  readonly what: string
  readonly perSecond: number
  /** Over that of the cipher alone. */
  readonly ofCipher: number
}

const PLACE: SealPlace = { tenant: 'default', owner: 'user:ann', server: 'crm', version: 7 }
const VALUE = randomBytes(768).toString('base64url')

/** @param seconds for each figure. */
export async function vaultRates(seconds: number): Promise<readonly VaultRate[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bailiwick-bench-'))
  const parts = { clock: Date.now, mayCreate: async () => true }
  const age = await openAge({ kind: 'age', file: join(dir, 'vault.age') }, parts)
  try {
    const key = createSecretKey(randomBytes(32))
    const field = sealField(key, PLACE, 'value', VALUE)
    const cipher = await rate(seconds, () => bareCipher(key))
    const inject = await injecting(VALUE.slice(0, 40))
    const figures = {
      'AES-256-GCM alone, a new nonce each': cipher,
      'two secret headers for a request, from memory': await rate(seconds, inject),
      'sealing a field, its data key at hand': await rate(seconds, () =>
        sealField(key, PLACE, 'value', VALUE),
      ),
      'opening a field, its data key at hand': await rate(seconds, () =>
        openField(key, PLACE, 'value', field),
      ),
      'opening a value, its data key in the cache': await opening(seconds, memoryKeys(), 60_000),
      'sealing a value, with a new data key, wrapped in memory': await sealing(
        seconds,
        memoryKeys(),
      ),
      'sealing a value, with a new data key, wrapped by age': await sealing(seconds, age),
      'opening a value, its data key unwrapped by age': await opening(seconds, age, 0),
    }
    return Object.entries(figures).map(([what, perSecond]) => ({
      ...{ what, perSecond },
      ofCipher: perSecond / cipher,
    }))
  } finally {
    rmSync(dir, { recursive: true })
  }
}

function bareCipher(key: Parameters<typeof sealField>[0]): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = [cipher.update(VALUE, 'utf8'), cipher.final()]
  return Buffer.concat([nonce, ...body, cipher.getAuthTag()]).toString('base64url')
}

function sealing(seconds: number, keys: KeyProvider): Promise<number> {
  const sealer = createSealer({ keys, clock: Date.now, cache: 0 })
  return rate(seconds, () => sealer.seal(PLACE, { value: VALUE }))
}

async function opening(seconds: number, keys: KeyProvider, cache: number): Promise<number> {
  const sealer = createSealer({ keys, clock: Date.now, cache })
  const sealed = await sealer.seal(PLACE, { value: VALUE })
  return rate(seconds, () => sealer.open(PLACE, sealed, 'value'))
}

/** The first fifth warms up. */
async function rate(seconds: number, work: () => unknown): Promise<number> {
  await during(seconds / 5, work)
  const { done, took } = await during(seconds, work)
  return done / took
}

async function during(seconds: number, work: () => unknown) {
  const before = process.cpuUsage()
  const end = performance.now() + seconds * 1_000
  let done = 0
  while (performance.now() < end) {
    const result = work()
    if (result instanceof Promise) await result
    done += 1
  }
  const { user, system } = process.cpuUsage(before)
  return { done, took: (user + system) / 1_000_000 }
}

if (import.meta.main)
  for (const { what, perSecond, ofCipher } of await vaultRates(1))
    console.log(`${what}: ${Math.round(perSecond)}/s, ${ofCipher.toFixed(3)} of the cipher alone`)
