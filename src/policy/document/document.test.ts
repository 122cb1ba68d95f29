import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { type LoadOptions, loadPolicies, type PolicySet } from '../policy.ts'

const OPTIONS: LoadOptions = {
  places: { workspace: '/link', gone: '/gone', odd: 'relative' },
  realRoot: (folder) => (folder === '/gone' ? undefined : folder.replace('/link', '/srv')),
}
const OPEN = 'permit (principal, action, resource)'

function load(yaml: string, cedar = '', options = OPTIONS): PolicySet {
  const sources = [
    { file: 'p.cedar', text: cedar },
    { file: 'd.yaml', text: yaml },
  ]
  return loadPolicies(sources, options)
}

function problems(yaml: string, cedar = '', options = OPTIONS): readonly string[] {
  try {
    load(yaml, cedar, options)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'policy_unavailable') {
      return error.message.split('\n')
    }
    throw error
  }
  return ['loaded']
}

/** A permit that looks at guards, so that they are used. */
function looksAt(...names: readonly string[]): string {
  const condition = names.map((name) => `context.facts.guards["${name}"] == "pass"`).join(' && ')
  return `@id("p") ${OPEN} when { ${condition} };`
}

describe('a document is refused, with file, line and column', () => {
  const cases: readonly (readonly [yaml: string, message: string])[] = [
    ['guards: {', 'd.yaml:1:10: '],
    ['guards: {}\nguards: {}', 'd.yaml:2:1: a key stands twice in the same map'],
    ['guards: &a {}\nlimits: *a', 'd.yaml:2:9: aliases are not used here'],
    ['guards: !!map {}', 'd.yaml:1:15: tags are not used here'],
    ['? [a]\n: b', 'a key is text; put it into quotes'],
    ['a: 1\n---\nb: 2', 'a file is one YAML document'],
    ['['.repeat(50_000), 'd.yaml:1:'],
    [`# ${'x'.repeat(1_100_000)}`, 'd.yaml:1:1: has more than 1 MiB'],
    ['text', 'd.yaml:1:1: expected a map'],
    ['guard: {}', 'd.yaml:1:1: `guard`: unknown key (did you mean `guards`?)'],
    [
      'guards:\n  a: { path: { inside: [/] } }',
      'd.yaml:2:16: `guards.a.path.inside`: unknown key; known here: `within`, `deny`, `lexical`, `flags`',
    ],
    ['guards:\n  a: { path: {} }', 'd.yaml:2:8: `guards.a.path.within`: missing; expected a list'],
    [
      'guards: { a: { path: { within: [] } } }',
      '`guards.a.path.within`: expected at least 1 entry',
    ],
    ['guards: { a: {} }', 'd.yaml:1:11: `guards.a`: needs exactly one of `path`, `url`, `sql`'],
    ['guards: { a: { url: {}, sql: {} } }', '`guards.a`: needs exactly one of'],
    ['guards: { "a b": { url: {} } }', 'd.yaml:1:11: `guards.a b`: a name is 1 to 64 letters'],
    ['guards: { a: { sql: { dialect: postgres } } }', '(did you mean `postgresql`?)'],
    ['guards: { a: { url: { hosts: ["a.*.com"] } } }', 'expected a host such as'],
    ['guards: { a: { url: { hosts: ["https://a.com"] } } }', 'expected a host such as'],
    ['guards: { a: { recipients: {} } }', 'needs `domains` or `addresses`'],
    ['guards: { a: { shell: {} } }', 'needs `programs` or `argv`'],
    ['guards: { a: { shell: { argv: [["*", x]] } } }', 'not with a pattern'],
    ['guards: { a: { amount: { max: 100.00 } } }', 'expected a number in quotes'],
    ['guards: { a: { amount: { max: "1e9" } } }', 'expected a number in quotes'],
    ['guards: { a: { amount: { max: "1", currencies: [EURO] } } }', 'expected a currency'],
    ['guards: { a: { media: { types: [png] } } }', 'expected a media type'],
    ['guards: { a: { url: {}, arguments: ["/a/"] } }', 'expected a name or a JSON Pointer'],
    ['guards: { a: { sql: { tables: ["\\ud800"] } } }', 'is not Unicode'],
    ['limits: { a: { per: [] } }', 'd.yaml:1:11: `limits.a`: needs exactly one of `calls`'],
    ['limits: { a: { calls: 1, rows: 1, every: 1s, per: [] } }', 'needs exactly one of `calls`'],
    ['limits: { a: { calls: 1, per: [] } }', '`limits.a`: needs `every`'],
    ['limits: { a: { calls: 1, every: 1s } }', '`limits.a.per`: missing; expected a list'],
    ['limits: { a: { calls: 0, every: 1s, per: [] } }', '`limits.a.calls`: expected at least 1'],
    ['limits: { a: { calls: 1, every: 1 m, per: [] } }', 'expected a duration'],
    ['limits: { a: { calls: 1, every: 0s, per: [] } }', 'expected a duration'],
    ['limits: { a: { bytes: 1 MiB, every: 1s, per: [] } }', 'expected a size'],
    ['limits: { a: { concurrent: 1, every: 1s, per: [] } }', 'has no time to count in'],
    ['limits: { a: { concurrent: 1, kind: window, per: [] } }', 'has no time to count in'],
    ['limits: { a: { calls: 1, every: 1s, per: [user] } }', '`limits.a.per.0`: expected one of'],
    ['limits: { a: { calls: 1, every: 1s, per: [tool, tool] } }', 'a key stands twice'],
    ['limits: { a: { amount: "1", every: 1s, per: [] } }', 'an `amount` needs its `currency`'],
    ['limits: { a: { calls: 1, currency: EUR, every: 1s, per: [] } }', 'goes with `amount` only'],
    ['limits: { a: { amount: "1.5", currency: JPY, every: 1s, per: [] } }', 'more places than'],
    ['limits: { a: { amount: "0.00", currency: EUR, every: 1s, per: [] } }', 'not above zero'],
    ['limits: { a: { amount: "-1", currency: EUR, every: 1s, per: [] } }', 'not above zero'],
    ['limits: { a: { calls: 1, every: 1s, per: [], for: { tools: [t] } } }', '`server:tool`'],
    ['limits: { a: { calls: 1, every: 1s, per: [], for: { effects: [wirte] } } }', '`write`'],
    [
      'limits: { a: { calls: 1, every: 1s, per: [] } }',
      'the limit `a` never applies: it needs `for`',
    ],
  ]
  const named = cases.map(([yaml, message]) => [yaml.slice(0, 80), yaml, message] as const)

  test.each(named)('%s', (_, yaml, message) => {
    const found = problems(yaml)
    expect(found.join('\n')).toContain(message)
    expect(found[0]).toMatch(/^d\.yaml:\d+:\d+: /)
  })

  test('all problems of all files at once', () => {
    const yaml = 'guards:\n  a: { url: { prots: [1] } }\n  b: { sql: { limitMax: 0 } }'
    expect(problems(yaml, `${OPEN};\n${looksAt('a', 'c')}`)).toEqual([
      expect.stringContaining('d.yaml:2:15: '),
      expect.stringContaining('d.yaml:3:15: '),
      expect.stringContaining('p.cedar:1:1: a policy needs'),
      // `a` is known to exist, although something is wrong in it.
      expect.stringContaining('p.cedar:2:'),
    ])
  })
})

