import { createRequire } from 'node:module'
import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs'

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs')

const load = createRequire(import.meta.url)
const CEDAR = '@cedar-policy/cedar-wasm/nodejs'

/** What Cedar answers when it cannot do what was asked. */
export interface CedarFailure {
  readonly type: 'failure'
  readonly errors: readonly Pick<DetailedError, 'message' | 'help' | 'sourceLocations'>[]
}

/**
 * Asks Cedar. Loads it at the first call (4 MB of wasm, some 15 ms), which is why nothing imports
 * it at the top. A policy nested too deeply ends Cedar itself, not only the question: the next one
 * needs a new Cedar.
 */
export function askCedar<Answer>(ask: (cedar: Cedar) => Answer): Answer | CedarFailure {
  const cedar: Cedar = load(CEDAR)
  try {
    return ask(cedar)
  } catch {
    delete load.cache[load.resolve(CEDAR)]
    const message = 'the parser gave up: a policy is nested too deeply'
    return { type: 'failure', errors: [{ message, help: null }] }
  }
}
