import { expect, test } from 'vitest'
import { GatewayError } from '../../kernel/errors.ts'
import { checkSettings, type ProviderSettings, safeAddress } from './settings.ts'

const GOOD: ProviderSettings = {
  id: 'acme',
  name: 'Acme',
  issuer: 'https://login.acme.example/tenant/v2.0',
  clientId: 'bailiwick',
  authentication: { kind: 'client_secret', secret: () => 'secret' },
  createUsers: true,
}

test('settings that can work are taken', () => {
  const tried = { ...GOOD, id: 'here', issuer: 'http://127.0.0.1:8080/realms/x' }
  expect(() => checkSettings([GOOD, tried])).not.toThrow()
})

const BAD: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ id: 'a|b' }, 'its id needs'],
  [{ id: 'Acme' }, 'its id needs'],
  [{ id: '-a' }, 'its id needs'],
  [{ issuer: 'http://login.acme.example' }, 'its issuer needs'],
  [{ issuer: 'http://localhost.evil.example' }, 'its issuer needs'],
  [{ issuer: 'https://login.acme.example?tenant=1' }, 'its issuer needs'],
  [{ issuer: 'https://login.acme.example/?' }, 'its issuer needs'],
  [{ issuer: 'https://user@login.acme.example' }, 'its issuer needs'],
  [{ issuer: 'https://a.example/.well-known/openid-configuration' }, 'its issuer needs'],
  [{ issuer: 'login.acme.example' }, 'its issuer needs'],
  [{ clientId: '' }, 'its client id'],
  [{ scopes: ['profile'] }, 'its scopes lack'],
  [{ algorithms: [] }, 'it allows no signature'],
  [{ algorithms: ['RS256', 'none'] }, 'not safe'],
  [{ algorithms: ['HS256'] }, 'not safe'],
  [{ groups: { claim: [], map: {} } }, 'its groups claim is empty'],
  [{ groups: { claim: ['groups'], map: { a: 'Not A Group' } } }, 'no group of ours'],
  [{ prompt: 'none' }, 'its prompt'],
  [{ maxAge: -1 }, 'its `maxAge`'],
  [{ maxAge: 1.5 }, 'its `maxAge`'],
  [{ require: { claims: { tid: [] } } }, 'names no value'],
  [{ require: { amr: [] } }, 'names no value'],
]

test.each(BAD)('settings with %j are refused', (change, why) => {
  const settings = { ...GOOD, ...change } as ProviderSettings
  expect(() => checkSettings([settings])).toThrow(GatewayError)
  expect(() => checkSettings([settings])).toThrow(why)
})

test('two providers of one id are refused', () => {
  expect(() => checkSettings([GOOD, GOOD])).toThrow('there are two of this id')
})

test.each([
  ['https://a.example/x', true],
  ['http://a.example/x', false],
  ['http://127.0.0.1/x', false],
  ['javascript:alert(1)', false],
  ['//a.example', false],
  [undefined, false],
])('an address is safe: %s, %s', (address, safe) => {
  expect(safeAddress(address, false) !== undefined).toBe(safe)
})
