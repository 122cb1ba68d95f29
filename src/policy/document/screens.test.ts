import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { type LoadOptions, loadPolicies, type PolicySet } from '../policy.ts'

const TYPES: LoadOptions = { types: { secret: ['aws-access-token', 'private-key'] } }

function load(yaml: string, options: LoadOptions = {}): PolicySet {
  return loadPolicies([{ file: 'd.yaml', text: yaml }], options)
}

function problems(yaml: string, options?: LoadOptions): readonly string[] {
  try {
    load(yaml, options)
  } catch (error) {
    if (error instanceof GatewayError) return error.message.split('\n')
    throw error
  }
  return ['loaded']
}

const FULL = `screens:
  results-of-others:
    direction: inbound
    for: { servers: [web], tools: ["web:fetch"], effects: [read], trust: [untrusted], actions: [call] }
    except: { effectsOnly: [read] }
    secret: redact
    personal:
      - { action: mark, types: [payment-card, iban], certainty: hint }
      - { action: block, types: [passport], alert: true }
    injection: { action: withhold, certainty: proved, stop: true }
    approvers: [self, "group:owners"]
    quorum: 2
    assurance: passkey
    maxAge: 5m
    marking: text
`

test('a screen says all that it can say', () => {
  const [screen] = load(FULL).screens
  const rule = { screen: 'results-of-others', certainty: 'likely', alert: false, stop: false }
  expect(screen).toEqual({
    name: 'results-of-others',
    direction: 'inbound',
    mode: 'enforce',
    applies: {
      ...{ servers: ['web'], tools: ['web:fetch'], effects: ['read'] },
      ...{ trust: ['untrusted'], actions: ['call'] },
    },
    except: { effectsOnly: ['read'] },
    replaces: [],
    rules: [
      { ...rule, category: 'secret', action: 'redact' },
      {
        ...rule,
        ...{ category: 'personal', action: 'mark', certainty: 'hint' },
        types: ['iban', 'payment-card'],
      },
      { ...rule, category: 'personal', action: 'block', types: ['passport'], alert: true },
      {
        ...rule,
        ...{ category: 'injection', action: 'withhold', certainty: 'proved', stop: true },
        lift: {
          by: 'approval',
          approvers: ['group:owners', 'self'],
          ...{ quorum: 2, each: false, assurance: 'passkey', pattern: 0, maxAge: 300_000 },
        },
      },
    ],
    marking: 'text',
    file: 'd.yaml',
    line: 2,
  })
})

