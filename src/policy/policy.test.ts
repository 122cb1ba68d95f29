import { describe, expect, test } from 'vitest'
import { GatewayError } from '../kernel/errors.ts'
import { request } from '../kernel/testing/requests.ts'
import { decisionPoint, loadPolicies } from './policy.ts'

function load(...texts: readonly string[]) {
  return loadPolicies(texts.map((text, index) => ({ file: `${'abcdef'[index]}.cedar`, text })))
}

function problemsOf(...texts: readonly string[]): string {
  try {
    load(...texts)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'policy_unavailable') return error.message
    throw error
  }
  return 'loaded'
}

const OPEN = 'permit (principal, action, resource)'

describe('loading refuses, with file, line and column', () => {
  test.each([
    [
      'a syntax error',
      `@id("a")\n${OPEN}\nwhen { context.time ++ 1 };`,
      '3:22: unexpected token `+`; expected',
    ],
    [
      'a syntax error after other letters',
      `// é😀\n@id("a") ${OPEN} when { foo };`,
      '2:54: invalid variable: foo; the valid',
    ],
    ['no id', `\n  ${OPEN};`, '2:3: a policy needs `@id("…")`'],
    ['an id that is no id', `@id("a b") ${OPEN};`, '1:1: `@id` needs 1 to 64 letters'],
    ['a reserved id', `@id("no-permit") ${OPEN};`, '1:1: the id `no-permit` is reserved'],
    [
      'an id twice',
      `@id("a") ${OPEN};\n@id("a") ${OPEN};`,
      '2:1: the id `a` is already taken at a.cedar:1',
    ],
    [
      'an unknown annotation',
      `@id("a")\n@reasn("x") ${OPEN};`,
      '2:1: the annotation `@reasn` is unknown (did you mean `reason`?)',
    ],
    [
      'a reason of two lines',
      String.raw`@id("a") @reason("x\ny") ${OPEN};`,
      '1:10: `@reason` needs one line of 1 to 300 characters',
    ],
    ['a remedy without text', `@id("a") @remedy("") ${OPEN};`, '1:10: `@remedy` needs one line'],
    [
      'a template',
      '@id("a") permit (principal == ?principal, action, resource);',
      '1:1: templates',
    ],
    [
      'a number that loses digits',
      `@id("a") ${OPEN} when { context.time < 9007199254740993 };`,
      '1:1: integers beyond 9007199254740991',
    ],
    [
      'deep nesting',
      `@id("a") ${OPEN} when { ${'('.repeat(5000)}true${')'.repeat(5000)} };`,
      'nested too deeply',
    ],
    [
      'an unknown action',
      '@id("a") permit (principal, action == Action::"cal", resource);',
      '1:47: the action `cal` is unknown (did you mean `call`?)',
    ],
    [
      'an unknown type',
      '@id("a") permit (principal is Usr, action, resource);',
      '`Usr` cannot be the principal: use one of `User`, `Agent` (did you mean `User`?)',
    ],
    [
      'a type in the wrong place',
      '@id("a") permit (principal, action, resource == Server::"s");',
      '`Server` cannot be the resource',
    ],
    [
      'a type that is unknown inside',
      `@id("a") ${OPEN} when { principal == Grp::"g" };`,
      'the entity type `Grp` is unknown',
    ],
    [
      'a group as the principal',
      `@id("a") permit (principal == Group::"g", action, resource);`,
      '`Group` cannot be the principal: use one of `User`, `Agent`',
    ],
    [
      'a principal that equals a group',
      `@id("a") ${OPEN} when { principal == Group::"g" };`,
      'the principal is never a `Group`: ask whether it is `in` it',
    ],
    [
      'a resource that equals a server',
      `@id("a") ${OPEN} when { Server::"s" != resource };`,
      'the resource is never a `Server`: ask whether it is `in` it',
    ],
    [
      'a group without a name',
      `@id("a") permit (principal in Group::"", action, resource);`,
      'a group has a name',
    ],
    [
      'a resource in a group',
      `@id("a") permit (principal, action, resource in Group::"g");`,
      '`Group` cannot be the resource',
    ],
    [
      'a way of proving identity that is none',
      `@id("a") ${OPEN} when { context.subject.via == "log-in" };`,
      '`log-in` is never a value here (did you mean `login`?)',
    ],
    [
      'a trust that is none',
      `@id("a") ${OPEN} when { context.authorization.trust == "registred" };`,
      '`registred` is never a value here (did you mean `registered`?)',
    ],
    [
      'a type in a set',
      `@id("a") ${OPEN} when { [User::"u", Grp::"g"].contains(principal) };`,
      'the entity type `Grp` is unknown',
    ],
    [
      'a type behind `is`',
      `@id("a") ${OPEN} when { resource is Tols };`,
      'the entity type `Tols` is unknown (did you mean `Tool`?)',
    ],
    [
      'a tool without its server',
      '@id("a") permit (principal, action, resource == Tool::"send");',
      'needs its server: `Tool::"server:name"`',
    ],
    [
      'a server with a colon',
      '@id("a") permit (principal, action, resource in Server::"a:b");',
      '`a:b` cannot be the name of a server',
    ],
    [
      'an action that the resource excludes',
      '@id("a") permit (principal, action == Action::"call", resource is Prompt);',
      'the action `call` is never done to a `Prompt`',
    ],
    [
      'an empty list of actions',
      '@id("a") permit (principal, action in [], resource);',
      'an empty list never matches',
    ],
    [
      'an unknown attribute',
      `@id("a") ${OPEN} when { resource has effect };`,
      'there is no attribute `effect` here (did you mean `effects`?)',
    ],
    [
      'an unknown member of the context',
      `@id("a") ${OPEN} when { context.arg.x == 1 };`,
      'there is no attribute `arg` here (did you mean `args`?)',
    ],
    [
      'an unknown member deeper down',
      `@id("a") ${OPEN} when { context has client.nam };`,
      'there is no attribute `nam` here (did you mean `name`?)',
    ],
    [
      'an attribute of the principal',
      `@id("a") ${OPEN} when { principal.name == "x" };`,
      'there is no attribute `name` here',
    ],
    [
      'an effect that is none',
      `@id("a") ${OPEN} when { resource.effects.contains("wirte") };`,
      '`wirte` is never a value here (did you mean `write`?)',
    ],
    [
      'effects that are none',
      `@id("a") ${OPEN} when { resource.effects == ["reed"] };`,
      '`reed` is never a value here (did you mean `read`?)',
    ],
    [
      'a risk that is none',
      `@id("a") ${OPEN} when { "hihg" == resource.risk };`,
      '`hihg` is never a value here (did you mean `high`?)',
    ],
    [
      'a constant that cannot be made',
      `@id("a") ${OPEN} when { ip("10.0.0.300") == ip("::1") };`,
      '`ip(…)` here can never be made',
    ],
  ])('%s', (_, text, message) => {
    expect(problemsOf(text)).toContain(message)
    expect(problemsOf(text)).toMatch(/^a\.cedar:\d+:\d+: /)
  })

  test('all problems at once, in the order of the files', () => {
    const first = `@idd("a") ${OPEN};\n@id("b") ${OPEN} when { true };`
    const lines = problemsOf(first, `@id("b") ${OPEN};`, OPEN).split('\n')
    expect(lines.map((line) => line.slice(0, 13))).toEqual([
      'a.cedar:1:1: ',
      'a.cedar:1:1: ',
      'c.cedar:1:37:',
      'b.cedar:1:1: ',
    ])
  })

  test('a policy in a comment is not taken for the policy', () => {
    const policy = `@id("a") ${OPEN} when { resource has x };`
    expect(problemsOf(`// ${policy}\n\n  ${policy}`)).toContain('a.cedar:3:')
  })
})

