import type { AccessRequest, Action, ToolEffect } from '../access.ts'
import { type Facts, NO_FACTS } from '../facts.ts'
import type { JsonObject } from '../json.ts'
import { OPERATOR_AUTHORIZATION, type SubjectId } from '../subject.ts'

const KIND = { call: 'tool', read: 'resource', get: 'prompt', complete: 'prompt' } as const

/** A request of the user `ada`, with everything that a case does not speak of filled in. */
export function request(
  action: Action,
  server: string,
  name: string,
  more: {
    readonly effects?: readonly ToolEffect[]
    readonly arguments?: JsonObject
    readonly user?: string
    readonly facts?: Facts
  } = {},
): AccessRequest {
  const { effects = ['read'], arguments: args = {}, user = 'ada', facts = NO_FACTS } = more
  return {
    subject: { kind: 'user', id: user as SubjectId, via: 'operator', groups: [], actors: [] },
    authorization: OPERATOR_AUTHORIZATION,
    client: { name: 'host', version: '1.0' },
    action,
    target: {
      kind: KIND[action],
      server,
      name,
      classification: {
        effects,
        reversible: true,
        risk: 'low',
        reads: [],
        trust: 'untrusted',
        source: 'catalog',
        confidence: 'stated',
      },
    },
    arguments: args,
    facts,
    rate: {},
    time: 1_790_000_000_000,
  }
}
