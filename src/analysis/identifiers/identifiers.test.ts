import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IdentifierFact } from '../../kernel/facts.ts'
import type { Json } from '../../kernel/json.ts'
import type { Place } from '../analyser.ts'
import { identifierAnalyser } from './identifiers.ts'

const line = (facts: readonly IdentifierFact[]): string =>
  facts.map(({ type, value, flags }) => [type, value, ...flags].join(' ')).join(', ')

const read = (value: Json, name = 'id'): string => {
  const reading = identifierAnalyser.declared(value, { at: `/${name}` } as Place)
  return 'facts' in reading ? line(reading.facts) : `? ${reading.unparsable}`
}

const SHA = 'da39a3ee5e6b4b0d3255bfef95601890afd80709'
const DIGEST = `sha256:${'ab'.repeat(32)}`
const ID = '0f8fad5b-d9cb-469f-a165-70867728950e'

describe('what is declared to be an identifier', () => {
  test.each([
    [ID.toUpperCase(), `uuid ${ID}`],
    [`{${ID}}`, `uuid ${ID}`],
    [`urn:uuid:${ID}`, `uuid ${ID}`],
    ['00000000-0000-0000-0000-000000000000', 'uuid 00000000-0000-0000-0000-000000000000 nil'],
    ['DE89 3704 0044 0532 0130 00', 'iban DE89370400440532013000'],
    ['gb82west12345698765432', 'iban GB82WEST12345698765432'],
    ['4111 1111 1111 1111', 'card 411111******1111'],
    ['378282246310005', 'card 378282*****0005'],
    ['５５５５５５５５５５５５４４４４', 'card 555555******4444 non-ascii'],
    ['+49 (30) 1234-5678', 'phone +493012345678'],
    ['arn:aws:s3:::bucket/key', 'arn arn:aws:s3:::bucket/key'],
    [
      'arn:aws:iam::123456789012:role/x',
      'arn arn:aws:iam::123456789012:role/x, aws-account 123456789012',
    ],
    ['arn:aws:s3:::*', 'arn arn:aws:s3:::* wildcard'],
    [
      'projects/my-project/topics/x',
      'gcp-resource projects/my-project/topics/x, gcp-project my-project',
    ],
    [
      `/Subscriptions/${ID}/resourceGroups/RG`,
      `azure-resource /subscriptions/${ID}/resourcegroups/rg, azure-subscription ${ID}`,
    ],
    ['https://github.com/Owner/Name.git', 'repository owner/name'],
    ['git@github.com:owner/na.me.git', 'repository owner/na.me'],
    [SHA.toUpperCase(), `sha ${SHA}`],
    ['refs/heads/main', 'git-ref refs/heads/main floating'],
    [`nginx@${DIGEST}`, `image docker.io/library/nginx@${DIGEST}`],
    ['pkg:npm/%40a/b@1.2.3', 'package pkg:npm/%40a/b@1.2.3'],
    ['abc', 'other abc'],
    ['*', 'other * wildcard'],
    ['аbc', 'other аbc non-ascii'],
    [' x ', 'other  x '],
    [7, 'other 7'],
    [true, 'other true'],
    [['a', 2], 'other a, other 2'],
  ])('%j is %s', (value, expected) => {
    expect(read(value)).toBe(expected)
  })

  test.each([
    ['iban', 'DE89370400440532013001', 'iban DE89370400440532013001 checksum-failed'],
    ['iban', 'DE8937040044053201300', 'iban DE8937040044053201300 checksum-failed'],
    ['creditCard', '4111111111111112', 'card 411111******1112 checksum-failed'],
    ['phone', '0049 30 1234567', 'phone +49301234567'],
    ['phone', '030 1234567', 'phone 0301234567 malformed'],
    ['awsAccountId', '1234-5678-9012', 'aws-account 123456789012'],
    ['repo', 'Owner/Name', 'repository owner/name'],
    ['branch', 'main', 'git-ref main floating'],
    ['branch', '--upload-pack=x', 'git-ref --upload-pack=x malformed'],
    ['ref', 'a..b', 'git-ref a..b malformed'],
    ['image', 'nginx', 'image docker.io/library/nginx:latest floating'],
    ['image', 'GHCR.io/o/n:1', 'image ghcr.io/o/n:1 floating'],
    ['image', 'localhost:5000/a/b', 'image localhost:5000/a/b:latest floating'],
    ['image', 'a b', 'image a b malformed'],
    ['package', 'left-pad', 'package left-pad floating'],
    ['package', '@a/b@1.2.3', 'package @a/b@1.2.3'],
    ['package', '@a/b@^1.2.3', 'package @a/b@^1.2.3 floating'],
    ['package', 'x@latest', 'package x@latest floating'],
    ['package', 'Foo_Bar == 1.0', 'package foo-bar==1.0'],
    ['package', 'foo>=1', 'package foo>=1 floating'],
    ['namespace', 'kube-system', 'kubernetes kube-system'],
    ['namespace', 'Kube', 'kubernetes Kube malformed'],
    ['namespace', '*', 'kubernetes * wildcard'],
    ['uuid', 'x', 'uuid x malformed'],
  ])('%s: %j is %s', (name, value, expected) => {
    expect(read(value, name)).toBe(expected)
  })

  test.each<[Json]>([
    [''],
    ['  '],
    [null],
    [{}],
    [1.5],
    [2 ** 60],
    ['x'.repeat(2049)],
    [['a', '']],
  ])('%j is refused', (value) => {
    expect(read(value)).toBe('? not an identifier')
  })
})

describe('check digits', () => {
  test('one digit that is changed is seen, in cards and accounts', () => {
    const changes = fc.tuple(fc.nat({ max: 15 }), fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(changes, ([at, by]) => {
        const changed = (text: string): string =>
          text.slice(0, at) + String((Number(text[at]) + by) % 10) + text.slice(at + 1)
        expect(read(changed('4111111111111111'))).toMatch(/^other/)
        expect(read(`NO${changed('9386011117947000').slice(0, 13)}`)).toSatisfy(
          (one: string) => at >= 13 || one.startsWith('other'),
        )
      }),
    )
  })
})

describe('identifiers in other texts', () => {
  const found = (text: string): string =>
    line(identifierAnalyser.found(text, { at: '/text' } as Place))

  test.each([
    ['pay to DE89 3704 0044 0532 0130 00 today', 'iban DE89370400440532013000'],
    ['card 4111-1111-1111-1111.', 'card 411111******1111'],
    ['call +49 30 12345678, please', 'phone +493012345678'],
    [`see ${ID}`, `uuid ${ID}`],
    [
      'assume arn:aws:iam::123456789012:role/x.',
      'arn arn:aws:iam::123456789012:role/x, aws-account 123456789012',
    ],
    [`run nginx@${DIGEST}`, `image docker.io/library/nginx@${DIGEST}`],
    [`${ID} and ${ID}`, `uuid ${ID}`],
  ])('%j has %s', (text, expected) => {
    expect(found(text)).toBe(expected)
  })

  test.each([
    'DE89 3704 0044 0532 0130 01',
    'order 4111111111111112',
    // Check digits fit by chance in one number of ten: these are of no issuer.
    'order 1234567812345670',
    'order 9999999999999995',
    '1234567890123',
    'tracking 1Z999AA10123456784',
    'sum +5 and +12',
    'call 030 1234567',
    'owner/name',
    'main',
    SHA.slice(0, 12),
    'arn of a bird',
    'nginx:latest',
    '2026-11-21T10:00:00Z',
    'ab12 this is not an account number at all',
  ])('%j has none', (text) => {
    expect(found(text)).toBe('')
  })
})
