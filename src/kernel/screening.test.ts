import { describe, expect, test } from 'vitest'
import type { Lift } from './access.ts'
import { type Screenable, type ScreenPlan, type ScreenRule, screened } from './screening.ts'

const SECRET: Screenable = { category: 'secret', type: 'aws-access-token', certainty: 'likely' }
const LIFT: Lift = {
  by: 'approval',
  approvers: ['self'],
  quorum: 1,
  each: false,
  assurance: 'session',
  pattern: 0,
  maxAge: 600_000,
}

function rule(screen: string, more: Partial<ScreenRule>): ScreenRule {
  const certainty = 'likely'
  return {
    screen,
    category: 'secret',
    certainty,
    action: 'allow',
    alert: false,
    stop: false,
    ...more,
  }
}

function planOf(...rules: readonly ScreenRule[]): ScreenPlan {
  return { rules, marking: 'none' }
}

describe('screened', () => {
  test('the strictest rule wins, and any rule may alert or stop', () => {
    const plan = planOf(
      rule('a', { action: 'mark', alert: true }),
      rule('b', { action: 'redact' }),
      rule('c', { stop: true }),
      rule('d', { action: 'redact' }),
    )
    const { matches, ...rest } = screened(plan, [SECRET])
    expect(rest).toEqual({ action: 'redact', alert: true, stop: true })
    expect(matches).toMatchObject([
      { rule: { screen: 'b', alert: true, stop: true }, screens: ['b', 'd'] },
    ])
  })

  test('a rule is about its category, its types and what is as sure as it asks', () => {
    const plan = planOf(rule('a', { action: 'block', types: ['private-key'], certainty: 'likely' }))
    const found = (more: Partial<Screenable>) =>
      screened(plan, [{ ...SECRET, type: 'private-key', ...more }]).action
    expect(found({})).toBe('block')
    expect(found({ certainty: 'proved' })).toBe('block')
    expect(found({ certainty: 'hint' })).toBe('allow')
    expect(found({ type: 'jwt' })).toBe('allow')
    expect(found({ category: 'personal' })).toBe('allow')
    expect(screened(plan, [])).toEqual({ action: 'allow', matches: [], alert: false, stop: false })
  })

  test('what is withheld names who may release all of it', () => {
    const both = { ...LIFT, approvers: ['group:owners', 'self'] }
    const plan = planOf(
      rule('a', { action: 'withhold', lift: LIFT }),
      rule('b', { action: 'withhold', lift: { ...both, quorum: 2, assurance: 'passkey' } }),
    )
    expect(screened(plan, [SECRET]).action).toBe('block')
    const wider = planOf(
      rule('a', { action: 'withhold', lift: LIFT }),
      rule('b', { action: 'withhold', lift: { ...both, assurance: 'passkey' } }),
    )
    expect(screened(wider, [SECRET])).toMatchObject({
      action: 'withhold',
      lift: { ...LIFT, assurance: 'passkey' },
    })
  })

  test('what one finding blocks, no release of another opens', () => {
    const plan = planOf(
      rule('a', { action: 'withhold', lift: LIFT }),
      rule('b', { category: 'canary', action: 'block' }),
    )
    const result = screened(plan, [SECRET, { ...SECRET, category: 'canary' }])
    expect(result.action).toBe('block')
    expect(result.lift).toBeUndefined()
  })

  test('what nobody may release is blocked', () => {
    expect(screened(planOf(rule('a', { action: 'withhold' })), [SECRET]).action).toBe('block')
  })
})
