import { expect, test } from 'vitest'
import { createSecretFinder } from '../secrets.ts'
import { drawn } from '../testing/draw.ts'
import { readOwnRules } from './read.ts'

const badge = `${['acme', 'badge'].join('-')}-${drawn('abcdef0123456789', 12, 2)}`
const FILE = `rules:
  - id: acme-badge
    description: badge of Acme
    regex: '(acme-badge-[a-f0-9]{12})\\b'
    secretGroup: 1
    keywords: [acme-badge-]
    entropy: 2
    allow:
      stopwords: [deadbeef]
`

test('a rule of an operator is found, allowed ones are not', () => {
  const { rules } = readOwnRules(FILE)
  const finder = createSecretFinder(rules ? { rules } : {})
  const text = `wears ${badge} today`
  expect(finder.find(text)).toEqual([
    {
      rule: 'secret/acme-badge',
      type: 'acme-badge',
      start: 6,
      end: 6 + badge.length,
      certainty: 'likely',
      why: 'it matches a rule of this installation: badge of Acme',
    },
  ])
  expect(finder.find('acme-badge-deadbeef1234')).toEqual([])
  expect(createSecretFinder().find(text)).toEqual([])
})

test('without keywords it is looked for everywhere, in long texts as well', () => {
  const { rules } = readOwnRules(FILE.replace(/ {4}keywords.*\n/, ''))
  const finder = createSecretFinder({ ...(rules ? { rules } : {}), deadline: 60_000 })
  const text = `${'lorem '.repeat(50_000)}${badge}`
  expect(finder.scan(text)).toMatchObject({ complete: true, hits: [{ end: text.length }] })
})

test('when the time is over the scan says that it is not complete', () => {
  const { rules } = readOwnRules(FILE)
  let time = 0
  const finder = createSecretFinder({
    ...(rules ? { rules } : {}),
    deadline: 5,
    now: () => (time += 6),
  })
  expect(finder.scan(badge)).toEqual({ hits: [], complete: false })
  expect(finder.scan('nothing').complete).toBe(true)
})

test.each([
  ['(a', 'missing closing'],
  ['(?=x)y', 'invalid or unsupported Perl syntax'],
  ['x*', 'matches the empty text'],
  ['((a{1,100}){1,100}){1,10}', 'invalid repeat count'],
  ['(?:[a-z]{1,450}[0-9]{1,450}){2}', 'too large'],
])('an expression that cannot be used is refused with its place: %s', (regex, reason) => {
  const { problems } = readOwnRules(FILE.replace(/regex: .*/, `regex: '${regex}'`))
  expect(problems).toEqual([{ message: expect.stringContaining(reason), line: 4, column: 12 }])
})

test.each([
  ['unknown: 1', 'Unrecognized key', 2, 5],
  ['id: Not An Id', 'must be small letters', 2, 9],
])('what else is wrong is told with its place: %s', (line, message, at, column) => {
  const source = line.startsWith('id')
    ? FILE.replace('id: acme-badge', line)
    : `${FILE}    ${line}\n`
  expect(readOwnRules(source).problems).toEqual([
    { message: expect.stringContaining(message), line: at, column },
  ])
})

test('a file that is no yaml, has aliases, two of an id, or is too long is refused', () => {
  for (const source of [
    'rules: [',
    `a: &a 1\nrules: *a\n`,
    FILE + FILE.replace('rules:\n', ''),
    ' '.repeat(300_000),
    '',
  ])
    expect(readOwnRules(source).problems?.length).toBeGreaterThan(0)
})

test('a group that the expression does not have is refused', () => {
  expect(readOwnRules(FILE.replace('secretGroup: 1', 'secretGroup: 2')).problems).toEqual([
    { message: 'the regex has no such group', line: 5, column: 18 },
  ])
})
