import { expect, test } from 'vitest'
import type { Subject } from '../../kernel/subject.ts'
import { loadPolicies } from '../../policy/policy.ts'
import { reachOf } from './reach.ts'

const ANN: Subject = {
  kind: 'user',
  id: 'ann' as Subject['id'],
  via: 'login',
  groups: ['staff'],
  actors: [],
}
const set = (text: string) => loadPolicies([{ file: 'a.cedar', text }])

test('who asks again and again gets the last answer, until policies or who they are changes', () => {
  let [now, looks] = [0, 0]
  let policies = set('@id("all") permit (principal, action, resource);')
  const tool = { name: 'read', classification: { effects: ['read'], risk: 'low' } }
  const catalog = {
    toolsOf: () => {
      looks += 1
      return [tool]
    },
  }
  const config = { servers: { files: {} }, virtual: {} }
  const parts = { config, catalog, policies: { set: () => policies } }
  const reach = reachOf(parts as unknown as Parameters<typeof reachOf>[0], () => now)
  const answers = Array.from({ length: 50 }, () => reach.of(ANN))
  expect(answers).toEqual(Array(50).fill([expect.objectContaining({ server: 'files' })]))
  expect(looks).toBe(1)
  reach.of({ ...ANN, groups: [] })
  expect(looks).toBe(2)
  policies = set('@id("none") forbid (principal, action, resource);')
  expect(reach.of(ANN)).toMatchObject([{ access: 'never' }])
  expect(looks).toBe(3)
  now = 1_000
  reach.of(ANN)
  expect(looks).toBe(4)
})
