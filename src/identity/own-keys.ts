import type { JSONWebKeySet } from 'jose'
import type { Clock } from '../kernel/ports.ts'
import { type KeySet, keySetOf } from './key-set.ts'
import { unknowable } from './refusal.ts'

/** Milliseconds between two looks for a key that nobody knows: anybody can make names up. */
const PAUSE = 1_000

/** The keys of the issuer that shares our database. */
export interface OwnKeys extends KeySet {
  /** The keys have changed. */
  forget(): void
}

/** @param read tells the public keys that are good now, those of the near future among them. */
export function ownKeys(read: () => Promise<JSONWebKeySet>, clock: Clock): OwnKeys {
  let known: Promise<KeySet> | undefined
  let at = 0

  const load = (): Promise<KeySet> => {
    at = clock()
    const loading = read().then(keySetOf)
    known = loading
    loading.catch(() => {
      if (known === loading) known = undefined
    })
    return loading
  }

  return {
    find: async (algorithm, key) => {
      try {
        const found = await (await (known ?? load())).find(algorithm, key)
        if (found !== undefined || Math.abs(clock() - at) < PAUSE) return found
        return await (await load()).find(algorithm, key)
      } catch (cause) {
        throw unknowable('the keys of our own issuer cannot be read', cause)
      }
    },
    forget: () => {
      known = undefined
    },
  }
}
