import { expect, test } from 'vitest'
import type { Classification } from '../../kernel/access.ts'
import type { Json } from '../../kernel/json.ts'
import { ANNOTATIONS } from '../annotations.ts'
import { loadPolicies } from '../policy.ts'
import type { ToolDefinition } from './definitions.ts'
import { policyWords } from './words.ts'

function tool(name: string, inputSchema: Json): ToolDefinition {
  const classification: Classification = {
    ...{ effects: ['send'], reversible: false, risk: 'high', reads: [], trust: 'untrusted' },
    ...{ source: 'inferred', confidence: 'low' },
  }
  return { server: 'office', name, inputSchema, classification }
}
const SEND = tool('send', {
  type: 'object',
  required: ['to'],
  properties: {
    to: { type: 'string' },
    'reply-to': { type: 'array', items: { type: 'string' } },
    kind: { enum: ['mail', 'fax'] },
  },
})
const PAY = tool('pay', { type: 'object', properties: { amount: { type: 'integer' } } })

const pathsOf = ({ members }: ReturnType<typeof policyWords>) =>
  new Map(members.map(({ path, ...rest }) => [path, rest]))

test('arguments of one tool are what its schema says', () => {
  const members = pathsOf(policyWords({ tools: [SEND, PAY] }, 'office:send'))
  expect(members.get('context.args.to')).toEqual({ type: 'String', required: true })
  expect(members.get('context.args["reply-to"]')).toEqual({ type: 'Set<String>', required: false })
  expect(members.get('context.args.kind')).toMatchObject({ words: ['mail', 'fax'] })
  expect(members.has('context.args.amount')).toBe(false)
})

test('of several tools, what one alone has may be missing; nothing is known of what nobody lists', () => {
  const members = pathsOf(policyWords({ tools: [SEND, PAY] }))
  expect(members.get('context.args.to')?.required).toBe(false)
  expect(members.has('context.args.amount')).toBe(true)
  expect(pathsOf(policyWords({ tools: [] })).has('context.args.to')).toBe(false)
})

test('members with few values name them', () => {
  const members = pathsOf(policyWords({ tools: [] }))
  expect(members.get('resource.risk')?.words).toEqual(['low', 'medium', 'high'])
  expect(members.get('resource.effects')).toMatchObject({ type: 'Set<String>' })
  expect(members.get('resource.effects')?.words).toContain('pay')
  expect(members.get('context.utc.weekday')?.words).toHaveLength(7)
})

test('every member that is offered is one that loads', () => {
  const { members, annotations } = policyWords({ tools: [SEND] })
  expect(annotations.map(({ name }) => name)).toEqual([...ANNOTATIONS.keys()])
  for (const { path, type } of members) {
    if (type === 'Record' || path.startsWith('context.facts.guards')) continue
    const text = `@id("a") permit (principal, action == Action::"call", resource) when { ${path} == ${path} };`
    expect(() => loadPolicies([{ file: 'a.cedar', text }]), path).not.toThrow()
  }
})
