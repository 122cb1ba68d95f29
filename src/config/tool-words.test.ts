import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { ConfigError } from './problem.ts'

function toolOf(said: string) {
  const text = `servers: { crm: { transport: stdio, command: crm, tools: { add: { effects: [write], ${said} } } } }`
  const { config } = parseConfig(text, '/b.yaml', { env: {}, homedir: '/h' })
  return config.servers['crm']?.tools['add']
}

function problem(said: string): string {
  try {
    toolOf(said)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((one) => one.message).join()
    throw error
  }
  return ''
}

test('an argument has a kind, a role or both', () => {
  const said =
    'arguments: { a: { kind: text }, /b/*: { role: destination }, c: { kind: url, role: selector } }'
  expect(toolOf(said)?.arguments).toEqual({
    a: { kind: 'text' },
    '/b/*': { role: 'destination' },
    c: { kind: 'url', role: 'selector' },
  })
  expect(problem('arguments: { a: {} }')).toBe('say its `kind` or its `role`')
  expect(problem('arguments: { a: { role: target } }')).toContain('selector')
})

test('what a tool returns is written by somebody, field by field', () => {
  expect(toolOf('trust: members')).toMatchObject({ trust: 'members', returns: { fields: {} } })
  const said = 'returns: { fields: { login: trusted, /author/bio: untrusted } }'
  expect(toolOf(said)).toMatchObject({
    trust: 'untrusted',
    returns: { fields: { login: 'trusted', '/author/bio': 'untrusted' } },
  })
  expect(problem('trust: friends')).toContain('members')
  expect(problem('returns: { fields: { login: friends } }')).toContain('members')
})
