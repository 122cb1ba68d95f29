import { describe, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { ConfigError } from './problem.ts'

const SERVER = 'servers: { crm: { transport: stdio, command: crm } }\n'

function parse(virtual: string) {
  return parseConfig(`${SERVER}virtual:\n${virtual}`, '/b.yaml', { env: {}, homedir: '/h' }).config
    .virtual
}

function problems(virtual: string): readonly string[] {
  try {
    parse(virtual)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(
      ({ position, path, message }) => `${position?.line}:${position?.column} ${path} ${message}`,
    )
  }
}

describe('virtual servers', () => {
  test('are read with the classes of their tools', () => {
    const text = `  support:
    instructions: Ask.
    tools:
      status:
        of: crm:run.sql-query
        description: One status.
        arguments: { id: { type: integer } }
        with: { sql: { text: "\${id}" } }
        effects: [read]
        risk: low
      lookup: { of: crm:lookup }
`
    expect(parse(text)).toEqual({
      support: {
        instructions: 'Ask.',
        tools: {
          status: {
            of: { server: 'crm', name: 'run.sql-query' },
            description: 'One status.',
            arguments: { id: { type: 'integer' } },
            with: { sql: { text: '$' + '{id}' } },
            classes: {
              effects: ['read'],
              reversible: false,
              risk: 'low',
              reads: [],
              trust: 'untrusted',
            },
          },
          lookup: { of: { server: 'crm', name: 'lookup' }, classes: undefined },
        },
      },
    })
  })

  test.each([
    ['  crm: { tools: {} }', '3:8 virtual.crm there is a server of this name'],
    [
      '  S: { tools: {} }',
      '3:3 virtual.S a server name is 1 to 63 of `a-z`, `0-9` and `-`, and does not begin with `-`',
    ],
    ['  s: {}', '3:3 virtual.s.tools missing; expected a map'],
    [
      '  s: { tools: { a b: { of: crm:x } } }',
      '3:17 virtual.s.tools."a b" a tool name is 1 to 128 of `A-Z`, `a-z`, `0-9`, `_`, `.` and `-`',
    ],
    ['  s: { tools: { t: {} } }', '3:17 virtual.s.tools.t.of missing; expected text'],
    [
      '  s: { tools: { t: { of: crm } } }',
      '3:26 virtual.s.tools.t.of expected a tool of a server, `server:tool`',
    ],
    [
      '  s: { tools: { t: { of: "crn:x" } } }',
      '3:26 virtual.s.tools.t.of no server `crn`; did you mean `crm`?',
    ],
    ['  s: { tools: { t: { of: "nowhere:x" } } }', '3:26 virtual.s.tools.t.of no server `nowhere`'],
    [
      '  s: { tools: { t: { of: "s:t" } } }',
      '3:26 virtual.s.tools.t.of `s` is virtual; name a tool of a real server',
    ],
    [
      '  s: { tools: { t: { of: "crm:x", risk: low } } }',
      '3:41 virtual.s.tools.t.risk say `effects` too',
    ],
    [
      '  s: { tools: { t: { of: "crm:x", wit: {} } } }',
      '3:35 virtual.s.tools.t.wit unknown key; did you mean `with`?',
    ],
  ])('%s is refused', (text, problem) => {
    expect(problems(text)).toEqual([problem])
  })

  test('have so many tools at most', () => {
    const tools = Array.from({ length: 2_001 }, (_, index) => `t${index}: { of: "crm:x" }`)
    expect(problems(`  s: { tools: { ${tools.join(', ')} } }`)).toEqual([
      '3:3 virtual expected at most 2000 tools',
    ])
  })
})
