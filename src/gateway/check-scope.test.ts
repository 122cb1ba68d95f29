import { describe, expect, test } from 'vitest'
import type { AccessRequest } from '../kernel/access.ts'
import { ESTABLISHED_BY, OPERATOR_AUTHORIZATION } from '../kernel/subject.ts'
import { request } from '../kernel/testing/requests.ts'
import { checkScope, isOffered } from './check-scope.ts'

function asked(scopes: readonly string[], subject: Partial<AccessRequest['subject']> = {}) {
  const plain = request('call', 'files', 'write_file', { effects: ['write'] })
  return {
    ...plain,
    subject: { ...plain.subject, ...subject },
    authorization: { ...OPERATOR_AUTHORIZATION, scopes },
  }
}

describe('a call', () => {
  test.each([['write'], ['execute'], ['files:write_file']])('with %s passes', (scope) => {
    expect(() => checkScope(asked(['read', scope]))).not.toThrow()
  })

  test.each([[], ['read'], ['files:write_files'], ['files:read_file'], ['mail:write_file']])(
    'without its scope asks for it, and for all that was granted',
    (...scopes) => {
      expect(() => checkScope(asked(scopes))).toThrow(
        expect.objectContaining({
          code: 'scope_insufficient',
          data: { scopes: [...scopes, 'files:write_file'] },
        }),
      )
    },
  )
})

describe('a list', () => {
  test.each(ESTABLISHED_BY)('shows a person who came by %s what more consent would give', (via) => {
    const person = ['login', 'external', 'operator'].includes(via)
    expect(isOffered(asked(['read'], { via }))).toBe(person)
    expect(isOffered(asked(['write'], { via }))).toBe(true)
  })

  test('shows an agent what it can have by asking again', () => {
    const agent = asked(['read'], { kind: 'agent', via: 'client-credentials' })
    const reachable = ['read', 'files:write_file']
    const more = { ...agent, authorization: { ...agent.authorization, reachable } }
    expect(isOffered(more)).toBe(true)
    expect(() => checkScope(more)).toThrow(expect.objectContaining({ code: 'scope_insufficient' }))
  })

  test('shows an agent what its token allows, and no more', () => {
    expect(isOffered(asked(['read'], { kind: 'agent', via: 'operator' }))).toBe(false)
    expect(isOffered(asked(['write'], { kind: 'agent', via: 'operator' }))).toBe(true)
  })
})
