import { isObject, type JsonObject } from '../../kernel/json.ts'

/** Requests that a server may make of a client, and the capability each needs. */
const CAPABILITY: Readonly<Record<string, string>> = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
}

/**
 * Whether a client with these capabilities may be asked this. A server MUST NOT ask for what was
 * not declared (2025-11-25 and 2026-07-28, client features): neither the request nor the mode of it.
 */
export function mayAsk(
  capabilities: JsonObject,
  method: string,
  params: JsonObject | undefined,
): boolean {
  const needed = Object.hasOwn(CAPABILITY, method) ? CAPABILITY[method] : undefined
  const declared = needed === undefined ? undefined : capabilities[needed]
  if (declared === undefined) return false
  const parts = isObject(declared) ? declared : {}
  if (method === 'elicitation/create') return mayElicit(parts, params?.['mode'] ?? 'form')
  if (method === 'sampling/createMessage' && params?.['tools'] !== undefined)
    return parts['tools'] !== undefined
  return true
}

/** Clients older than the modes declare an empty object, which means forms. */
function mayElicit(modes: JsonObject, mode: unknown): boolean {
  if (mode === 'form') return modes['form'] !== undefined || modes['url'] === undefined
  return mode === 'url' && modes['url'] !== undefined
}
