import { expect, test } from 'vitest'
import type { ScreenPlan } from '../../kernel/screening.ts'
import { planOf, rule } from '../testing/screening.ts'
import { observedPlan, sift } from './sift.ts'

const VALUE = { content: [{ type: 'text', text: 'much' }] }
const halfway = {
  scan: () => ({ findings: [], complete: false }),
  redact: (value: typeof VALUE) => ({ value, count: 0, unredactable: [] }),
} as never

const actionOf = async (plan: ScreenPlan) => {
  const { action, matches } = await sift(halfway, VALUE, { plan, direction: 'inbound' })
  return [action, ...matches.map(({ finding }) => finding.type)]
}

test('what was not read does not pass where policies keep anything back', async () => {
  for (const action of ['redact', 'withhold', 'block'] as const)
    expect(await actionOf(planOf(rule('secret', action)))).toEqual(['block', 'unread'])
})

test('what policies say of it counts first', async () => {
  const plan = planOf(rule('secret', 'block'), rule('oversize', 'mark'))
  expect(await actionOf(plan)).toEqual(['mark', 'unread'])
})

test('what is only marked, or only observed, passes unread', async () => {
  expect(await actionOf(planOf(rule('injection', 'mark')))).toEqual(['allow'])
  const observed = observedPlan(planOf(rule('secret', 'block'), rule('canary', 'block')))
  expect(await actionOf(observed)).toEqual(['allow'])
})
