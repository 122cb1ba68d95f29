import { expect, test } from 'vitest'
import { configFrom } from './config.ts'
import { ConfigError } from './problem.ts'

const PLACES = { env: {}, homedir: '/home/me' }
const CORP = { issuer: 'https://login.example/t', clientId: 'c', clientSecret: 'secret://env/CORP' }

function problemsOf(identity: object): readonly string[] {
  try {
    configFrom({ identity }, '/', PLACES)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    expect(error.message).not.toContain('hunter2')
    return error.problems.map(({ path }) => path)
  }
}

test('providers have one proof of who we are, which does not stand in the file', () => {
  const of = (more: object) => problemsOf({ providers: { corp: { ...CORP, ...more } } })
  expect(of({})).toEqual([])
  expect(of({ clientSecret: 'hunter2' })).toEqual(['identity.providers.corp.clientSecret'])
  expect(of({ clientKey: 'secret://file/key.pem' })).toEqual(['identity.providers.corp'])
  expect(of({ clientSecret: undefined })).toEqual(['identity.providers.corp'])
})

test.each([
  'http://login.example',
  'https://login.example/?x',
  'https://login.example/#x',
  'https://user@login.example',
  'login.example',
  'javascript:alert(1)',
])('%s is no issuer', (issuer) => {
  expect(problemsOf({ providers: { corp: { ...CORP, issuer } } })).toEqual([
    'identity.providers.corp.issuer',
  ])
})

test('an issuer on this machine may speak HTTP', () => {
  expect(
    problemsOf({ providers: { corp: { ...CORP, issuer: 'http://localhost:8080/r' } } }),
  ).toEqual([])
})

test.each(['none', 'HS256', 'RS1'])('%s is no algorithm for tokens', (algorithm) => {
  const jwksUri = 'https://login.example/keys'
  const issuer = { issuer: CORP.issuer, jwksUri, audiences: ['a'], algorithms: [algorithm] }
  expect(problemsOf({ issuers: { entra: issuer } })).toEqual([
    'identity.issuers.entra.algorithms.0',
  ])
})

test.each(['issuers', 'assertions', 'platforms'])(
  'documents of %s are fetched over HTTPS alone, so nothing else is taken',
  (kind) => {
    const one = {
      issuer: 'http://localhost:8080',
      jwksUri: 'http://127.0.0.1:8080/keys',
      ...(kind === 'issuers' ? { audiences: ['a'] } : {}),
      ...(kind === 'assertions' ? { provider: 'corp' } : {}),
    }
    expect(problemsOf({ [kind]: { one }, providers: { corp: CORP } })).toEqual([
      `identity.${kind}.one.issuer`,
      `identity.${kind}.one.jwksUri`,
    ])
  },
)

test('who is asserted is known by a login provider', () => {
  const okta = { issuer: CORP.issuer, provider: 'corp' }
  expect(problemsOf({ assertions: { okta } })).toEqual(['identity.assertions.okta.provider'])
  expect(problemsOf({ assertions: { okta }, providers: { corp: CORP } })).toEqual([])
})

test.each(['*', '*.example.com', 'https://example.com', 'Example.com', 'a..b', ''])(
  '%s is no host to trust',
  (host) => {
    expect(problemsOf({ clients: { hosts: [host] } })).toEqual(['identity.clients.hosts.0'])
  },
)
