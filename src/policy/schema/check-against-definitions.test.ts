import { describe, expect, test } from 'vitest'
import { loadPolicies } from '../policy.ts'
import { definitionsOf, tool } from '../testing/definitions.ts'
import { checkAgainstDefinitions } from './check-against-definitions.ts'
import type { Definitions } from './definitions.ts'

const TEXT = { type: 'string' }
const MAIL = tool(
  'mail:send',
  { to: TEXT, 'cc?': { type: 'array', items: TEXT }, 'priority?': { enum: ['low', 'high'] } },
  { effects: ['send'] },
)
const PAY = tool('bank:transfer', {
  amount: { type: 'number' },
  count: { type: 'integer' },
  account: { type: 'object', properties: { iban: TEXT }, required: ['iban'] },
  'note?': { anyOf: [TEXT, { type: 'null' }] },
  'any?': {},
  'sums?': { type: 'array', items: { type: 'number' } },
})
const OPEN = tool('open:tool', { to: TEXT }, { schema: { additionalProperties: true } })
const READ = tool('files:read', { path: TEXT })
const WRITE = tool('files:write', { path: TEXT, content: TEXT }, { effects: ['write'] })
const ALL: Definitions = {
  ...definitionsOf(MAIL, PAY, OPEN, READ, WRITE),
  servers: ['mail', 'bank', 'open', 'files', 'unseen'],
  prompts: [{ server: 'mail', name: 'draft' }],
}

function problems(text: string, definitions = ALL): readonly string[] {
  const source = { file: 'a.cedar', text: `@id("p")\n${text}` }
  return checkAgainstDefinitions(loadPolicies([source]), definitions, [source]).map(
    ({ line, column, message }) => `${line}:${column} ${message.replace('`p`: ', '')}`,
  )
}

function on(id: string, condition: string, effect = 'permit'): string {
  return `${effect} (principal, action == Action::"call", resource == Tool::"${id}")\nwhen { ${condition} };`
}

describe('finds', () => {
  test.each([
    [
      'a server that is not there',
      'permit (principal, action, resource in Server::"mial");',
      '2:49 there is no server `mial` (did you mean `mail`?)',
    ],
    [
      'a server in a condition',
      'permit (principal, action, resource) when { resource.server == "bnk" };',
      '2:65 there is no server `bnk` (did you mean `bank`?)',
    ],
    [
      'a tool that is not there',
      'permit (principal, action, resource == Tool::"mail:sned");',
      '2:47 there is no tool `mail:sned` (did you mean `mail:send`?)',
    ],
    [
      'a tool in a set',
      'permit (principal, action, resource) when { [Tool::"mail:send", Tool::"mail:snd"].contains(resource) };',
      '2:72 there is no tool `mail:snd` (did you mean `mail:send`?)',
    ],
    [
      'a prompt that is not there',
      'permit (principal, action, resource == Prompt::"mail:drft");',
      '2:49 there is no prompt `mail:drft` (did you mean `mail:draft`?)',
    ],
    [
      'a name that its server does not have',
      'permit (principal, action == Action::"call", resource in Server::"files") when { resource.name == "wirte" };',
      '2:100 there is no tool or prompt `wirte` on `files` (did you mean `write`?)',
    ],
    [
      'an argument that is not there',
      on('mail:send', 'context.args.too == "a"'),
      '3:21 for `mail:send`: there is no argument `too` (did you mean `to`?)',
    ],
    [
      'an argument asked for that can never be there',
      on('mail:send', 'context.args has bcc', 'forbid'),
      '3:25 for `mail:send`: there is no argument `bcc` (did you mean `cc`?)',
    ],
    [
      'a name within an argument',
      on('bank:transfer', 'context.args.account.ibn == "a"'),
      '3:29 for `bank:transfer`: there is no argument `account.ibn` (did you mean `iban`?)',
    ],
    [
      'an argument that may be absent',
      on('mail:send', 'context.args.cc.isEmpty()'),
      '3:21 for `mail:send`: `context.args.cc` may be absent, and then every call is denied: ask first with `context.args has cc`',
    ],
    [
      'an argument that was asked for in vain',
      on('mail:send', 'context.args has cc || context.args.cc.isEmpty()'),
      '3:25 for `mail:send`: `context.args.cc` may be absent, and then every call is denied: ask first with `context.args has cc`',
    ],
    [
      'an argument of which one of two was asked for',
      on(
        'mail:send',
        '(context.args has cc || context.args has priority) && context.args.cc.isEmpty()',
      ),
      '3:26 for `mail:send`: `context.args.cc` may be absent, and then every call is denied: ask first with `context.args has cc`',
    ],
    [
      'a word that an argument never is',
      on('mail:send', 'context.args has priority && context.args.priority == "hihg"'),
      '3:62 for `mail:send`: `hihg` is never a value of `args.priority` (did you mean `high`?)',
    ],
    [
      'a comparison of types that never fit',
      on('bank:transfer', 'context.args.count == "3"'),
      '1:1 for `bank:transfer`: `context.args.count == "3"`: the types Long and String are not compatible; both operands to a `==` expression must have compatible types. Types must be exactly equal to be compatible',
    ],
    [
      'text tested where there is a number',
      on('bank:transfer', 'context.args.count like "3*"'),
      '1:1 for `bank:transfer`: `context.args.count`: unexpected type: expected String but saw Long',
    ],
    [
      'an integer compared with decimals',
      on('bank:transfer', 'context.decimals.count < 3'),
      '1:1 for `bank:transfer`: `context.decimals.count`: unexpected type: expected Long but saw decimal',
    ],
    [
      'types of what is no argument',
      'forbid (principal, action, resource) when { context.time == "noon" };',
      '1:1 `context.time == "noon"`: the types Long and String are not compatible; both operands to a `==` expression must have compatible types. Types must be exactly equal to be compatible',
    ],
    [
      'an attribute that only some targets have',
      'forbid (principal, action, resource) when { resource.uri like "file:*" };',
      '1:1 `resource.uri`: attribute `uri` on entity type `Prompt` not found; did you mean `of`?',
    ],
    [
      'what cannot be satisfied',
      on('mail:send', 'context.args.to == "a" && 1 == 2'),
      '1:1 no call to any tool that it concerns can satisfy it',
    ],
    [
      'an argument that one of several tools does not have',
      'forbid (principal, action, resource in Server::"files") when { context.args.content like "*x*" };',
      '2:77 for `files:read`: there is no argument `content`',
    ],
    [
      'an argument that nobody has',
      'forbid (principal, action == Action::"call", resource) when { context.args.contnt == "x" };',
      '2:76 for `mail:send`, `bank:transfer`, `open:tool` and 2 more: there is no argument `contnt` (did you mean `content`?)',
    ],
  ])('%s', (_, policy, expected) => {
    expect(problems(policy)).toEqual([expected])
  })
})

