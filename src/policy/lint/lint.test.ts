import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadPolicies, type PolicySource } from '../policy.ts'
import type { Definitions } from '../schema/definitions.ts'
import { classified, definitionsOf, tool } from '../testing/definitions.ts'
import { lint, RULES } from './lint.ts'

const TEXT = { type: 'string' }
const DEFINITIONS = definitionsOf(
  tool('mail:send', { to: TEXT, 'cc?': TEXT }, { effects: ['send'] }),
  tool('shell:run', { command: TEXT }, { effects: ['execute'] }),
  tool('bank:transfer', { amount: { type: 'number' } }, { effects: ['pay'] }),
  { ...tool('files:read', { path: TEXT }), classification: classified(['read'], 'inferred') },
)
const GUARDS: PolicySource = {
  file: 'guards.yaml',
  text: `guards: { reading: { sql: { statements: [select] } } }
limits: { runs: { calls: 5, every: 1h, per: [subject], for: { effects: [execute] } } }`,
}

/** Findings of one rule, as `policy: message`. A policy without an id is `p`. */
function found(rule: string, text: string, definitions?: Definitions): readonly string[] {
  const guards = /guards\[|"runs"/.test(text) ? [GUARDS] : []
  const marked = text.replaceAll(/^(permit|forbid)/gm, '@id("p")\n$1')
  const set = loadPolicies([{ file: 'a.cedar', text: marked }, ...guards])
  return lint(set, definitions, [], KNOWN)
    .filter((finding) => finding.rule === rule)
    .map(({ policy, message }) => `${policy}: ${message}`)
}

const KNOWN = { users: ['ann'], groups: ['owners', 'crew'], agents: ['build'] }

const ALL = '(principal, action, resource)'
const CALL = '(principal, action == Action::"call", resource)'
const MAIL = '(principal, action == Action::"call", resource == Tool::"mail:send")'

const SELF = '@id("p") @liftedBy("approval") @approvers("self")'
const UNAPPROVED = 'unless { context.approval.granted };'

interface Sides {
  /** Policies, and the message for each. */
  readonly flags: readonly (readonly [string, string, Definitions?])[]
  readonly passes: readonly (readonly [string, Definitions?])[]
}

const CASES: Readonly<Record<string, Sides>> = {
  'no-reason': {
    flags: [[`forbid ${ALL};`, 'p: forbids without saying why']],
    passes: [[`@reason("x") @id("q") forbid ${ALL};`], [`permit ${ALL};`]],
  },
  'no-remedy': {
    flags: [[`forbid ${ALL};`, 'p: forbids without naming a way forward']],
    passes: [
      [`@remedy("x") @id("q") forbid ${ALL};`],
      [
        `@id("q") @liftedBy("approval") @approvers("user:a") forbid ${ALL} unless { context.approval.granted };`,
      ],
      [`permit ${ALL};`],
    ],
  },
  'client-claim': {
    flags: [
      [
        `permit ${ALL} when { context.client.name == "x" };`,
        'p: permits by what the client says of itself',
      ],
      [
        `permit ${ALL} when { resource is Tool && (context.client has name) };`,
        'p: permits by what the client says of itself',
      ],
      [
        `forbid ${ALL} unless { context.client.name == "x" };`,
        'p: spares by what the client says of itself',
      ],
      [
        `forbid ${ALL} when { resource is Tool && context.client.name != "x" };`,
        'p: spares by what the client says of itself',
      ],
      [
        `forbid ${ALL} when { if context.client.name == "x" then false else true };`,
        'p: spares by what the client says of itself',
      ],
    ],
    passes: [
      [`forbid ${ALL} when { context.client.name == "x" };`],
      [`permit ${ALL} when { !(context.authorization.client == "x") };`],
      [`permit ${ALL} when { context.args has client };`],
    ],
  },
  'unknown-principal': {
    flags: [
      [
        `forbid (principal in Group::"owner", action, resource);`,
        'p: there is no group `owner` (did you mean `owners`?)',
      ],
      [`permit (principal == User::"bob", action, resource);`, 'p: there is no user `bob`'],
      [
        `permit (principal is Agent in Group::"ci", action, resource);`,
        'p: there is no group `ci`',
      ],
      [
        `permit ${ALL} when { principal in [Group::"crew", Group::"staff"] };`,
        'p: there is no group `staff`',
      ],
      [
        `permit ${ALL} when { context.subject.groups.containsAny(["crew", "x"]) };`,
        'p: there is no group `x`',
      ],
      [
        `permit ${ALL} when { context.subject.actor == "built" };`,
        'p: there is no agent `built` (did you mean `build`?)',
      ],
      [
        `@id("p") @liftedBy("approval") @approvers("group:crew user:zoe") forbid ${ALL} unless { context.approval.granted };`,
        'p: there is no user `zoe`',
      ],
    ],
    passes: [
      [`permit ${ALL} when { principal in [User::"ann", Group::"crew"] };`],
      [`forbid ${ALL} when { context.subject.actors.contains("build") };`],
      [`forbid ${ALL} when { context.subject.actor != "" };`],
      [
        `@id("p") @liftedBy("approval") @approvers("group:crew self user:ann") forbid ${ALL} unless { context.approval.granted };`,
      ],
    ],
  },
  duplicate: {
    flags: [
      [
        `@id("a") permit ${MAIL} when { 1 < 2 };\n@id("b") permit  ${MAIL}\nwhen { (1 < 2) };`,
        'b: says the same as `a`',
      ],
    ],
    passes: [
      [`@id("a") permit ${MAIL};\n@id("b") forbid ${MAIL};`],
      [`@id("a") permit ${MAIL};\n@id("b") permit ${CALL};`],
      [`@id("a") permit ${MAIL};\n@id("b") @mode("observe") permit ${MAIL};`],
    ],
  },
  'shadowed-permit': {
    flags: [
      [`permit ${MAIL};\n@id("f") forbid ${ALL};`, 'p: permits nothing: `f` forbids all of it'],
      [
        `permit ${MAIL} when { context.args has cc && 1 < 2 };\n@id("f") forbid (principal, action, resource in Server::"mail") when { context.args has cc };`,
        'p: permits nothing: `f` forbids all of it',
      ],
    ],
    passes: [
      [`permit ${ALL};\n@id("f") forbid ${MAIL};`],
      [`permit ${MAIL};\n@id("f") forbid ${MAIL} when { context.args has cc };`],
      [`permit ${MAIL};\n@id("f") @mode("observe") forbid ${ALL};`],
      [`permit ${MAIL};\n@id("f") forbid (principal is Agent, action, resource);`],
      [
        `permit ${MAIL};\n@id("f") @liftedBy("approval") @approvers("user:a") forbid ${ALL} unless { context.approval.granted };`,
      ],
    ],
  },
  'redundant-forbid': {
    flags: [
      [
        `forbid ${MAIL};\n@id("a") permit (principal, action, resource in Server::"files");`,
        'p: forbids what no policy permits',
      ],
      [
        `forbid (principal is Agent, action, resource);\n@id("a") permit (principal is User, action, resource);`,
        'p: forbids what no policy permits',
      ],
      [
        `forbid ${MAIL};\n@id("a") @mode("observe") permit ${ALL};`,
        'p: forbids what no policy permits',
      ],
    ],
    passes: [
      [`forbid ${MAIL};\n@id("a") permit (principal, action, resource in Server::"mail");`],
      [`forbid (principal, action, resource in Server::"mail");\n@id("a") permit ${MAIL};`],
      [`forbid ${MAIL};\n@id("a") permit (principal, action, resource is Tool);`],
    ],
  },
  'permit-everything': {
    flags: [
      [`permit ${ALL};`, 'p: permits every tool, whatever it does'],
      [
        `permit (principal == User::"a", action in [Action::"read", Action::"call"], resource is Tool) when { context.time > 0 };`,
        'p: permits every tool, whatever it does',
      ],
    ],
    passes: [
      [`permit ${ALL} when { resource.effects == ["read"] };`],
      [`permit (principal, action, resource in Server::"mail");`],
      [`permit ${ALL} when { resource.name == "x" };`],
      [`permit ${ALL} when { context.approval.granted };`],
      [`permit (principal, action == Action::"read", resource);`],
      [`forbid ${ALL};`],
    ],
  },
  'inferred-effects': {
    flags: [
      [
        `permit ${CALL} when { resource.effects.contains("write") };`,
        'p: permits `write` by a guess of the effects',
      ],
      [
        `permit ${CALL} when { !resource.effects.containsAny(["pay", "admin", "execute", "delete"]) };`,
        'p: permits `write`, `send` by a guess of the effects',
      ],
      [
        `permit ${CALL} when { resource.effects == ["send"] && (resource.classified == "inferred" || principal is User) };`,
        'p: permits `send` by a guess of the effects',
      ],
    ],
    passes: [
      [`permit ${CALL} when { resource.effects == ["read"] };`],
      [
        `permit ${CALL} when { resource.effects.contains("write") && resource.classified == "catalog" };`,
      ],
      [`permit ${MAIL} when { resource.effects.contains("send") };`],
      [`forbid ${CALL} when { resource.effects.contains("write") };`],
    ],
  },
  'text-test': {
    flags: [
      [
        `permit ${MAIL} when { context.args.path like "/srv/*" };`,
        'p: compares `context.args.path` as text, though it looks for a path: other spellings of the same pass by',
      ],
      [
        `forbid ${MAIL} when { context.args.page like "*..*" };`,
        'p: compares `context.args.page` as text, though it looks for a path: other spellings of the same pass by',
      ],
      [
        `permit ${MAIL} when { context.args.u like "https://example.com/*" };`,
        'p: compares `context.args.u` as text, though it looks for a URL: other spellings of the same pass by',
      ],
      [
        `permit ${MAIL} when { context.args.to like "*@example.com" };`,
        'p: compares `context.args.to` as text, though it looks for an address: other spellings of the same pass by',
      ],
    ],
    passes: [
      [`permit ${MAIL} when { context.args.title like "Re: *" };`],
      [`permit ${MAIL} when { resource.name like "a/*" };`],
      [`permit ${MAIL} when { context.facts.guards["reading"] == "pass" };`],
    ],
  },
  'optional-argument': {
    flags: [
      [
        `forbid ${CALL} when { context.args.cc == "x" };`,
        'p: reads `context.args.cc` of several tools, and not all of them may have it',
      ],
      [
        `forbid ${MAIL} when { context.args.cc == "x" };`,
        'p: reads `cc`, which `mail:send` may not get',
        DEFINITIONS,
      ],
    ],
    passes: [
      [`forbid ${CALL} when { context.args has cc && context.args.cc == "x" };`],
      [`forbid ${CALL} when { !(context.args has cc) || context.decimals.cc == "x" };`],
      [`forbid ${MAIL} when { context.args.cc == "x" };`],
      [`forbid ${MAIL} when { context.args.to == "x" };`, DEFINITIONS],
    ],
  },
  'never-applies': {
    flags: [
      [
        `permit ${MAIL} when { 1 == 2 && context.args has to };`,
        'p: can never apply: its conditions are false whatever the request is',
      ],
      [
        `permit ${MAIL} when { context.args has to && !(context.args has to) };`,
        'p: can never apply: it asks for `context.args has to` and for the opposite',
      ],
      [
        `permit ${MAIL} when { context.args.to == "a" } when { context.args.to == "b" };`,
        'p: can never apply: `context.args.to` cannot have two values',
      ],
      [
        `permit (principal, action == Action::"call", resource) when { resource.effects.contains("admin") };`,
        'p: can never apply: there is no tool that it is about',
        DEFINITIONS,
      ],
    ],
    passes: [
      [`permit ${MAIL} when { context.args.to == "a" || context.args.to == "b" };`],
      [`permit ${CALL} when { resource.effects.contains("admin") };`],
      [`permit ${MAIL} when { context.args has to };`, DEFINITIONS],
      [`permit ${ALL} when { resource.effects.contains("admin") };`, DEFINITIONS],
    ],
  },
  'self-approval': {
    flags: [
      [
        `${SELF} forbid ${CALL} when { resource.effects.contains("pay") } ${UNAPPROVED}`,
        'p: lets the user whom the call is for approve `pay`, by a click',
      ],
      [
        `${SELF} @assurance("client") forbid ${ALL} ${UNAPPROVED}`,
        'p: lets the user whom the call is for approve `delete`, `pay`, `admin`, by a click',
      ],
      [
        `${SELF} forbid (principal, action, resource == Tool::"bank:transfer") ${UNAPPROVED}`,
        'p: lets the user whom the call is for approve `pay`, by a click',
        DEFINITIONS,
      ],
    ],
    passes: [
      [`${SELF} @assurance("passkey") forbid ${ALL} ${UNAPPROVED}`],
      [`${SELF.replace('self', 'self group:crew')} forbid ${ALL} ${UNAPPROVED}`],
      [`${SELF} forbid ${MAIL} ${UNAPPROVED}`, DEFINITIONS],
      [`${SELF} forbid (principal, action == Action::"read", resource) ${UNAPPROVED}`],
    ],
  },
  'unlimited-power': {
    flags: [
      [
        `permit ${CALL};`,
        'p: permits `execute`, `pay`, `delete` without end, whatever the arguments are',
      ],
      [
        `permit ${CALL};\n@id("f") forbid ${MAIL};`,
        'p: permits `execute`, `pay`, `delete` without end, whatever the arguments are',
      ],
      [
        `permit ${CALL} when { resource.effects.contains("pay") };`,
        'p: permits `pay` without end, whatever the arguments are',
      ],
      [
        `permit (principal, action, resource == Tool::"shell:run");`,
        'p: permits `execute` without end, whatever the arguments are',
        DEFINITIONS,
      ],
    ],
    passes: [
      [`permit ${CALL} when { resource.effects == ["read"] };`],
      [`permit ${MAIL};`, DEFINITIONS],
      [`permit ${CALL} when { context.facts.guards["reading"] == "pass" };`],
      [`permit ${CALL} when { context.args has amount };`],
      [`@id("a") @limit("runs") permit ${CALL};`],
      [
        `permit ${CALL};\n@id("f") @liftedBy("approval") @approvers("user:a") forbid ${CALL} unless { context.approval.granted };`,
      ],
      [
        `permit (principal, action, resource == Tool::"shell:run") when { "runs" == "runs" };`,
        DEFINITIONS,
      ],
    ],
  },
}

test('every rule has both sides', () => {
  const own = RULES.map(({ id }) => id).filter((id) => !/screen|withhold|flow/.test(id))
  expect(Object.keys(CASES).sort()).toEqual(own)
})

for (const [rule, { flags, passes }] of Object.entries(CASES)) {
  describe(rule, () => {
    test.each(flags.map(([text, message, known]) => ({ text, message, known })))(
      'flags $text',
      ({ text, message, known }) => {
        expect(found(rule, text, known)).toEqual([message])
      },
    )
    test.each(passes.map(([text, known]) => ({ text, known })))(
      'passes $text',
      ({ text, known }) => {
        expect(found(rule, text, known)).toEqual([])
      },
    )
  })
}

test('a finding says where, how bad and what to do', () => {
  const source = {
    file: 'a.cedar',
    text: `// first\n@id("p") @reason("r")\nforbid ${MAIL}\nwhen { context.args.to like "*@x" };`,
  }
  expect(lint(loadPolicies([source]), undefined, [source])).toEqual([
    {
      file: 'a.cedar',
      line: 2,
      column: 1,
      rule: 'no-remedy',
      severity: 'info',
      policy: 'p',
      message: 'forbids without naming a way forward',
      fix: 'name a way that is permitted in `@remedy("…")`',
    },
    expect.objectContaining({ rule: 'redundant-forbid', line: 2 }),
    expect.objectContaining({ rule: 'text-test', line: 4, column: 21 }),
  ])
})

test('the reference has a row for every rule, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/lint.md'), 'utf8')
  const found = page.matchAll(/^\| `([a-z-]+)` \| (\w+) \| (.*) \| (.*) \|$/gm)
  const rows = Array.from(found, ([, id, severity, about, fix]) => ({ id, severity, about, fix }))
  expect(rows).toEqual(RULES.map(({ id, severity, about, fix }) => ({ id, severity, about, fix })))
})
