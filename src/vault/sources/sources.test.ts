import { generateKeyPairSync } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { SecretReference } from '../../kernel/secret-reference.ts'
import {
  type KeeperAnswer,
  type KeeperHost,
  type KeeperRequest,
  openKeeper,
} from '../testing/keeper-host.ts'
import { awsSource } from './aws.ts'
import { azureSource } from './azure.ts'
import { envSource } from './env.ts'
import { googleSource } from './google.ts'
import { hashicorpSource } from './hashicorp.ts'
import { keychainSource } from './keychain.ts'
import { onepasswordSource } from './onepassword.ts'
import type { SecretSource } from './source.ts'

const VALUE = 'the-value-that-nobody-sees'
const text = (value: string) => async () => value
const fetch: SafeFetch = (url, request) => globalThis.fetch(url, { redirect: 'manual', ...request })
const time = { now: 1_800_000_000_000 }
const clock = () => time.now
let keeper: KeeperHost
beforeAll(async () => {
  keeper = await openKeeper()
})
afterAll(() => keeper.close())
beforeEach(() => {
  keeper.requests.length = 0
})

const read = (source: SecretSource, of: Pick<SecretReference, 'name'> & Partial<SecretReference>) =>
  source.read({ kind: 'secret', prefix: '', provider: 'aws', ...of }, AbortSignal.timeout(5_000))
const paths = () => keeper.requests.map(({ method, path }) => `${method} ${path}`)
const nothing = (read: Promise<string>) => expect(read).rejects.toThrow('refers to nothing')

test('a variable is read, an absent one is not', async () => {
  const source = envSource({ TOKEN: VALUE, EMPTY: '' })
  expect(await read(source, { name: 'TOKEN' })).toBe(VALUE)
  for (const name of ['NONE', 'EMPTY', 'toString']) await nothing(read(source, { name }))
})

test('HashiCorp Vault: an AppRole logs in, and once more when its token is refused', async () => {
  let token = 0
  const secret = ({ path, headers }: KeeperRequest): KeeperAnswer => {
    if (headers['x-vault-token'] !== `t${token}` || token === 1)
      return [403, { errors: ['permission denied'] }]
    if (!path.startsWith('/v1/kv/data/app/github')) return [404, { errors: [] }]
    const version = path.endsWith('?version=2') ? 'older' : VALUE
    return [200, { data: { data: { token: version, deep: {} }, metadata: { version: 3 } } }]
  }
  keeper.answer = (request) => {
    const { path, headers, body } = request
    if (headers['x-vault-namespace'] !== 'team' || headers['x-vault-request'] !== 'true')
      return [400, {}]
    if (path !== '/v1/auth/approle/login') return secret(request)
    if (body !== '{"role_id":"r","secret_id":"s"}') return [400, {}]
    token += 1
    return [200, { auth: { client_token: `t${token}`, lease_duration: 3600 } }]
  }
  const login = {
    kind: 'approle',
    mount: 'approle',
    roleId: text('r'),
    secretId: text('s'),
  } as const
  const place = { address: keeper.url, namespace: 'team', login }
  const source = hashicorpSource(place, fetch, clock)
  expect(await read(source, { name: 'kv/app/github', field: 'token' })).toBe(VALUE)
  expect(paths()).toEqual([
    'POST /v1/auth/approle/login',
    'GET /v1/kv/data/app/github',
    'POST /v1/auth/approle/login',
    'GET /v1/kv/data/app/github',
  ])
  expect(await read(source, { name: 'kv/app/github', field: 'token', version: '2' })).toBe('older')
  await nothing(read(source, { name: 'kv/app/github', field: 'toString' }))
  await nothing(read(source, { name: 'kv/app/github', field: 'deep' }))
  await nothing(read(source, { name: 'kv/other', field: 'token' }))
  expect(keeper.requests).toHaveLength(8)
})

test('HashiCorp Vault: a token that is refused is refused, without its words in the message', async () => {
  keeper.answer = () => [403, { errors: ['1 error: s3cr3t'] }]
  const login = { kind: 'token', token: text('t') } as const
  const source = hashicorpSource({ address: keeper.url, login }, fetch, clock)
  const error = await read(source, { name: 'kv/x', field: 'y' }).catch((cause) => cause)
  expect(error).toMatchObject({ code: 'credential_unavailable' })
  expect(error.message).toBe('cannot be read: HashiCorp Vault refused (HTTP 403)')
})