describe('folders', () => {
  const within = (folder: string) => problems(`guards: { a: { path: { within: ['${folder}'] } } }`)

  test.each([
    [`\${workspac}`, 'no folder has the name `workspac` (did you mean `workspace`?)'],
    [`\${toString}`, 'no folder has the name `toString`'],
    [`\${gone}`, 'the folder does not exist'],
    ['/gone', 'the folder does not exist'],
    [`\${odd}`, 'expected an absolute path'],
    ['src', 'expected an absolute path'],
    ['~/src', 'expected an absolute path'],
    ['/srv/../etc', '`.` and `..` do not stand in the path of a guard'],
    [`\${workspace}/..`, '`.` and `..` do not stand in the path of a guard'],
    [`/srv/\${workspace}`, 'the name of a folder stands only at the beginning'],
    [`\${workspace}x`, 'the name of a folder stands only at the beginning'],
  ])('%s is refused', (folder, message) => {
    expect(within(folder)).toEqual([
      expect.stringContaining(`d.yaml:1:33: \`guards.a.path.within.0\`: ${message}`),
    ])
  })

  test('without anybody who looks, none exists', () => {
    const yaml = 'guards: { a: { path: { within: [/srv] } } }'
    expect(problems(yaml, looksAt('a'), {})).toEqual([expect.stringContaining('does not exist')])
  })

  test('links are followed at load, and a denial holds for both ends of a named one', () => {
    const yaml = `guards: { a: { path: { within: ["\${workspace}/x"], deny: ["\${workspace}/y", "**/z"] } } }`
    expect(load(yaml, looksAt('a')).guards[0]?.rule).toEqual({
      within: [{ lexical: '/link/x', real: '/srv/x' }],
      deny: ['/link/y', '/srv/y', '**/z'],
      lexical: false,
    })
  })

  test.each(['.env', '*', '../x', `\${workspac}/x`])('the denial %s is refused', (glob) => {
    const yaml = `guards: { a: { path: { within: [/srv], deny: ['${glob}'] } } }`
    expect(problems(yaml)).toEqual([
      expect.stringMatching(/^d\.yaml:1:47: `guards\.a\.path\.deny\.0`/),
    ])
  })
})

