import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { ConfigError } from './problem.ts'

const parse = (sources: string) =>
  parseConfig(`vault: { sources: ${sources} }`, '/etc/b/bailiwick.yaml', {
    env: {},
    homedir: '/home/me',
  }).config.vault.sources

test('who keeps secrets is told where it is, how it knows us, and for which servers', () => {
  const sources = parse(`
  { env: { servers: [github] },
    hashicorp: { address: 'https://vault.example.com:8200', login: { kind: token, token: 'secret://env/VAULT_TOKEN' } },
    onepassword: { address: 'http://127.0.0.1:8080', token: 'secret://file/token', servers: [] } }`)
  expect(sources.env).toEqual({ servers: ['github'] })
  expect(sources.hashicorp?.login).toMatchObject({ kind: 'token', token: { name: 'VAULT_TOKEN' } })
  expect(sources.onepassword?.servers).toEqual([])
})

test.each([
  ['in clear', `{ address: 'https://c.example', token: s3cr3t-in-clear }`],
  ['of another keeper', `{ address: 'https://c.example', token: 'secret://aws/x' }`],
  ['of the vault itself', `{ address: 'https://c.example', token: 'secret://vault/x' }`],
  ['over plain HTTP', `{ address: 'http://c.example', token: 'secret://env/X' }`],
  ['for no server', `{ address: 'https://c.example', token: 'secret://env/X', servers: ['*'] }`],
])('a credential %s is refused, without being shown', (_, settings) => {
  let error: unknown
  try {
    parse(`{ onepassword: ${settings} }`)
  } catch (cause) {
    error = cause
  }
  expect(error).toBeInstanceOf(ConfigError)
  expect(String(error)).toContain('vault.sources.onepassword')
  expect(String(error)).not.toContain('s3cr3t')
})