/** Signs what came once more, with what signed it: only the same signature is good. */
async function isSigned({ headers, body }: KeeperRequest): Promise<boolean> {
  const signer = new AwsV4Signer({
    ...{ method: 'POST', url: `${keeper.url}/`, body, service: 'secretsmanager', allHeaders: true },
    ...{ region: 'eu-central-1', accessKeyId: 'AKID', secretAccessKey: 'key', sessionToken: 'st' },
    datetime: String(headers['x-amz-date']),
    headers: {
      'content-type': String(headers['content-type']),
      'x-amz-target': String(headers['x-amz-target']),
    },
  })
  const { headers: expected } = await signer.sign()
  return expected.get('authorization') === headers.authorization
}

test('AWS Secrets Manager: signed, by name or ARN, version and member', async () => {
  keeper.answer = ({ headers, body }) => {
    if (headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') return [400, {}]
    const { SecretId, ...rest } = JSON.parse(body) as { SecretId: string }
    if (SecretId === 'none') return [400, { __type: 'ResourceNotFoundException' }]
    if (SecretId === 'binary') return [200, { SecretBinary: 'AAAA' }]
    return [200, { SecretString: JSON.stringify({ id: SecretId, ...rest, key: VALUE, nr: 7 }) }]
  }
  const credentials = {
    ...{ accessKeyId: text('AKID'), secretAccessKey: text('key'), sessionToken: text('st') },
  }
  const place = { region: 'eu-central-1', endpoint: `${keeper.url}/`, credentials }
  const source = awsSource(place, fetch)
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:app/x-AbCdEf'
  expect(await read(source, { name: arn, field: 'key' })).toBe(VALUE)
  expect(await isSigned(keeper.requests[0] as KeeperRequest)).toBe(true)
  expect(keeper.requests[0]?.headers['x-amz-security-token']).toBe('st')
  expect(await read(source, { name: 'x', field: 'nr' })).toBe('7')
  const id = 'b1946ac9-2492-4d23-9b24-7b1a3c5d6e7f'
  expect(await read(source, { name: 'x', version: id })).toContain(`"VersionId":"${id}"`)
  const stage = await read(source, { name: 'x', version: 'AWSPREVIOUS' })
  expect(stage).toContain('"VersionStage":"AWSPREVIOUS"')
  await nothing(read(source, { name: 'none' }))
  await nothing(read(source, { name: 'x', field: 'other' }))
  await expect(read(source, { name: 'binary' })).rejects.toThrow('is binary')
})

test('Google Cloud: a service account has a token, which reads versions', async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  keeper.answer = ({ path, headers, body }) => {
    if (path === '/token') {
      const assertion = new URLSearchParams(body).get('assertion') ?? ''
      return decodeJwt(assertion).iss === 'me@p'
        ? [200, { access_token: 'gt', expires_in: 3599 }]
        : [400, {}]
    }
    if (headers.authorization !== 'Bearer gt') return [401, {}]
    if (path.includes('none')) return [404, { error: { status: 'NOT_FOUND' } }]
    return [200, { payload: { data: Buffer.from(`${path}:${VALUE}`).toString('base64') } }]
  }
  const key = JSON.stringify({
    ...{ client_email: 'me@p', private_key: privateKey, private_key_id: 'k' },
    token_uri: `${keeper.url}/token`,
  })
  const login = { kind: 'service-account', key: text(key) } as const
  const source = googleSource({ project: 'home', endpoint: keeper.url, login }, fetch, clock)
  expect(await read(source, { name: 'x' })).toBe(
    `/v1/projects/home/secrets/x/versions/latest:access:${VALUE}`,
  )
  expect(await read(source, { name: 'other/x', version: '3' })).toContain(
    '/v1/projects/other/secrets/x/versions/3:access',
  )
  await nothing(read(source, { name: 'none' }))
  expect(paths().filter((path) => path === 'POST /token')).toHaveLength(1)
})

