import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crcBase62 } from './checksums.ts'
import { createSecretFinder } from './secrets.ts'
import { drawn } from './testing/draw.ts'

const finder = createSecretFinder()
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const secret = drawn(LETTERS, 28, 3)
const password = ['Tr0ub', '4d!', 'or3'].join('')
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const jwt = [{ alg: 'HS256', typ: 'JWT' }, { sub: '7' }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat(drawn(LETTERS, 43, 5))
  .join('.')
const der = `MIIE${drawn(LETTERS, 400, 7)}`

function found(text: string, name?: string): readonly string[] {
  const hits = finder.find(text, name === undefined ? {} : { name })
  return hits.map(({ type, start, end }) => `${type} ${text.slice(start, end)}`)
}

test.each([
  `API_TOKEN=${secret}`,
  `export ACME_SECRET="${secret}" # ours`,
  `{"clientSecret": "${secret}"}`,
  `{\\"clientSecret\\": \\"${secret}\\"}`,
  `  private-token: ${secret}\n`,
  `client_secret = '${secret}'`,
  `setenv("AUTH_TOKEN", "${secret}")`,
  `run --access-token ${secret} --verbose`,
  `run --access-token=${secret}`,
  `["--access-token", "${secret}"]`,
  `https://host.test/x?api_key=${secret}&y=1`,
  `<accessToken>${secret}</accessToken>`,
  `<add key="AccessToken" value="${secret}" />`,
  `const token: string = "${secret}"`,
  `the token is ${secret}.`,
  `X-Api-Key: ${secret}`,
  `Authorization: Bearer ${secret}`,
  `Cookie: theme=dark; sessionid=${secret}; lang=en`,
])('a drawn value under the name of a secret: %#', (text) => {
  expect(found(text).map((hit) => hit.split(' ')[1])).toEqual([secret])
})

test.each([
  `DB_PASSWORD=${password}`,
  `password: "${password}"`,
  `"password": "${password}"`,
  `Server=db;Database=x;User Id=app;Password=${password};`,
  `postgres://app:${password}@db.test:5432/x`,
  `amqps://app:${password}@mq.test`,
  `jdbc:postgresql://db.test/x?user=app&password=${password}`,
  `curl -u app:${password} https://host.test`,
  `mysql -u app -p${password} x`,
  `machine host.test login app password ${password}`,
  `Pwd=${password};`,
  `das Passwort lautet ${password}`,
])('a password that somebody thought of: %#', (text) => {
  expect(found(text).map((hit) => hit.split(' ')[1])).toEqual([password])
})

test('an ampersand within a password does not cut it', () => {
  const whole = `${password}&${password}`
  expect(found(`Password=${whole};Timeout=3`)).toEqual([`password ${whole}`])
})

test.each([
  ['jwt', `x ${jwt} y`, jwt],
  ['jwt-base64', `x ${base64(jwt)} y`, base64(jwt)],
  [
    'basic-credentials',
    `Authorization: Basic ${base64(`app:${password}`)}`,
    base64(`app:${password}`),
  ],
  ['basic-credentials', `{"auth": "${base64(`app:${password}`)}"}`, base64(`app:${password}`)],
  [
    'kubernetes-secret-yaml',
    `kind: Secret\ndata:\n  some: ${base64(password)}\n`,
    base64(password),
  ],
])('what says by its structure what it is: %s', (type, text, value) => {
  expect(finder.find(text)).toEqual([
    expect.objectContaining({
      type,
      start: text.indexOf(value),
      end: text.indexOf(value) + value.length,
    }),
  ])
})

test.each(['\n', '\\n', '\\\\n', ''])(
  'a private key with line breaks as %j is one, to its end',
  (line) => {
    const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} RSA PRIVATE KEY-----`)
    const key = [begin, ...(der.match(/.{1,64}/g) ?? []), end].join(line)
    expect(found(`x = "${key}" y`)).toEqual([`private-key ${key}`])
    expect(found(key.replaceAll('PRIVATE', 'PUBLIC'))).toEqual([])
    expect(found(`${begin}${line}...${line}${end}`)).toEqual([])
  },
)

test('the name of the member that holds a text counts as if it stood before it', () => {
  expect(found(secret, 'apiToken')).toEqual([`generic-api-key ${secret}`])
  expect(found(`Bearer ${secret}`, 'Authorization')[0]).toContain(secret)
  expect(found(password, 'password')).toEqual([`password ${password}`])
  expect(found(secret, 'commit')).toEqual([])
})

test.each([
  'max_tokens: 4096',
  `"nextPageToken": "${secret}"`,
  `csrf-token=${secret}`,
  `public_key = "${secret}"`,
  `"publishableKey": "${secret}"`,
  `"integrity": "sha512-${secret}${secret}=="`,
  `git checkout ${drawn('abcdef0123456789', 40, 1)}`,
  `"id": "${['0f9c2b1e', '7a44', '4c1d', '9be2', '51d3a7f0c684'].join('-')}"`,
  'password: string',
  'password=$PASSWORD',
  ['token: $', '{{ secrets.TOKEN }}'].join(''),
  'API_KEY=<your-api-key>',
  'api_key: "xxxxxxxxxxxxxxxxxxxx"',
  'api_key: "1234567890abcdef"',
  'secret_name = "prod-api-key"',
  'key_length = X25519.key_length',
  'access_token_url="https://host.test/login/oauth/access_token"',
  'token = getToken(user)',
  'const password = process.env.PASSWORD',
  'postgres://user:password@localhost/db',
  'curl -u "$USER:$PASS" https://host.test',
  'The password must have 12 characters, and the token is valid for one hour.',
])('what only looks like one: %s', (text) => {
  expect(found(text)).toEqual([])
})

test('a checksum that holds is proof, one that does not is none', () => {
  const body = drawn(LETTERS, 30, 11)
  const sums = Array.from(
    { length: 2 },
    (_, at) => `ghp_${body}${at === 0 ? sumOf(body) : 'aaaaa0'}`,
  )
  expect(sums.map((token) => crcBase62(token))).toEqual(['proved', 'likely'])
  expect(sums.map((token) => finder.find(token)[0]?.certainty)).toEqual(['proved', 'likely'])
})

/** The last six of a token, tried out: the check itself says which. */
function sumOf(body: string): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let sum = 0xffffffff
  for (const char of Buffer.from(body)) {
    sum ^= char
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0)
  }
  let [rest, text] = [(sum ^ 0xffffffff) >>> 0, '']
  for (; text.length < 6; rest = Math.floor(rest / 62)) text = digits[rest % 62] + text
  return text
}

test('any text: no crash, hits in order, within the text, apart from each other', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'token',
      '=',
      '"',
      ': ',
      'password is ',
      '://a:',
      '@h',
      '-----BEGIN PRIVATE KEY-----',
      'kind: Secret\ndata:\n a: ',
      'sk-',
      'eyJ',
      '.',
      '\\n',
      '%3D',
      'Cookie: sid=',
      ' -u a:',
      '\n',
      secret,
      jwt,
      '|',
      '$2a$',
      'sig=',
    ),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      let last = 0
      for (const { start, end } of finder.find(text)) {
        expect(start).toBeGreaterThanOrEqual(last)
        expect(end).toBeGreaterThan(start)
        last = end
      }
      expect(last).toBeLessThanOrEqual(text.length)
    }),
    { numRuns: 500 },
  )
})

test.each([
  'a',
  '=',
  'token',
  'token=',
  '://a:b@',
  'eyJ',
  'sk-',
  'bearer+',
  '-----BEGIN PRIVATE KEY-----',
  'kind: Secret\ndata:\n',
  'PuTTY-User-Key-File-2: a ',
])('two megabytes of %j on end', (part) => {
  expect(finder.scan(part.repeat(2_000_000 / part.length)).complete).toBeTypeOf('boolean')
})
