import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'

/** Methods that reach a server undecided. They carry no data of the user's to it. */
export type Undecided =
  | 'tools/list'
  | 'prompts/list'
  | 'resources/list'
  | 'resources/templates/list'
  | 'server/discover'
  | 'logging/setLevel'

/** What their params may hold besides `_meta`. */
const MEMBERS: Readonly<Record<Undecided, 'cursor' | 'level' | undefined>> = {
  'tools/list': 'cursor',
  'prompts/list': 'cursor',
  'resources/list': 'cursor',
  'resources/templates/list': 'cursor',
  'server/discover': undefined,
  'logging/setLevel': 'level',
}

/** RFC 5424 severities, least first (server/utilities/logging). */
export const LOG_LEVELS: readonly unknown[] = [
  ...['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'],
]

/**
 * Checks what a client sends to a server without a decision: nothing but what the method defines.
 *
 * @throws GatewayError `params_invalid`.
 */
export function checkUndecided(method: Undecided, params: JsonObject | undefined): void {
  for (const name of Object.keys(params ?? {})) {
    if (name !== '_meta' && name !== MEMBERS[method])
      invalid(`\`${method}\` takes no \`${name.slice(0, 40)}\``)
  }
  const { cursor, level } = params ?? {}
  if (cursor !== undefined && typeof cursor !== 'string') invalid('`cursor` must be a string')
  if (method === 'logging/setLevel' && !LOG_LEVELS.includes(level))
    invalid(`\`level\` must be one of ${LOG_LEVELS.join(', ')}`)
}

function invalid(message: string): never {
  throw new GatewayError('params_invalid', message)
}