describe('finds nothing wrong with', () => {
  test.each([
    on('mail:send', 'context.args.to like "*@example.com" && !(context.args has cc)'),
    on('mail:send', 'context.args has cc && !context.args.cc.contains("x")'),
    on('mail:send', '!(context.args has cc) || context.args.cc.isEmpty()'),
    on('mail:send', 'if context.args has priority then context.args.priority == "high" else false'),
    on('mail:send', 'context.args has priority && ["low", "high"].contains(context.args.priority)'),
    on(
      'bank:transfer',
      'context.args.count < 3 && context.decimals.amount.lessThan(decimal("3.0"))',
    ),
    on('bank:transfer', 'context.args.amount == 3 || context.args.amount == decimal("1.5")'),
    on('bank:transfer', 'context.args has sums && context.args.sums.contains(1)'),
    on('bank:transfer', 'context.args.account.iban like "DE*"'),
    on('bank:transfer', 'context.args.account has bic && context.args.account.bic == 1'),
    on('bank:transfer', 'context.args has note && context.args.note == "x"'),
    on('bank:transfer', 'context.args has any && context.args.any == 3'),
    on('bank:transfer', 'context.args has note && context.decimals.note == "x"'),
    'permit (principal, action == Action::"call", resource in Server::"files") when { context.args.path == "a" && resource.name == "read" };',
    on('open:tool', 'context.args has extra && context.args.extra == 1', 'forbid'),
    on('unseen:tool', 'context.args.anything == 1'),
    'permit (principal, action == Action::"call", resource in Server::"files") when { resource.name == "read" || resource.name == "write" && context.args.content like "*x*" };',
    'forbid (principal, action == Action::"call", resource in Server::"files") when { resource.effects.contains("write") && context.args.content like "*x*" };',
    'permit (principal, action, resource) when { [Tool::"mail:send", Tool::"files:read"].contains(resource) && resource.effects == [] };',
    'forbid (principal, action == Action::"call", resource) when { context.args has path && context.args.path like "*..*" };',
    'permit (principal, action == Action::"read", resource is Resource) when { resource.uri like "file:*" && resource.name == "file:///x" };',
    'permit (principal is Agent, action, resource) when { context.subject.actors.contains("a") && context.client.name == "x" };',
    'permit (principal in Group::"crew", action, resource) unless { principal in [Group::"a", User::"b"] };',
    'forbid (principal is Agent in Group::"ci", action == Action::"call", resource) when { context.args has path && context.args.path == "x" && principal in Group::"b" };',
    'permit (principal, action, resource) when { context.subject.acting && context.subject.actor == "a" && context.subject.groups.contains("b") };',
    'permit (principal, action, resource) when { context.authorization.bound && context.authorization.scopes.contains("read") && context.authorization.trust == "dynamic" };',
  ])('%s', (policy) => {
    expect(problems(policy)).toEqual([])
  })
})

test('without the texts, problems stand at the first line of their policy', () => {
  const set = loadPolicies([
    { file: 'a.cedar', text: `\n@id("p")\n${on('mail:send', 'context.args.x == 1')}` },
  ])
  expect(checkAgainstDefinitions(set, ALL)).toEqual([
    {
      file: 'a.cedar',
      line: 2,
      column: 1,
      message: '`p`: for `mail:send`: there is no argument `x`',
    },
  ])
})
