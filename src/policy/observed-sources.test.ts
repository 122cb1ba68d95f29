import { describe, expect, test } from 'vitest'
import type { AccessRequest } from '../kernel/access.ts'
import { NO_FACTS } from '../kernel/facts.ts'
import { OPERATOR_AUTHORIZATION, type SubjectId } from '../kernel/subject.ts'
import { decisionPoint, loadPolicies, type PolicySource } from './policy.ts'

const FILES: readonly PolicySource[] = [
  { file: 'own.cedar', text: '@id("all") permit (principal, action, resource);' },
]
const DRAFT = `@id("no-mail") @reason("no mail")
forbid (principal, action, resource == Tool::"office:send");`
const LIMITS =
  'limits:\n  few: { calls: 1, every: 1d, kind: window, per: [subject], for: { servers: [office] } }\n'

function request(name: string): AccessRequest {
  return {
    subject: { kind: 'user', id: 'ann' as SubjectId, via: 'login', groups: [], actors: [] },
    authorization: OPERATOR_AUTHORIZATION,
    client: { name: '', version: '' },
    action: 'call',
    target: {
      kind: 'tool',
      server: 'office',
      name,
      classification: {
        ...{ effects: ['send'], reversible: false, risk: 'high', reads: [], trust: 'untrusted' },
        ...{ source: 'inferred', confidence: 'low' },
      },
    },
    arguments: {},
    facts: NO_FACTS,
    rate: {},
    time: 0,
  }
}

describe('files that only observe', () => {
  test('say what they would have denied, and deny nothing', () => {
    const enforced = loadPolicies([...FILES, { file: 'draft.cedar', text: DRAFT }])
    const observed = loadPolicies([...FILES, { file: 'draft.cedar', text: DRAFT, mode: 'observe' }])
    expect(decisionPoint(enforced).decide(request('send')).effect).toBe('deny')
    expect(decisionPoint(observed).decide(request('send'))).toMatchObject({
      effect: 'permit',
      determining: [{ policy: 'all' }],
      observed: { effect: 'deny', determining: [{ policy: 'no-mail', reason: 'no mail' }] },
    })
    expect(decisionPoint(observed).decide(request('read'))).not.toHaveProperty('observed')
  })

  test('are the same set as with the annotation written down, and another than enforced', () => {
    const written = DRAFT.replace('@reason', '@mode("observe") @reason')
    const hash = (source: PolicySource): string => loadPolicies([...FILES, source]).hash
    const observed = hash({ file: 'draft.cedar', text: DRAFT, mode: 'observe' })
    expect(observed).toBe(hash({ file: 'draft.cedar', text: written }))
    expect(observed).not.toBe(hash({ file: 'draft.cedar', text: DRAFT }))
  })

  test('count nothing: their limits are none, and may be named by their own policies', () => {
    const text = '@id("counted") @limit("few") permit (principal, action, resource);'
    const draft = (mode: object): readonly PolicySource[] => [
      { file: 'draft.cedar', text, ...mode },
      { file: 'draft.yaml', text: LIMITS, ...mode },
    ]
    expect(loadPolicies([...FILES, ...draft({})]).limits).toHaveLength(1)
    const observed = loadPolicies([...FILES, ...draft({ mode: 'observe' })])
    expect(observed.limits).toEqual([])
    expect(decisionPoint(observed).decide(request('send'))).not.toHaveProperty('obligations')
  })
})
