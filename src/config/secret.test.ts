import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SECRET_PROVIDERS, type SecretReference } from '../kernel/secret-reference.ts'
import { formatText, parseText } from './secret.ts'

test.each([
  ['secret://env/TOKEN', { provider: 'env', name: 'TOKEN' }],
  ['secret://file//run/secrets/x', { provider: 'file', name: '/run/secrets/x' }],
  ['secret://vault/github', { provider: 'vault', name: 'github' }],
  ['secret://user/github.token', { provider: 'user', name: 'github.token' }],
  ['secret://keychain/bailiwick/pin', { provider: 'keychain', name: 'bailiwick/pin' }],
  [
    'secret://hashicorp/kv/app/github#token?version=3',
    { provider: 'hashicorp', name: 'kv/app/github', field: 'token', version: '3' },
  ],
  [
    'secret://aws/arn:aws:secretsmanager:eu-west-1:123456789012:secret:x/y-AbCdEf#key',
    {
      provider: 'aws',
      name: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:x/y-AbCdEf',
      field: 'key',
    },
  ],
  ['secret://gcp/project-1/x?version=7', { provider: 'gcp', name: 'project-1/x', version: '7' }],
  ['secret://azure/name', { provider: 'azure', name: 'name' }],
  [
    'secret://onepassword/Home/Key#password',
    { provider: 'onepassword', name: 'Home/Key', field: 'password' },
  ],
])('%s is read', (text, reference) => {
  expect(parseText(text)).toEqual({ kind: 'secret', prefix: '', ...reference })
  expect(parseText(`Bearer ${text}`)).toEqual({ kind: 'secret', prefix: 'Bearer ', ...reference })
})

test.each([
  ['secret://', 'no such place for secrets'],
  ['secret://toString/x', 'no such place for secrets'],
  ['secret://env/TOKEN#x', 'expected `secret://env/NAME`'],
  ['secret://env/TOKEN?version=1', 'expected `secret://env/NAME`'],
  ['secret://file/a#b', 'expected `secret://file/PATH`'],
  ['secret://vault/a/b', 'expected `secret://vault/NAME`'],
  ['secret://vault/..', 'expected `secret://vault/NAME`'],
  ['secret://user/a b', 'expected `secret://user/NAME`'],
  ['secret://vault/a?version=1', 'expected `secret://vault/NAME`'],
  ['secret://keychain/a', 'expected `secret://keychain/SERVICE/ACCOUNT`'],
  ['secret://hashicorp/kv/a', 'expected `secret://hashicorp/MOUNT/PATH#FIELD`'],
  ['secret://hashicorp/kv/../sys#a', 'expected `secret://hashicorp/MOUNT/PATH#FIELD`'],
  ['secret://hashicorp/kv/a#b?version=new', 'expected `secret://hashicorp/MOUNT/PATH#FIELD`'],
  ['secret://hashicorp/kv/a#b?v=1', 'expected `secret://hashicorp/MOUNT/PATH#FIELD`'],
  ['secret://hashicorp/kv/a%2e%2e/b#c', 'expected `secret://hashicorp/MOUNT/PATH#FIELD`'],
  ['secret://hashicorp/kv/a?version=1#b', 'expected `secret://hashicorp/MOUNT/PATH#FIELD`'],
  ['secret://azure/a_b', 'expected `secret://azure/NAME`'],
  ['secret://azure/a#', 'expected `secret://azure/NAME`'],
  ['secret://gcp/a/b/c', 'expected `secret://gcp/PROJECT/NAME`'],
  ['secret://onepassword/a/b#c/d', 'expected `secret://onepassword/VAULT/ITEM#FIELD`'],
  ['two words secret://env/X', 'before a reference stands at most one word'],
])('%s is refused', (text, message) => {
  expect((parseText(text) as { wrong: string }).wrong).toContain(message)
})

test('what is refused is not repeated: it may be a secret', () => {
  for (const provider of [...SECRET_PROVIDERS, 'bank'])
    expect(JSON.stringify(parseText(`secret://${provider}/ s3cr3t#?`))).not.toContain('s3cr3t')
})

test('what is read is written as it was, and what is written is read as it was', () => {
  const word = fc.string({ minLength: 0, maxLength: 12 })
  const text = fc
    .tuple(
      fc.constantFrom('', 'Bearer ', 'token='),
      fc.constantFrom(...SECRET_PROVIDERS),
      fc.oneof(word, fc.stringMatching(/^[a-z0-9/.-]{1,12}$/)),
      fc.option(fc.oneof(word, fc.stringMatching(/^[a-z]{1,6}$/)), { nil: undefined }),
      fc.option(fc.oneof(word, fc.stringMatching(/^[1-9][0-9]{0,3}$/)), { nil: undefined }),
    )
    .map(([prefix, provider, name, field, version]) => ({
      ...{ kind: 'secret', prefix, provider, name },
      ...(field !== undefined && { field }),
      ...(version !== undefined && { version }),
    }))
  fc.assert(
    fc.property(text, (reference) => {
      const written = formatText(reference as SecretReference)
      const read = parseText(written)
      if (!('wrong' in read)) expect(formatText(read)).toBe(written)
    }),
    { numRuns: 100 },
  )
})
