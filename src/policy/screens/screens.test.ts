import { describe, expect, test } from 'vitest'
import type { AccessRequest, Action } from '../../kernel/access.ts'
import type { ContentCategory, ContentFact } from '../../kernel/content.ts'
import { screened } from '../../kernel/screening.ts'
import { request } from '../../kernel/testing/requests.ts'
import { decisionPoint, loadPolicies, type PolicySource } from '../policy.ts'
import { facts } from '../testing/facts.ts'

const OPEN = '@id("open") permit (principal, action, resource);'

function pointOf(yaml: string, cedar = OPEN, mode?: 'observe') {
  const document: PolicySource = { file: 'd.yaml', text: yaml, ...(mode ? { mode } : {}) }
  return decisionPoint(loadPolicies([{ file: 'p.cedar', text: cedar }, document]))
}

function found(category: ContentCategory, type = 'some-type'): ContentFact {
  return { category, type, at: '/body', certainty: 'likely' }
}

function call(...content: readonly ContentFact[]): AccessRequest {
  return request('call', 'mail', 'send', { effects: ['send'], facts: facts({ content }) })
}

function approved(one: AccessRequest): AccessRequest {
  return { ...one, approval: { id: 'x', kind: 'once', digest: 'd' as never, by: ['ada'] } }
}

describe('arguments', () => {
  test('that hold what is blocked are denied, in words without values', () => {
    const point = pointOf('screens: { keys: { secret: block } }')
    expect(point.decide(call(found('secret', 'jwt')))).toEqual({
      effect: 'deny',
      determining: [
        {
          policy: 'screen:keys',
          reason: 'the arguments hold a secret (`jwt`)',
          remedy: 'leave the secret out, and let the server use credentials of its own',
        },
      ],
      errors: [],
    })
    expect(point.decide(call(found('personal'))).effect).toBe('permit')
    expect(point.decide(call()).effect).toBe('permit')
    // Records from before there was such a thing.
    const { content: _, ...old } = facts({})
    expect(point.decide({ ...call(), facts: old }).effect).toBe('permit')
  })

  test.each(['allow', 'mark', 'redact'])('of which the action is %s pass', (action) => {
    const point = pointOf(`screens: { keys: { secret: ${action} } }`)
    expect(point.decide(call(found('secret'))).effect).toBe('permit')
  })

  test('that hold what is withheld wait for whom the screen names', () => {
    const point = pointOf('screens: { keys: { secret: withhold, approvers: [self] } }')
    const answer = point.decide(call(found('secret')))
    expect(answer).toMatchObject({ effect: 'deny', lift: { approvers: ['self'], quorum: 1 } })
    expect(point.decide(approved(call(found('secret')))).effect).toBe('permit')
  })

  test('that hold what nobody may release are denied for good', () => {
    const point = pointOf('screens: { keys: { secret: withhold } }')
    expect(point.decide(call(found('secret')))).not.toHaveProperty('lift')
    expect(point.decide(approved(call(found('secret')))).effect).toBe('deny')
  })

  test('cannot be lifted where nothing would permit the call then', () => {
    const point = pointOf('screens: { keys: { secret: withhold, approvers: [self] } }', '')
    const answer = point.decide(call(found('secret')))
    expect(answer).toMatchObject({ effect: 'deny', determining: [{ policy: 'screen:keys' }] })
    expect(answer).not.toHaveProperty('lift')
  })

  test('that cannot be read are not lifted either', () => {
    const point = pointOf('screens: { keys: { secret: withhold, approvers: [self] } }')
    const unparsable = [{ at: '/a', kind: 'sql', why: 'odd' }] as const
    const odd = { ...call(), facts: facts({ content: [found('secret')], unparsable }) }
    expect(point.decide(odd)).not.toHaveProperty('lift')
  })

  test('are lifted together with what policies forbid, as strictly as any says', () => {
    const forbid = `${OPEN} @id("f") @liftedBy("approval") @approvers("self group:owners") @pattern("1h")
      forbid (principal, action, resource) unless { context.approval.granted };`
    const screen = (more: string) => `screens: { keys: { secret: withhold, ${more} } }`
    const both = pointOf(screen('approvers: [self], assurance: passkey'), forbid)
    const answer = both.decide(call(found('secret')))
    expect(answer.determining.map(({ policy }) => policy)).toEqual(['f', 'screen:keys'])
    expect(answer).toMatchObject({
      lift: { approvers: ['self'], assurance: 'passkey', pattern: 0 },
    })
    const others = pointOf(screen('approvers: ["user:bob"]'), forbid)
    expect(others.decide(call(found('secret')))).not.toHaveProperty('lift')
    expect(others.decide(call())).toMatchObject({ lift: { pattern: 3_600_000 } })
    const closed = pointOf(
      screen('approvers: [self]'),
      `${OPEN} @id("f") forbid (principal, action, resource);`,
    )
    expect(closed.decide(call(found('secret')))).not.toHaveProperty('lift')
    expect(closed.decide(approved(call(found('secret')))).effect).toBe('deny')
  })

  test('name every screen that stops them', () => {
    const point = pointOf(`screens:
  b: { secret: block, personal: withhold, approvers: [self] }
  a: { secret: block }
  c: { secret: mark }`)
    const answer = point.decide(call(found('secret', 'jwt'), found('personal', 'iban')))
    expect(answer.determining).toMatchObject([
      { policy: 'screen:a', reason: 'the arguments hold a secret (`jwt`)' },
      {
        policy: 'screen:b',
        reason: 'the arguments hold a secret (`jwt`) and personal data (`iban`)',
      },
    ])
    expect(answer).not.toHaveProperty('lift')
  })

  test('with a type in hostile words break no message', () => {
    const point = pointOf('screens: { keys: { secret: block } }')
    const [{ reason } = { reason: '' }] = point.decide(
      call(found('secret', 'a`\n\u202e')),
    ).determining
    expect(reason).toBe('the arguments hold a secret (`a\ufffd\ufffd\ufffd`)')
  })

  test('a policy that cannot be evaluated denies beside a screen, and nobody lifts it', () => {
    const point = pointOf(
      'screens: { keys: { secret: withhold, approvers: [self] } }',
      `${OPEN} @id("odd") permit (principal, action, resource) when { context.args.x == 1 };`,
    )
    const answer = point.decide(call(found('secret')))
    expect(answer.determining.map(({ policy }) => policy)).toEqual(['screen:keys', 'policy-error'])
    expect(answer).not.toHaveProperty('lift')
  })

  test('decide nothing of what is listed', () => {
    const point = pointOf('screens: { keys: { secret: block, canary: block } }')
    expect(point.visible(call(found('secret')))).toBe(true)
  })
})

