import type { ValueOrigin } from '../../kernel/flow.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'

/**
 * Of what leaves in the place of a virtual tool, what the caller has a part in: what the operator wrote
 * there is the operator's, whoever else named it, and no business of the caller's records.
 *
 * @param args the caller's own arguments
 */
export function ownValues(
  values: readonly ValueOrigin[],
  args: JsonObject,
): readonly ValueOrigin[] {
  const own = [...leaves(args)].map((text) => text.toLowerCase())
  return values.filter(({ value }) => {
    const text = value.toLowerCase()
    return own.some((part) => text.includes(part) || part.includes(text))
  })
}

function* leaves(value: Json | undefined): Generator<string> {
  if (typeof value === 'string' || typeof value === 'number') yield String(value)
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) yield* leaves(item)
  else if (isObject(value)) for (const item of Object.values(value)) yield* leaves(item)
}
