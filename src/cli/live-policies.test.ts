import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { loadPolicies } from '../policy/policy.ts'
import { livePolicies } from './live-policies.ts'

const GOOD = '@id("all") permit (principal, action, resource);'
const OTHER = '@id("none") forbid (principal, action, resource);'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function harness(first: string) {
  const files = { text: first, reads: 0 }
  const logged: string[] = []
  const policies = livePolicies({
    read: () => {
      files.reads += 1
      const sources = [{ file: 'a.cedar', text: files.text }]
      return { set: loadPolicies(sources), sources }
    },
    signature: () => files.text,
    every: 1_000,
    log: (message) => logged.push(message),
  })
  const ids = (): readonly string[] => policies.set().policies.map(({ id }) => id)
  return { files, logged, policies, ids }
}

test('a change is taken when it rests, as a whole', () => {
  const { files, ids, policies, logged } = harness(GOOD)
  const before = policies.point().hash
  files.text = '@id("half") perm'
  vi.advanceTimersByTime(1_000)
  files.text = OTHER
  vi.advanceTimersByTime(1_000)
  expect(ids()).toEqual(['all'])
  vi.advanceTimersByTime(1_000)
  expect(ids()).toEqual(['none'])
  expect(policies.point().hash).not.toBe(before)
  expect(logged).toEqual([expect.stringContaining('are in force')])
})

test('policies with an error leave the last good ones in force, once said aloud, until they are mended', () => {
  const { files, ids, logged, policies } = harness(GOOD)
  files.text = '@id("x") permit (principal, action, resource) when { context.argz.a };'
  vi.advanceTimersByTime(10_000)
  expect(ids()).toEqual(['all'])
  expect(policies.sources()).toEqual([{ file: 'a.cedar', text: GOOD }])
  expect(policies.problem()).toMatch(/a\.cedar:1:/)
  expect(logged).toEqual([
    expect.stringMatching(/POLICIES NOT LOADED.*stays in force.*a\.cedar:1:/s),
  ])
  files.text = OTHER
  vi.advanceTimersByTime(10_000)
  expect(ids()).toEqual(['none'])
  expect(policies.problem()).toBeUndefined()
  files.text = `${OTHER} // a comment`
  vi.advanceTimersByTime(10_000)
  expect(logged).toHaveLength(2)
})

test('what does not change is not read again; what is asked for is read at once', () => {
  const { files, ids, policies } = harness(GOOD)
  vi.advanceTimersByTime(60_000)
  expect(files.reads).toBe(1)
  files.text = OTHER
  policies.reload()
  expect(ids()).toEqual(['none'])
})

test('the first set must be good', () => {
  expect(() => harness('permit')).toThrow()
})

test('nothing is looked at after the end', () => {
  const { files, ids, policies } = harness(GOOD)
  policies.close()
  files.text = OTHER
  vi.advanceTimersByTime(60_000)
  expect(ids()).toEqual(['all'])
})