describe('names', () => {
  const GUARDS = 'guards: { website: { url: {} }, other: { sql: {} } }'
  const LIMITS =
    'limits: { day: { calls: 1, every: 1d, per: [] }, all: { calls: 1, every: 1d, per: [], for: {} } }'

  test.each([
    'context.facts.guards["websit"] == "pass"',
    'context.facts.guards.websit == "pass"',
    'context.facts.guards has websit',
    'context.facts has guards.websit',
    'context has facts.guards.websit',
  ])('a guard that does not exist is refused in %s', (condition) => {
    expect(problems(GUARDS, `@id("p") ${OPEN} when { ${condition} };`)).toEqual([
      expect.stringMatching(
        /^p\.cedar:1:\d+: there is no guard `websit` \(did you mean `website`\?\)$/,
      ),
    ])
  })

  test('so is a word that a guard never comes to', () => {
    const cedar = `@id("p") ${OPEN} when { context.facts.guards["website"] == "passed" };`
    expect(problems(GUARDS, cedar).join()).toContain('`passed` is never a value here')
  })

  test('a guard that no policy looks at is a warning', () => {
    expect(load(GUARDS, looksAt('website')).warnings).toEqual([
      { file: 'd.yaml', line: 1, column: 33, message: 'no policy looks at the guard `other`' },
    ])
    expect(load(GUARDS, looksAt('website', 'other')).warnings).toEqual([])
  })

  test('limits that do not exist, or of which nothing is known beforehand, are refused', () => {
    const cedar = `@id("p") @limit("day") ${OPEN}`
    expect(problems(LIMITS, `${cedar};`)).toEqual(['loaded'])
    expect(problems(LIMITS, `${cedar} when { context.rate["all"].left > 1 };`)).toEqual(['loaded'])
    expect(problems(LIMITS, `${cedar} when { context.rate has alll };`).join()).toContain(
      'there is no limit `alll` (did you mean `all`?)',
    )
    expect(problems(LIMITS, `${cedar} when { context.rate.day.left > 1 };`).join()).toContain(
      'what is left of the limit `day` is not known beforehand: it has no `for`',
    )
    expect(problems(LIMITS, `@id("p") @limit("day month") ${OPEN};`)).toEqual([
      'p.cedar:1:22: there is no limit `month`',
    ])
    expect(problems(LIMITS, `${cedar} when { context.rate["all"].rest > 1 };`).join()).toContain(
      'there is no attribute `rest` here',
    )
  })

  test('a name stands once in all files', () => {
    const sources = ['a', 'b'].map((name) => ({
      file: `${name}.yaml`,
      text: `${GUARDS}\n${LIMITS}`,
    }))
    expect(() => loadPolicies(sources)).toThrow(
      'b.yaml:1:11: the guard `website` is already defined at a.yaml:1',
    )
    expect(() => loadPolicies(sources)).toThrow(
      'b.yaml:2:11: the limit `day` is already defined at a.yaml:2',
    )
  })
})