test('Azure Key Vault: an application has a token, which reads secrets', async () => {
  keeper.answer = ({ path, headers, body }) => {
    if (path === '/dir/oauth2/v2.0/token') {
      const form = new URLSearchParams(body)
      const good = form.get('client_secret') === 'cs' && form.get('scope')?.endsWith('/.default')
      return good === true ? [200, { access_token: 'at', expires_in: 3599 }] : [400, {}]
    }
    if (headers.authorization !== 'Bearer at') return [401, {}]
    if (path.startsWith('/secrets/none')) return [404, { error: { code: 'SecretNotFound' } }]
    return [200, { value: JSON.stringify({ path, key: VALUE }) }]
  }
  const application = { tenant: 'dir', client: 'c', secret: text('cs'), authority: keeper.url }
  const login = { kind: 'client-credentials', ...application } as const
  const source = azureSource({ address: `${keeper.url}/`, login }, fetch, clock)
  expect(await read(source, { name: 'x', field: 'key' })).toBe(VALUE)
  expect(await read(source, { name: 'x', field: 'path', version: 'abc' })).toBe(
    '/secrets/x/abc?api-version=7.4',
  )
  await nothing(read(source, { name: 'none' }))
})

test('1Password Connect: names are looked up, ids are not, and the password is what is meant', async () => {
  const [vault, item] = ['v'.repeat(26), 'i'.repeat(26)]
  const fields = [
    { id: 'password', purpose: 'PASSWORD', label: 'password', value: VALUE },
    { id: 'f1', label: 'key', value: 'k' },
    { id: 'f2', label: 'twice', value: '1' },
    { id: 'f3', label: 'twice', value: '2' },
  ]
  const answers: Readonly<Record<string, unknown>> = {
    '/v1/vaults?filter=name+eq+%22Home%22': [{ id: vault }],
    '/v1/vaults?filter=name+eq+%22Other%22': [],
    [`/v1/vaults/${vault}/items?filter=title+eq+%22Key%22`]: [{ id: item }],
    [`/v1/vaults/${vault}/items?filter=title+eq+%22Twice%22`]: [{ id: 'a' }, { id: 'b' }],
    [`/v1/vaults/${vault}/items/${item}`]: { fields },
  }
  keeper.answer = ({ path, headers }) => {
    if (headers.authorization !== 'Bearer ct') return [401, {}]
    return path in answers ? [200, answers[path]] : [404, {}]
  }
  const source = onepasswordSource({ address: keeper.url, token: text('ct') }, fetch)
  expect(await read(source, { name: 'Home/Key' })).toBe(VALUE)
  expect(keeper.requests).toHaveLength(3)
  expect(await read(source, { name: `${vault}/${item}`, field: 'key' })).toBe('k')
  expect(keeper.requests).toHaveLength(4)
  await nothing(read(source, { name: `${vault}/${item}`, field: 'twice' }))
  await nothing(read(source, { name: 'Other/Key' }))
  await expect(read(source, { name: 'Home/Twice' })).rejects.toThrow('is not the only one')
  const stranger = onepasswordSource({ address: keeper.url, token: text('no') }, fetch)
  await expect(read(stranger, { name: 'Home/Key' })).rejects.toThrow('refused (HTTP 401)')
})

test('who cannot be reached, or answers nonsense, gives nothing, and no text of it is told', async () => {
  const token = text('ct')
  keeper.answer = () => [200, `{"value": "${VALUE}`]
  const login = { kind: 'token', token } as const
  const sources: readonly SecretSource[] = [
    onepasswordSource({ address: keeper.url, token }, fetch),
    hashicorpSource({ address: keeper.url, login }, fetch, clock),
    onepasswordSource({ address: 'http://127.0.0.1:1', token }, fetch),
    hashicorpSource({ address: 'http://127.0.0.1:1', login }, fetch, clock),
  ]
  for (const source of sources) {
    const error = await read(source, { name: 'a/b', field: 'c' }).catch((cause) => cause)
    expect(error).toMatchObject({ code: 'credential_unavailable' })
    expect(`${error} ${error.detail} ${error.cause}`).not.toContain(VALUE)
  }
})

test('the keychain of the system gives what is there, or says what is wrong', async () => {
  const name = 'bailiwick-test-none/nobody'
  await expect(read(keychainSource(), { name })).rejects.toMatchObject({
    code: 'credential_unavailable',
    message: expect.stringMatching(/^(?:refers to nothing|cannot be read): /),
  })
})
