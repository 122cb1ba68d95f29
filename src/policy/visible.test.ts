import { expect, test } from 'vitest'
import { request } from '../kernel/testing/requests.ts'
import { decisionPoint, loadPolicies } from './policy.ts'

const SEND = request('call', 'mail', 'send', { effects: ['send'] })
const OPEN = '@id("open") permit (principal, action, resource);'
const FAULT = '1 + "a" == 2'

/** Whether `mail:send` is listed. */
function visible(policies: string): boolean {
  return decisionPoint(loadPolicies([{ file: 'a.cedar', text: policies }])).visible(SEND)
}

function permit(condition: string): string {
  return `@id("p") permit (principal, action, resource) when { ${condition} };`
}

function forbid(condition: string): string {
  return `${OPEN} @id("f") forbid (principal, action, resource) when { ${condition} };`
}

test.each([
  OPEN,
  permit('context.args.to like "*@example.com"'),
  permit('context.args has to'),
  permit('context.decimals.n.lessThan(decimal("1.0"))'),
  permit('context == {"a": 1}'),
  permit('context.facts.paths.resolved'),
  permit('context.facts.kinds.contains("sql")'),
  permit('context.rate == {"a": 1}'),
  permit('context.facts.sql.limit < 10'),
  permit('{"c": context}.c.args.x'),
  permit('(if context.args.x then 1 else 2) == 1'),
  permit('if context.args.x then resource is Tool else resource is Prompt'),
  permit('!(resource is Prompt in context.args.x)'),
  permit(`!(resource is Prompt in [context.args.x, ${FAULT}])`),
  permit(`context.args.x || ${FAULT}`),
  permit(`resource is Tool || [context.args.x, ${FAULT}].isEmpty()`),
  permit('context.flow.untrusted'),
  permit('context.provenance.destination.contains("untrusted")'),
  forbid('!context.flow.untrusted'),
  forbid('context.provenance.selector.isEmpty()'),
  forbid('context.args.x == 1'),
  forbid('context.args has cc'),
  forbid('context.facts.kinds.isEmpty()'),
  forbid('!(context has rate) || context.rate == {}'),
  forbid('!(context.args.to like "*@example.com")'),
  forbid(`context.args.x && ${FAULT}`),
  forbid('context.args.x && resource is Tool'),
  forbid('resource is Prompt || context.args.x'),
])('is listed, since some arguments may pass: %s', (policies) => {
  expect(visible(policies)).toBe(true)
})

test.each([
  '',
  permit('resource is Prompt'),
  permit('resource is Prompt && context.args.x'),
  permit('resource is Prompt && context.facts.paths.resolved'),
  permit('context.approval.granted'),
  permit('context.args.x && resource is Prompt'),
  permit('resource is Prompt in context.args.x'),
  permit('!(resource is Tool || context.args.x)'),
  permit(`context.args.x && ${FAULT}`),
  permit(`[context.args.x, ${FAULT}].isEmpty()`),
  permit(`if ${FAULT} then context.args.x else context.args.y`),
  permit('if resource is Tool then context.args.x && false else true'),
  permit('(if resource is Tool then 1 else context.args.x) == 1').replace('permit', 'forbid'),
  forbid('true'),
  forbid('!context.approval.granted'),
  forbid('resource is Tool || context.args.x'),
  forbid(FAULT),
  `${OPEN} @id("p") permit (principal, action, resource) when { ${FAULT} };`,
])('is not listed, since no arguments can pass: %s', (policies) => {
  expect(visible(policies)).toBe(false)
})