describe('the hash', () => {
  const one = `@id("a") ${OPEN} when { context.time > 1 };`
  const two = '@id("b") @reason("x") forbid (principal, action, resource is Tool);'

  test('does not hang on white space, comments, or which file comes first', () => {
    const { hash } = load(one, two)
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(load(two, one).hash).toBe(hash)
    expect(load(`// first\n${two}\n\n${one.replace('when', '\n  when')}`).hash).toBe(hash)
  })

  test.each([
    ['an id', one.replace('"a"', '"c"'), two],
    ['a reason', one, two.replace('"x"', '"y"')],
    ['an effect', one, two.replace('forbid', 'permit')],
    ['a condition', one.replace('> 1', '> 2'), two],
    ['a scope', one, two.replace('Tool', 'Prompt')],
    ['a policy less', one, ''],
  ])('changes with %s', (_, ...texts) => {
    expect(load(...texts).hash).not.toBe(load(one, two).hash)
  })
})

describe('deciding', () => {
  const point = decisionPoint(
    load(`
      @id("mail") @reason("inside") @remedy("write to example.com")
      permit (principal, action == Action::"call", resource == Tool::"mail:send")
      when { context.args.to like "*@example.com" };
      @id("quiet") @reason("not now") @remedy("wait")
      forbid (principal, action, resource in Server::"mail") when { context.args has urgent };
      @id("ada") permit (principal == User::"ada", action, resource) when { resource.name == "own" };
      @id("risky") forbid (principal, action, resource is Tool in Server::"odd") when { context.args.n > 1 };
    `),
  )
  const mail = (args: Record<string, string>) =>
    point.decide(request('call', 'mail', 'send', { effects: ['send'], arguments: args }))

  test('a permit names its policy and its reason', () => {
    expect(mail({ to: 'a@example.com' })).toEqual({
      effect: 'permit',
      determining: [{ policy: 'mail', reason: 'inside' }],
    })
  })

  test('a forbid beats a permit, with its remedy', () => {
    expect(mail({ to: 'a@example.com', urgent: 'yes' })).toEqual({
      effect: 'deny',
      determining: [{ policy: 'quiet', reason: 'not now', remedy: 'wait' }],
      errors: [],
    })
  })

  test('without a permit, the permit that other arguments would satisfy says how', () => {
    expect(mail({ to: 'a@evil.example' })).toEqual({
      effect: 'deny',
      determining: [
        {
          policy: 'no-permit',
          reason: 'no policy permits `mail:send` with these arguments; `mail` may with others',
          remedy: 'write to example.com',
        },
      ],
      errors: [],
    })
  })

  test('without any permit, the denial says what the tool does', () => {
    expect(point.decide(request('call', 'db', 'wipe', { effects: ['delete'] }))).toEqual({
      effect: 'deny',
      determining: [
        {
          policy: 'no-permit',
          reason: '`db:wipe` deletes data, and no policy permits it',
          remedy: 'use a tool that only reads, or ask the operator to permit this one',
        },
      ],
      errors: [],
    })
    expect(point.decide(request('read', 'db', 'db://x')).determining[0]).toMatchObject({
      reason: 'no policy permits `db:db://x`',
      remedy: 'ask the operator to permit this resource',
    })
  })

  test('a permit that errs denies', () => {
    expect(mail({})).toEqual({
      effect: 'deny',
      determining: [
        {
          policy: 'policy-error',
          reason:
            'policies could not be evaluated for this call: `mail` (the attribute `to` is absent)',
        },
      ],
      errors: ['mail'],
    })
  })

  test('a forbid that errs denies what a permit permits', () => {
    const own = (args: Record<string, string>) =>
      point.decide(request('call', 'odd', 'own', { arguments: args }))
    expect(own({ n: 'two' })).toMatchObject({ effect: 'deny', errors: ['risky'] })
    expect(own({})).toMatchObject({ effect: 'deny', errors: ['risky'] })
  })

  test('who asks counts', () => {
    expect(point.decide(request('get', 'x', 'own')).effect).toBe('permit')
    expect(point.decide(request('get', 'x', 'own', { user: 'bob' })).effect).toBe('deny')
  })

  test('a server whose name would make ids ambiguous is denied', () => {
    const odd = request('get', 'a:b', 'own')
    expect(point.decide(odd)).toMatchObject({ effect: 'deny', errors: ['request'] })
    expect(point.visible(odd)).toBe(false)
  })

  test('what a server names itself cannot break out of a reason', () => {
    const { determining } = point.decide(
      request('get', 'x', `a\n\`b\u{202e}\u{2028}${'c'.repeat(500)}`),
    )
    expect(determining[0]?.reason).toMatch(/^no policy permits `x:a��b��c{1,120}…`$/)
  })

  test('a tool is seen only while some arguments could be permitted', () => {
    expect(point.visible(request('call', 'mail', 'send'))).toBe(true)
    expect(point.visible(request('call', 'mail', 'other'))).toBe(false)
    expect(point.visible(request('call', 'x', 'own'))).toBe(true)
    expect(point.visible(request('call', 'x', 'own', { user: 'bob' }))).toBe(false)
  })
})