describe('a screen is refused, with file, line and column', () => {
  const cases: readonly (readonly [yaml: string, message: string])[] = [
    ['screen: {}', 'd.yaml:1:1: `screen`: unknown key (did you mean `screens`?)'],
    ['screens:\n  "a b": { secret: block }', 'd.yaml:2:3: `screens.a b`: a name is 1 to 64'],
    ['screens:\n  a: {}', 'd.yaml:2:3: `screens.a`: says nothing: needs one of `secret`'],
    ['screens: { a: { for: {} } }', '`screens.a`: says nothing'],
    [
      'screens:\n  a:\n    secrets: block',
      'd.yaml:3:5: `screens.a.secrets`: unknown key (did you mean `secret`?)',
    ],
    [
      'screens:\n  a:\n    secret: blok',
      'd.yaml:3:5: `screens.a.secret`: expected one of `allow`, `mark`, `redact`, `withhold`, `block`',
    ],
    ['screens: { a: { secret: 1 } }', '`screens.a.secret`: expected one of `allow`'],
    [
      'screens:\n  a:\n    secret: { action: block, allert: true }',
      'd.yaml:3:30: `screens.a.secret.allert`: unknown key (did you mean `alert`?)',
    ],
    ['screens: { a: { secret: {} } }', '`screens.a.secret.action`: expected one of `allow`'],
    ['screens: { a: { secret: [] } }', '`screens.a.secret`: expected at least 1 entry'],
    [
      'screens:\n  a:\n    secret:\n      - { action: block }\n      - { action: mark, certainty: sure }',
      'd.yaml:5:25: `screens.a.secret.1.certainty`: expected one of `hint`, `likely`, `proved`',
    ],
    ['screens: { a: { secret: { action: block, types: [] } } }', '`screens.a.secret.types`:'],
    [
      'screens: { a: { secret: { action: block, types: ["A B"] } } }',
      '`screens.a.secret.types.0`: expected a type such as `iban`',
    ],
    ['screens: { a: { secret: block, direction: in } }', '`screens.a.direction`: expected one of'],
    ['screens: { a: { secret: block, for: { tool: [x] } } }', '`screens.a.for.tool`: unknown key'],
    [
      'screens: { a: { secret: block, for: { tools: [x] } } }',
      '`screens.a.for.tools.0`: expected `server:tool`',
    ],
    [
      'screens: { a: { secret: block, for: { actions: [reed] } } }',
      '`screens.a.for.actions.0`: expected one of `call`, `read`, `get`, `complete` (did you mean `read`?)',
    ],
    ['screens: { a: { marking: text, direction: outbound } }', 'only what servers send is marked'],
    ['screens: { a: { secret: block, approvers: [self] } }', 'goes with `withhold` only'],
    ['screens: { a: { secret: withhold, quorum: 2 } }', 'needs `approvers` beside it'],
    [
      'screens: { a: { secret: withhold, approvers: [ada] } }',
      '`screens.a.approvers`: expected `group:name`, `user:id` or `self`',
    ],
    ['screens: { a: { secret: withhold, approvers: [self, self] } }', 'a name stands twice'],
    [
      'screens: { a: { secret: withhold, approvers: [self], quorum: 2 } }',
      '`screens.a.quorum`: `quorum: 2` needs more people than `approvers` names',
    ],
    [
      'screens: { a: { secret: withhold, approvers: ["group:a"], assurance: client } }',
      '`screens.a.assurance`: `assurance: client` needs `self` among `approvers`',
    ],
    ['screens: { a: { secret: block, replaces: [a] } }', 'a screen does not replace itself'],
    ['screens: { a: { secret: block, mode: off } }', '`screens.a.mode`: expected one of'],
  ]
  test.each(cases)('%s', (yaml, message) => {
    const found = problems(yaml)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(message)
  })

  test('a type that nothing is ever found of, where the types are known', () => {
    const yaml = 'screens:\n  a:\n    secret: { action: block, types: [private-kee] }\n'
    expect(problems(yaml)).toEqual(['loaded'])
    expect(problems(yaml, TYPES)).toEqual([
      'd.yaml:3:38: `screens.a.secret.types.0`: nothing of the type `private-kee` is ever found (did you mean `private-key`?)',
    ])
    expect(problems(yaml.replace('-kee', '-key'), TYPES)).toEqual(['loaded'])
    // Whose types nobody told may be any.
    expect(problems(yaml.replace('secret', 'personal'), TYPES)).toEqual(['loaded'])
  })

  test('two of the same name', () => {
    const text = 'screens: { a: { secret: block } }'
    const twice = () =>
      loadPolicies([
        { file: 'a.yaml', text },
        { file: 'b.yaml', text },
      ])
    expect(twice).toThrow('the screen `a` is already defined at a.yaml:1')
  })
})

describe('the hash', () => {
  const BASE = 'screens:\n  a: { secret: redact, approvers: [self], injection: withhold }\n'
  test.each([
    ['another action', BASE.replace('redact', 'block')],
    ['another approver', BASE.replace('self', 'user:ada')],
    ['another place', BASE.replace('secret:', 'for: { servers: [x] }, secret:')],
    ['an exception', BASE.replace('secret:', 'except: { servers: [x] }, secret:')],
    ['observing', BASE.replace('secret:', 'mode: observe, secret:')],
    ['marking', BASE.replace('secret:', 'marking: meta, secret:')],
    ['replacing', BASE.replace('secret:', 'replaces: [b], secret:')],
    ['nothing', ''],
  ])('is another with %s', (_, yaml) => {
    expect(load(yaml).hash).not.toBe(load(BASE).hash)
  })

  test('is the same whatever stands around it, and in which file', () => {
    const other = `# words\n\n${BASE.replace('redact', '{ action: redact, certainty: likely }')}`
    expect(loadPolicies([{ file: 'other.yaml', text: other }]).hash).toBe(load(BASE).hash)
  })

  test('is that of observing where the file only observes', () => {
    const observed = loadPolicies([{ file: 'd.yaml', text: BASE, mode: 'observe' }])
    expect(observed.hash).toBe(load(BASE.replace('secret:', 'mode: observe, secret:')).hash)
  })
})

test('a screen that replaces none is a warning', () => {
  expect(load('screens:\n  a: { secret: block, replaces: [elsewhere] }').warnings).toEqual([
    {
      ...{ file: 'd.yaml', line: 2, column: 1 },
      message: 'there is no screen `elsewhere` to be replaced',
    },
  ])
})