describe('observing', () => {
  const SCREENS = `screens:
  keys: { secret: block, injection: { action: redact, alert: true, stop: true }, marking: text }
  decoys: { canary: { action: block, alert: true, stop: true } }`
  test('stops nothing but canaries, and says what it would have stopped', () => {
    const point = pointOf(SCREENS, OPEN, 'observe')
    expect(point.decide(call(found('secret')))).toMatchObject({
      effect: 'permit',
      observed: { effect: 'deny', determining: [{ policy: 'screen:keys' }] },
    })
    expect(point.decide(call(found('personal')))).not.toHaveProperty('observed')
    expect(point.decide(call(found('canary'), found('secret')))).toMatchObject({
      effect: 'deny',
      determining: [{ policy: 'screen:decoys' }],
    })
  })

  test('changes no result, and still alerts', () => {
    const plan = pointOf(SCREENS, OPEN, 'observe').screens(call(), 'inbound')
    expect(plan.marking).toBe('none')
    expect(screened(plan, [found('injection')])).toMatchObject({
      ...{ action: 'allow', alert: true, stop: false },
    })
    expect(screened(plan, [found('canary')])).toMatchObject({ action: 'block', stop: true })
  })

  test('one screen alone can observe, and replaces nothing then', () => {
    const point = pointOf(`screens:
  old: { secret: block }
  new: { mode: observe, personal: block, replaces: [old] }`)
    expect(point.decide(call(found('secret'))).effect).toBe('deny')
    expect(point.decide(call(found('personal'))).effect).toBe('permit')
  })
})

