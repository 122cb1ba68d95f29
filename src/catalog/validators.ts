import { toGatewayError } from '../kernel/errors.ts'
import type { Digest } from '../kernel/hash.ts'
import type { JsonObject } from '../kernel/json.ts'
import { compileArguments, type Validator } from './validate-arguments.ts'
import { compileResult } from './validate-result.ts'

/** Both checks of one definition. */
export interface Validators {
  readonly input: Validator
  readonly output: Validator
}

/** Compiled validators by the digest of their definition, the least recently used dropped first. */
export interface ValidatorCache {
  /** @throws GatewayError `definition_unsupported`, every time, for a schema that is refused. */
  of(digest: Digest, schemas: Schemas): Validators
}

interface Schemas {
  readonly inputSchema: JsonObject[string]
  readonly outputSchema: JsonObject[string]
}

type Compiled = { readonly weight: number } & (
  | { readonly validators: Validators }
  | { readonly refused: Error }
)

/** What an entry costs besides what its schemas compile to. */
const BASE = 16

/**
 * @param capacity subschemas and pattern states to hold at most, over all definitions; the one in use
 *   is always held
 */
export function validatorCache(capacity: number): ValidatorCache {
  const entries = new Map<Digest, Compiled>()
  let held = 0

  const insert = (schemas: Schemas): Compiled => {
    const compiled = compile(schemas)
    held += compiled.weight
    for (const [oldest, { weight }] of entries) {
      if (held <= capacity) break
      entries.delete(oldest)
      held -= weight
    }
    return compiled
  }

  return {
    of(digest, schemas) {
      const existing = entries.get(digest)
      if (existing) entries.delete(digest)
      const compiled = existing ?? insert(schemas)
      entries.set(digest, compiled)
      if ('refused' in compiled) throw compiled.refused
      return compiled.validators
    },
  }
}

function compile({ inputSchema, outputSchema }: Schemas): Compiled {
  try {
    const validators = { input: compileArguments(inputSchema), output: compileResult(outputSchema) }
    return { validators, weight: BASE + validators.input.weight + validators.output.weight }
  } catch (thrown) {
    const refused = toGatewayError(thrown)
    if (refused.code !== 'definition_unsupported') throw refused
    return { refused, weight: BASE }
  }
}
