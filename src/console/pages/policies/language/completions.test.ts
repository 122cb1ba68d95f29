import { expect, test } from 'vitest'
import { offersAt, toolAround, type Words } from './completions.ts'

const WORDS: Words = {
  actions: [{ name: 'call', resources: ['Tool'] }],
  servers: ['mail', 'bank'],
  tools: ['mail:send', 'bank:pay'],
  prompts: ['mail:draft'],
  members: [
    { path: 'resource.risk', type: 'String', required: true, words: ['low', 'high'] },
    { path: 'resource.effects', type: 'Set<String>', required: true, words: ['read', 'send'] },
    { path: 'context.args', type: 'Record', required: true },
    { path: 'context.args.to', type: 'String', required: false },
    { path: 'context.args["reply-to"]', type: 'String', required: true },
    { path: 'context.facts', type: 'Record', required: true },
    { path: 'context.facts.guards', type: 'Record', required: true },
  ],
  guards: ['inside'],
  limits: ['mail-day'],
  places: [],
  annotations: [
    { name: 'id', needs: 'a name' },
    { name: 'approvers', on: 'forbid', with: 'liftedBy', needs: 'people' },
  ],
  groups: ['owners'],
  users: ['ada'],
  agents: ['bot'],
}

/** What is offered where `|` stands, with the text that it replaces. */
function offered(text: string) {
  const at = text.indexOf('|')
  const found = offersAt(text.replace('|', ''), at, WORDS)
  if (found === undefined) return undefined
  return [text.slice(found.from, at), ...found.offers.map(({ label }) => label)]
}

test.each([
  ['@|', ['', 'id', 'approvers']],
  ['@id("x") @appro|', ['appro', 'id', 'approvers']],
  ['@approvers("self gr|', ['gr', 'self', 'group:owners', 'user:ada']],
  ['@mode("|', ['', 'observe']],
  ['forbid (principal in Group::"o|', ['o', 'owners']],
  ['forbid (principal == User::"|', ['', 'ada']],
  ['permit (principal, action, resource == Tool::"mail:|', ['mail:', 'mail:send', 'bank:pay']],
  ['when { context.|', ['', 'args', 'facts']],
  ['when { context.args.t|', ['t', 'to']],
  ['when { context.args has t|', ['t', 'to']],
  ['when { context.args["re|', ['re', 'reply-to']],
  ['when { context.facts.guards["|', ['', 'inside']],
  ['when { context.rate["|', ['', 'mail-day']],
  ['when { resource.risk == "|', ['', 'low', 'high']],
  ['when { resource.effects.contains("s|', ['s', 'read', 'send']],
  ['when { resource.effects.containsAny(["read", "|', ['', 'read', 'send']],
])('%s', (text, expected) => {
  expect(offered(text)).toEqual(expected)
})

test('words of the language stand where a word begins, and nowhere inside a text or a comment', () => {
  expect(offered('per|')).toContain('permit')
  expect(offered('when { con|')).toContain('context')
  expect(offered('@reason("per|')).toBeUndefined()
  expect(offered('// per|')).toBeUndefined()
})

test('a policy about one tool is offered the arguments of that tool', () => {
  const text =
    'permit (principal, action, resource == Tool::"a:b");\nforbid (principal, action, resource == Tool::"mail:send") when {  };'
  expect(toolAround(text, text.length - 4)).toBe('mail:send')
  expect(toolAround(text, 10)).toBe('a:b')
  expect(toolAround('permit (principal, action, resource) when { };', 44)).toBeUndefined()
})