describe('a screen is about', () => {
  const asks = (scope: string, one: AccessRequest) =>
    pointOf(`screens: { a: { secret: block, ${scope} } }`).screens(one, 'inbound').rules.length > 0
  const other = (action: Action) => request(action, 'mail', 'send', { effects: ['send'] })
  test.each([
    ['direction: inbound', true],
    ['direction: outbound', false],
    ['for: {}', true],
    ['for: { servers: [x, mail] }', true],
    ['for: { servers: [x] }', false],
    ['for: { tools: ["x:y", "mail:send"] }', true],
    ['for: { tools: ["mail:sen"] }', false],
    ['for: { servers: [x], tools: ["mail:send"] }', false],
    ['for: { effects: [send] }', true],
    ['for: { effects: [read] }', false],
    ['for: { effectsOnly: [send, read] }', true],
    ['for: { effectsOnly: [read] }', false],
    ['for: { trust: [untrusted] }', true],
    ['for: { trust: [trusted] }', false],
    ['for: { actions: [call] }', true],
    ['for: { actions: [read, get, complete] }', false],
    ['except: { servers: [mail] }', false],
    ['except: { servers: [mail], effects: [read] }', true],
    ['except: {}', false],
    ['for: { servers: [mail] }, except: { tools: ["mail:send"] }', false],
  ])('%s: %s', (scope, about) => {
    expect(asks(scope, call())).toBe(about)
  })

  test('a tool is no resource or prompt of that name; its server is that of both', () => {
    expect(asks('for: { tools: ["mail:send"] }', other('get'))).toBe(false)
    expect(asks('for: { servers: [mail] }', other('read'))).toBe(true)
  })

  test('what does nothing that anybody knows of does not only read', () => {
    const unclassed = request('call', 'mail', 'thing', { effects: [] })
    expect(asks('for: { effectsOnly: [read] }', unclassed)).toBe(false)
  })

  test('a virtual tool with what it narrows; an exception for its new name alone opens nothing', () => {
    const of = { server: 'mail', name: 'send' }
    const one = call()
    const virtual = { ...one, target: { ...one.target, server: 'v', name: 'post', of } }
    expect(asks('for: { tools: ["mail:send"] }', virtual)).toBe(true)
    expect(asks('for: { servers: [v] }', virtual)).toBe(true)
    expect(asks('except: { servers: [v] }', virtual)).toBe(true)
    expect(asks('except: { servers: [v, mail] }', virtual)).toBe(false)
    const point = pointOf('screens: { a: { secret: block, for: { servers: [v, mail] } } }')
    expect(point.screens(virtual, 'inbound').rules).toHaveLength(1)
  })
})

describe('several screens', () => {
  test('all hold, and the strongest marking', () => {
    const point = pointOf(`screens:
  a: { secret: redact, marking: text }
  b: { secret: mark, marking: meta }
  c: { secret: block, for: { servers: [elsewhere] } }`)
    const plan = point.screens(call(), 'inbound')
    expect(plan.rules.map(({ screen, action }) => [screen, action])).toEqual([
      ['a', 'redact'],
      ['b', 'mark'],
    ])
    expect(plan.marking).toBe('text')
    expect(point.screens(call(), 'outbound').marking).toBe('none')
    expect(screened(plan, [found('secret')]).action).toBe('redact')
  })

  test('one stands in the place of another', () => {
    const point = pointOf(`screens:
  base: { secret: redact, injection: block }
  mine: { replaces: [base], injection: block, except: { servers: [mail] } }`)
    expect(point.screens(call(), 'inbound').rules).toEqual([])
    const elsewhere = request('call', 'web', 'get')
    expect(point.screens(elsewhere, 'inbound').rules).toMatchObject([{ screen: 'mine' }])
  })

  test('what is about other tools is not looked at', () => {
    const screens = Array.from(
      { length: 500 },
      (_, n) => `  s${n}: { secret: mark, for: { servers: [x${n}] } }`,
    )
    const set = loadPolicies([{ file: 'd.yaml', text: `screens:\n${screens.join('\n')}` }])
    let looked = 0
    const watched = set.screens.map((screen) => ({
      ...screen,
      get direction() {
        looked += 1
        return screen.direction
      },
    }))
    const point = decisionPoint({ ...set, screens: watched })
    expect(point.screens(request('call', 'x7', 't'), 'inbound').rules).toHaveLength(1)
    expect(looked).toBe(1)
  })
})
