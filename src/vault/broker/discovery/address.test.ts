import { describe, expect, test } from 'vitest'
import { GatewayError } from '../../../kernel/errors.ts'
import { checkAddress, rulesOf } from './address.ts'

const ELSEWHERE = rulesOf('https://mcp.example.com/mcp', undefined)

describe('of a server elsewhere', () => {
  test.each([
    'https://localhost:8443/token',
    'https://127.0.0.1/token',
    'https://[::1]:9/token',
    'https://a.localhost/token',
    'https://LOCALHOST./token',
    'http://localhost/token',
    'http://login.example.com/token',
    'javascript:alert(1)',
    'https://user@login.example.com/token',
    'https://login.example.com/token#part',
    'not an address',
    undefined,
  ])('%s is refused', (address) => {
    expect(() => checkAddress(address, ELSEWHERE, 'it')).toThrow(GatewayError)
  })

  test('an address of somebody else is taken', () => {
    const address = 'https://login.example.com/token'
    expect(checkAddress(address, ELSEWHERE, 'it')).toBe(address)
  })
})

test.each(['http://127.0.0.1:7/mcp', 'https://localhost:7/mcp'])(
  'where the operator named %s, others of this machine are taken, and no plain one elsewhere',
  (server) => {
    const rules = rulesOf(server, undefined)
    for (const address of ['http://localhost:9/token', 'https://127.0.0.1:9/token'])
      expect(checkAddress(address, rules, 'it')).toBe(address)
    expect(() => checkAddress('http://login.example.com/token', rules, 'it')).toThrow('https')
  },
)
