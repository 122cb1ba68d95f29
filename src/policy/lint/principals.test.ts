import { describe, expect, test } from 'vitest'
import { loadPolicies } from '../policy.ts'
import { lint } from './lint.ts'

test('a name is only unknown where the names of its kind are known', () => {
  const text =
    '@id("p") permit (principal, action, resource == Tool::"s:t") when { principal in [User::"bob", Group::"x"] };'
  const set = loadPolicies([{ file: 'a.cedar', text }])
  const rules = (known?: object) =>
    lint(set, undefined, [], known).filter(({ rule }) => rule === 'unknown-principal')
  expect(rules()).toEqual([])
  expect(rules({ groups: [] }).map(({ message }) => message)).toEqual(['there is no group `x`'])
})

describe('scopes of groups', () => {
  const rule = (effect: string, principal: string) =>
    `@id("${effect}") ${effect} (principal ${principal}, action, resource);`
  const overlap = (forbid: string, permit: string): boolean =>
    lint(
      loadPolicies([{ file: 'a.cedar', text: rule('forbid', forbid) + rule('permit', permit) }]),
    ).every((finding) => finding.rule !== 'redundant-forbid')
  const shadowed = (forbid: string, permit: string): boolean =>
    lint(
      loadPolicies([{ file: 'a.cedar', text: rule('forbid', forbid) + rule('permit', permit) }]),
    ).some((finding) => finding.rule === 'shadowed-permit')

  test.each([
    ['in Group::"a"', 'in Group::"b"'],
    ['in Group::"a"', '== User::"ann"'],
    ['is Agent in Group::"a"', 'in Group::"b"'],
  ])('%s may hold someone of %s, and need not hold all', (one, other) => {
    expect(overlap(one, other)).toBe(true)
    expect(overlap(other, one)).toBe(true)
    expect(shadowed(one, other)).toBe(false)
    expect(shadowed(other, one)).toBe(false)
  })

  test('agents of a group are no users', () => {
    expect(overlap('is Agent in Group::"a"', '== User::"ann"')).toBe(false)
    expect(overlap('is Agent in Group::"a"', 'is User in Group::"a"')).toBe(false)
  })

  test('a group holds its users', () => {
    expect(shadowed('in Group::"a"', 'is User in Group::"a"')).toBe(true)
    expect(shadowed('is User in Group::"a"', 'in Group::"a"')).toBe(false)
    expect(shadowed('in Group::"a"', 'in Group::"b"')).toBe(false)
  })
})
