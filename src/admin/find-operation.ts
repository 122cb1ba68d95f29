import { GatewayError } from '../kernel/errors.ts'
import type { Operation } from './operation.ts'
import { OPERATIONS } from './operations.ts'

/** An operation, and what the path of the request says to it. */
export interface FoundOperation {
  readonly operation: Operation
  readonly members: Readonly<Record<string, string>>
}

/**
 * Finds the operation of a request. Segments are told apart before they are decoded, so that an id may
 * hold any character. Words of a path come before names.
 *
 * @param path below the root of the API.
 * @throws GatewayError `path_unknown`; `verb_refused` with the methods that the path takes.
 */
export function findOperation(method: string, path: string): FoundOperation {
  const segments = path.split('/').map(decoded)
  const fitting = OPERATIONS.flatMap((operation) => {
    const members = matched(operation.path.split('/'), segments)
    return members === undefined ? [] : [{ operation, members }]
  })
  if (fitting.length === 0) throw new GatewayError('path_unknown', 'nothing is served here')
  const ours = fitting.filter(({ operation }) => operation.method === method)
  const [best] = ours.toSorted((a, b) => size(a) - size(b))
  if (best !== undefined) return best
  const allow = [...new Set(fitting.map(({ operation }) => operation.method))]
  throw new GatewayError('verb_refused', `this path takes ${allow.join(', ')}`, { data: { allow } })
}

function size({ members }: FoundOperation): number {
  return Object.keys(members).length
}

function matched(
  pattern: readonly string[],
  segments: readonly (string | undefined)[],
): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== segments.length) return undefined
  const members: Record<string, string> = {}
  for (const [index, word] of pattern.entries()) {
    const segment = segments[index]
    const name = /^\{(\w+)\}$/.exec(word)?.[1]
    if (name === undefined ? segment !== word : segment === undefined || segment === '')
      return undefined
    if (name !== undefined) members[name] = String(segment)
  }
  return members
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
