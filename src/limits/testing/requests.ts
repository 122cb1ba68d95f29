import type { AccessRequest } from '../../kernel/access.ts'
import { NO_FACTS } from '../../kernel/facts.ts'
import type { LimitDefinition } from '../../kernel/limits.ts'
import { OPERATOR_AUTHORIZATION, type SubjectId } from '../../kernel/subject.ts'

/** A call of a user's client to a tool that reads. */
export function request(overrides: Partial<AccessRequest> = {}): AccessRequest {
  return {
    subject: { kind: 'user', id: 'ann' as SubjectId, via: 'operator', groups: [], actors: [] },
    authorization: OPERATOR_AUTHORIZATION,
    client: { name: 'desk', version: '1' },
    action: 'call',
    target: target('files', 'read'),
    arguments: {},
    facts: NO_FACTS,
    rate: {},
    time: 0,
    ...overrides,
  }
}

export function target(
  server: string,
  name: string,
  more: Partial<AccessRequest['target']> & { readonly effects?: readonly ['pay'] } = {},
): AccessRequest['target'] {
  const { effects = ['read'], ...rest } = more
  const classification = {
    effects,
    reversible: true,
    risk: 'low',
    reads: [],
    trust: 'trusted',
    source: 'catalog',
    confidence: 'stated',
  } as const
  return { kind: 'tool', server, name, classification, ...rest }
}

export function subject(id: string, more: Partial<AccessRequest['subject']> = {}) {
  return {
    kind: 'user',
    id: id as SubjectId,
    via: 'operator',
    groups: [],
    actors: [],
    ...more,
  } as const
}

/** Declared amounts, each as value and currency. */
export function paying(...amounts: readonly (readonly [string, string?])[]): AccessRequest {
  return request({
    target: target('bank', 'pay', { effects: ['pay'] }),
    facts: {
      ...NO_FACTS,
      amounts: amounts.map(([value, currency], index) => ({
        at: `/amounts/${index}`,
        origin: 'declared',
        flags: [],
        value,
        ...(currency === undefined ? {} : { currency }),
      })),
    },
  })
}

/** `most` calls in a window of a minute, for each subject, everywhere. */
export function limit(overrides: Partial<LimitDefinition> = {}): LimitDefinition {
  return {
    name: 'calls',
    unit: 'calls',
    most: 3,
    every: 60_000,
    kind: 'window',
    per: ['subject'],
    applies: {},
    ...overrides,
  }
}

/** What runs at once. */
export function atOnce(most: number, overrides: Partial<LimitDefinition> = {}): LimitDefinition {
  const { every: _, kind: __, ...rest } = limit({ name: 'busy', unit: 'concurrent', most })
  return { ...rest, ...overrides }
}
