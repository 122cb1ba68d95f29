import { describe, expect, test } from 'vitest'
import { findByHand, httpServer, stdioServer } from '../testing/servers.ts'
import { credentialsIn, reusedCredentials } from './credentials.ts'
import { WITHHELD, withoutCredentials } from './without-credentials.ts'

const key = new Uint8Array(32).fill(7)
const options = { findSecrets: findByHand, key }
const DRAWN = 'q7Zk2mV9xB4tR8nL5wP1sD6f'
const PASSWORD = 'Kiesel&Regen7'

const kinds = (server: Parameters<typeof credentialsIn>[0]) =>
  credentialsIn(server, options).map(({ kind, at }) => [kind, ...at.slice(2)])

describe('where credentials stand', () => {
  test.each([
    ['a flag and its value', ['--access-token', DRAWN], [['argument', 'args', 1]]],
    ['one argument', [`--token=${DRAWN}`], [['argument', 'args', 0]]],
    ['a variable for a container', ['run', '-e', `API_KEY=${DRAWN}`], [['argument', 'args', 2]]],
    ['a header as argument', ['--header', `X-Api-Key: ${DRAWN}`], [['argument', 'args', 1]]],
    ['a form of its own', [`tkn_${DRAWN}`], [['token-pattern', 'args', 0]]],
    ['a form with a word in it', [`tkn_test_${DRAWN}`], [['token-pattern', 'args', 0]]],
    ['no name', ['serve', DRAWN], [['entropy', 'args', 1]]],
    [
      'a connection',
      [`postgresql://ada:${PASSWORD}@db.internal:5432/books`],
      [['url-userinfo', 'args', 0]],
    ],
  ])('arguments: %s', (_, args, expected) => {
    expect(kinds(stdioServer({ args }))).toEqual(expected)
  })

  test('variables: by name, by form, and in connections', () => {
    const env = {
      API_KEY: DRAWN,
      BACKUP: `tkn_${DRAWN}`,
      DATABASE_URL: `mysql://ada:${PASSWORD}@db/books`,
      WORKSPACE: DRAWN,
    }
    expect(kinds(stdioServer({ env }))).toEqual([
      ['named', 'env', 'API_KEY'],
      ['token-pattern', 'env', 'BACKUP'],
      ['url-userinfo', 'env', 'DATABASE_URL'],
      ['entropy', 'env', 'WORKSPACE'],
    ])
  })

  test('a URL: user, path, query, each once; and headers', () => {
    const url = `https://ada:${PASSWORD}@mcp.test/s/${DRAWN}/mcp?apiKey=${DRAWN}a#x`
    const headers = { 'X-Api-Key': DRAWN, 'Content-Type': 'application/json' }
    expect(kinds(httpServer(url, headers))).toEqual([
      ['url-userinfo', 'url'],
      ['url-path', 'url'],
      ['url-query', 'url'],
      ['named', 'headers', 'X-Api-Key'],
    ])
  })

  test.each([
    '<YOUR_KEY>',
    'your-api-key',
    'xxxxxxxxxxxxxxxxxxxxxxxx',
    'a1b2xxxxxxxx9z8y7x6w5v4u',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as hosts write variables
    '${API_KEY}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as hosts write variables
    '${env:API_KEY}',
    '{{ token }}',
    '%API_KEY%',
    '$API_KEY',
    'changeme',
    'API_KEY',
    '0123456789abcdef0123456789abcdef',
    'sk-...',
    '',
  ])('what stands for a value is none: %s', (value) => {
    const env = { API_KEY: value, OTHER: value, DB: `mysql://ada:${value}@db/books` }
    expect(kinds(stdioServer({ args: ['--token', value, `--key=${value}`], env }))).toEqual([])
    expect(kinds(httpServer(`https://mcp.test/?token=${value}`, { Api: value }))).toEqual([])
  })

  test.each([
    ['PROJECT_ID', DRAWN],
    ['SESSION', '6d1f2a3b-9c8e-4f70-a1b2-77c3d4e5f601'],
    ['IMAGE_DIGEST', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['CACHE', '/var/cache/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b'],
    ['MODEL', 'some-model-2025-10-01-preview-instruct'],
    ['DOCUMENT', `https://docs.test/d/${DRAWN}/edit`],
    ['PLACE', 'https://mcp.test/some/long/path-of-words-and-2026-numbers'],
  ])('what is public is none: %s', (name, value) => {
    expect(kinds(stdioServer({ env: { [name]: value } }))).toEqual([])
  })
})

describe('what is said of them', () => {
  const server = stdioServer({
    args: ['--token', DRAWN, `mysql://ada:${PASSWORD}@db/x`],
    env: { API_KEY: DRAWN },
  })

  test('no value, little of what was drawn, nothing of what was thought of', () => {
    const said = credentialsIn(server, options)
    expect(said.map(({ masked }) => masked)).toEqual([
      'q7Z… (24 characters)',
      '… (length not shown)',
      'q7Z… (24 characters)',
    ])
    expect(JSON.stringify(said)).not.toMatch(/q7Zk|Kies|Regen/)
  })

  test('equal fingerprints for equal values under one key, others under another', () => {
    const [first, second, third] = credentialsIn(server, options)
    expect(first?.fingerprint).toBe(third?.fingerprint)
    expect(first?.fingerprint).not.toBe(second?.fingerprint)
    const [other] = credentialsIn(server, { ...options, key: new Uint8Array(32).fill(8) })
    expect(other?.fingerprint).not.toBe(first?.fingerprint)
  })

  test('a short key is refused', () => {
    expect(() => credentialsIn(server, { ...options, key: new Uint8Array(8) })).toThrow(
      'the key of fingerprints is too short',
    )
  })

  test('one value in two entries is reused; twice in one is not', () => {
    expect(reusedCredentials(credentialsIn(server, options))).toEqual([])
    const other = httpServer(`https://mcp.test/?token=${DRAWN}`)
    const all = [server, other].flatMap((each) => credentialsIn(each, options))
    expect(reusedCredentials(all)).toMatchObject([
      { places: [{ server: 'local' }, { server: 'local' }, { server: 'remote' }] },
    ])
  })

  test('what is left of an entry holds none of the values', () => {
    const left = withoutCredentials(server, findByHand)
    expect(JSON.stringify(left)).not.toMatch(new RegExp(`${DRAWN}|Kiesel`))
    expect(left.transport).toMatchObject({
      args: ['--token', WITHHELD, `mysql://ada:${WITHHELD}@db/x`],
      env: { API_KEY: WITHHELD },
    })
  })

  test('what is too long to be looked at is not told', () => {
    const long = stdioServer({ args: [`${'a '.repeat(40_000)}tkn_${DRAWN}`] })
    expect(credentialsIn(long, options)).toEqual([])
    expect(JSON.stringify(withoutCredentials(long, findByHand))).not.toContain(DRAWN)
  })

  test('the place is where the caller says', () => {
    const placeOf = () => ['x', 1]
    expect(credentialsIn(server, { ...options, placeOf })[0]?.at).toEqual(['x', 1])
  })
})

test('long and hostile texts are read in time', () => {
  for (const part of ['a://', 'a=', ':@/', '--x=a://b:c@', '<', 'a1', '?k=&'])
    expect(() => kinds(stdioServer({ args: [part.repeat(200_000)] }))).not.toThrow()
})