describe('what policies can see', () => {
  const sees = (condition: string, asked: Parameters<typeof request>): boolean =>
    decisionPoint(load(`@id("a") ${OPEN} when { ${condition} };`)).decide(request(...asked))
      .effect === 'permit'

  test.each([
    'principal == User::"ada" && principal is User',
    'action == Action::"read"',
    'resource == Resource::"files:HTTP://a/b" && resource in Server::"files"',
    'resource.server == "files" && resource.name == "HTTP://a/b"',
    'resource.uri == resource.name && resource.scheme == "http"',
    'resource.effects == ["read"] && resource.reversible && resource.risk == "low"',
    'resource.classified == "catalog"',
    'context.client.name == "host" && context.client.version == "1.0"',
    'context.time == 1790000000000',
    'context.subject.via == "operator" && context.subject.actors.isEmpty()',
    '!context.subject.acting && context.subject.actor == "" && context.subject.groups.isEmpty()',
    'context.authorization.client == "bailiwick-cli" && context.authorization.trust == "registered"',
    'context.authorization.scopes == ["execute"] && !context.authorization.bound',
    'context.args.n == 3 && context.args.amount.lessThan(decimal("2.51"))',
    'context.decimals.n.greaterThan(decimal("2.99")) && context.decimals.amount == decimal("2.5")',
    'context.args.tags.containsAll(["a", "b"]) && context.args.deep.er == true',
    'context.args has none && !(context.args has nothing)',
  ])('%s', (condition) => {
    const args = { n: 3, amount: 2.5, tags: ['b', 'a'], deep: { er: true }, none: null }
    expect(sees(condition, ['read', 'files', 'HTTP://a/b', { arguments: args }])).toBe(true)
  })

  test('a tool and a prompt have no URI', () => {
    expect(sees('resource has uri', ['call', 'a', 'b'])).toBe(false)
    expect(sees('resource has scheme', ['get', 'a', 'b'])).toBe(false)
    expect(sees('resource.scheme == ""', ['read', 'a', 'no scheme: here'])).toBe(true)
  })
})

test('policies about other things do not become candidates', () => {
  const others = Array.from(
    { length: 300 },
    (_, index) =>
      `@id("t${index}") forbid (principal, action, resource == Tool::"s:t${index}") when { context.args.x };
       @id("u${index}") forbid (principal == User::"u${index}", action, resource) when { context.args.x };`,
  )
  const point = decisionPoint(load(`@id("a") ${OPEN};`, others.join('\n')))
  // Each of them would err here, and so deny.
  expect(point.decide(request('call', 's', 't')).effect).toBe('permit')
  expect(point.decide(request('call', 's', 't7'))).toMatchObject({ errors: ['t7'] })
})
