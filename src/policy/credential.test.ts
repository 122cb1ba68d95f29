import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ToolEffect } from '../kernel/access.ts'
import { CREDENTIAL_KINDS, type CredentialFact } from '../kernel/credential.ts'
import { request } from '../kernel/testing/requests.ts'
import { pointOf } from './testing/load.ts'

const page = readFileSync('docs/reference/policies.md', 'utf8')
const EXAMPLE = /```cedar\n(@id\("writes-in-ones-own-name"\)[^`]*)```/.exec(page)?.[1] ?? ''
const WRITES: readonly ToolEffect[] = ['write']
const ALL = '@id("all") permit (principal, action, resource);'

function effectOf(policies: string, credential?: CredentialFact, effects = WRITES) {
  const asked = request('call', 'files', 'save', { effects })
  return pointOf(policies).decide({ ...asked, ...(credential && { credential }) }).effect
}

test('policies can keep what is shared from writing, as the reference shows', () => {
  const policies = `${ALL}\n${EXAMPLE}`
  expect(effectOf(policies, { kind: 'static', shared: true })).toBe('deny')
  expect(effectOf(policies, { kind: 'static', shared: false })).toBe('permit')
  expect(effectOf(policies, { kind: 'static', shared: true }, ['read'])).toBe('permit')
})

test.each(CREDENTIAL_KINDS)('policies see that it is of kind %s', (kind) => {
  const policies = `@id("p") permit (principal, action, resource) when { context.credential.kind == "${kind}" };`
  expect(effectOf(policies, { kind, shared: false })).toBe('permit')
  const other = kind === 'static' ? 'none' : 'static'
  expect(effectOf(policies, { kind: other, shared: false })).toBe('deny')
})

test('a request of an older record says nothing of it: then nothing was shown', () => {
  const none = 'context.credential.kind == "none" && !context.credential.shared'
  const policies = `@id("p") permit (principal, action, resource) when { ${none} };`
  expect(effectOf(policies)).toBe('permit')
})

test('a kind that there is not is refused when policies are loaded', () => {
  const policies =
    '@id("p") permit (principal, action, resource) when { context.credential.kind == "stolen" };'
  expect(() => pointOf(policies)).toThrow('stolen')
})

test('lists are filtered by it: a tool that nobody may call so is not shown', () => {
  const policies =
    '@id("p") permit (principal, action, resource) when { !context.credential.shared };'
  const point = pointOf(policies)
  const credential = { kind: 'static', shared: true } as const
  expect(point.visible({ ...request('call', 'files', 'save'), credential })).toBe(false)
  expect(
    point.visible({
      ...request('call', 'files', 'save'),
      credential: { ...credential, shared: false },
    }),
  ).toBe(true)
})