test('limits become what counters work with', () => {
  const yaml = `
limits:
  calls: { calls: 100, every: 1m, per: [subject, server], for: {} }
  mail: { calls: 20, every: 1d, kind: window, per: [subject], for: { effects: [send] } }
  data: { bytes: 10MiB, every: 1h, per: [], for: { servers: [crm] } }
  parallel: { concurrent: 4, per: [subject], for: {} }
  rows: { rows: 5, every: 500ms, per: [client] }
  pay: { amount: "500.5", currency: EUR, every: 1d, per: [agent], for: { tools: ["bank:transfer"] } }
  yen: { amount: "500", currency: JPY, every: 1d, per: [tool], for: {} }
`
  expect(load(yaml, `@id("p") @limit("rows") ${OPEN};`).limits).toEqual([
    {
      name: 'calls',
      unit: 'calls',
      most: 100,
      every: 60_000,
      kind: 'bucket',
      per: ['subject', 'server'],
      applies: {},
    },
    {
      name: 'data',
      unit: 'bytes',
      most: 10_485_760,
      every: 3_600_000,
      kind: 'bucket',
      per: [],
      applies: { servers: ['crm'] },
    },
    {
      name: 'mail',
      unit: 'calls',
      most: 20,
      every: 86_400_000,
      kind: 'window',
      per: ['subject'],
      applies: { effects: ['send'] },
    },
    { name: 'parallel', unit: 'concurrent', most: 4, per: ['subject'], applies: {} },
    {
      name: 'pay',
      unit: 'amount',
      most: 50_050,
      every: 86_400_000,
      kind: 'bucket',
      per: ['agent'],
      currency: 'EUR',
      applies: { tools: ['bank:transfer'] },
    },
    { name: 'rows', unit: 'rows', most: 5, every: 500, kind: 'bucket', per: ['client'] },
    {
      name: 'yen',
      unit: 'amount',
      most: 500,
      every: 86_400_000,
      kind: 'bucket',
      per: ['tool'],
      currency: 'JPY',
      applies: {},
    },
  ])
})

describe('the hash', () => {
  const yaml = `guards: { a: { path: { within: ["\${workspace}"] } } }\nlimits: { l: { calls: 1, every: 1s, per: [], for: {} } }`
  const { hash } = load(yaml, looksAt('a'))

  test('does not hang on how a document is written, or in which file', () => {
    const [guards = '', limits = ''] = yaml.split('\n')
    const files = [`# first\n${limits}`, guards.replace(`"\${workspace}"`, "\n '/link'")]
    const documents = files.map((text, index) => ({ file: `${index}.yml`, text }))
    const sources = [...documents, { file: 'p.cedar', text: looksAt('a') }]
    expect(loadPolicies(sources, OPTIONS).hash).toBe(hash)
  })

  test.each([
    ['a guard', yaml.replace('within', 'lexical: true, within'), OPTIONS],
    ['a limit', yaml.replace('1s', '2s'), OPTIONS],
    ['a limit less', yaml.split('\n')[0] ?? '', OPTIONS],
    ['where a folder leads', yaml, { ...OPTIONS, realRoot: () => '/other' }],
  ])('changes with %s', (_, changed, options) => {
    expect(load(changed, looksAt('a'), options).hash).not.toBe(hash)
  })
})
