import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { KeyProvider } from '../../kernel/vault.ts'
import { type KeySettings, openKeys } from './open-keys.ts'
import { type AwsKms, startAwsKms } from './testing/aws-kms.ts'
import { type AzureKeyVault, startAzureKeyVault } from './testing/azure-key-vault.ts'
import { type GcpKms, startGcpKms } from './testing/gcp-kms.ts'
import { keepsKeys } from './testing/provider.contract.ts'
import { startTransit, type Transit } from './testing/transit.ts'

const text = (value: string) => async () => value
const loopback: SafeFetch = (url, request = {}) => fetch(url, { redirect: 'manual', ...request })
const parts = (more: object = {}) => ({
  ...{ fetch: loopback, clock: Date.now, mayCreate: async () => false },
  ...more,
})
const open = (settings: KeySettings, more: object = {}): Promise<KeyProvider> =>
  openKeys(settings, parts(more))
const refusal = (message: RegExp) => ({
  code: 'credential_unavailable',
  message: expect.stringMatching(message),
})

describe('the transit engine of HashiCorp Vault', () => {
  let vault: Transit
  beforeAll(async () => {
    vault = await startTransit()
  })
  afterAll(() => vault.close())
  const settings = (login: object): KeySettings => ({
    ...{ kind: 'transit', address: vault.address, namespace: 'team', mount: 'transit' },
    ...{ key: 'bailiwick', derived: false, login: login as never },
  })

  test('keeps keys; ids are its versions', async () => {
    const keys = await open(settings({ kind: 'token', token: text(vault.token) }))
    await keepsKeys(keys)
    expect(await keys.currentKeyId()).toMatch(/^transit:transit\/bailiwick:v\d+$/)
    const { wrapped } = await keys.wrap(randomBytes(32), 'here')
    expect(Buffer.from(wrapped, 'base64url').toString()).toMatch(/^vault:v\d+:/)
  })

  test('is logged in to by AppRole, once, and again when the token is over', async () => {
    const ids = { roleId: text(vault.roleId), secretId: text(vault.secretId) }
    const keys = await open(settings({ kind: 'approle', mount: 'approle', ...ids }))
    const logins = () => vault.asked.filter(({ url }) => url.pathname.endsWith('/login')).length
    const before = logins()
    await Promise.all([keys.check(), keys.check()])
    expect(logins()).toBe(before + 1)
    vault.expire()
    await keys.check()
    expect(logins()).toBe(before + 2)
  })

  test('is logged in to by the account of the pod', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bailiwick-pod-'))
    const tokenFile = join(folder, 'token')
    await writeFile(tokenFile, `${vault.podToken}\n`)
    const login = { kind: 'kubernetes', mount: 'kubernetes', role: 'gateway', tokenFile }
    await (await open(settings(login))).check()
    await rm(folder, { recursive: true })
    await expect((await open(settings(login))).check()).rejects.toMatchObject(
      refusal(/token of the pod cannot be read/),
    )
  })

  test('that refuses is named; what was shown is not', async () => {
    const keys = await open(settings({ kind: 'token', token: text('hvs.wrong') }))
    const error = await keys.check().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject(refusal(/HashiCorp Vault refused \(HTTP 403\)/))
    expect(JSON.stringify(error) + String(error)).not.toContain('hvs.wrong')
  })

  test('that binds nothing is found out', async () => {
    const blind: SafeFetch = (url, { body, ...rest } = {}) => {
      const { associated_data: _, ...given } = JSON.parse(body ?? '{}') as Record<string, string>
      const same = Buffer.from('same').toString('base64')
      const sent =
        body === undefined ? {} : { body: JSON.stringify({ ...given, associated_data: same }) }
      return fetch(url, { ...rest, ...sent })
    }
    const login = { kind: 'token', token: text(vault.token) }
    const keys = await open(settings(login), { fetch: blind })
    // Bound inside all the same.
    await keepsKeys(keys)
  })
})

describe('AWS KMS', () => {
  let aws: AwsKms
  beforeAll(async () => {
    aws = await startAwsKms()
  })
  afterAll(() => aws.close())
  const settings = (more: object = {}): KeySettings => ({
    ...{ kind: 'aws-kms', region: 'eu-central-1', key: 'alias/bailiwick' },
    endpoint: `${aws.address}/`,
    credentials: {
      accessKeyId: text(aws.accessKeyId),
      secretAccessKey: text(aws.secretAccessKey),
      sessionToken: text(aws.sessionToken),
      ...more,
    },
  })

  test('keeps keys; what is logged of a place is a digest', async () => {
    await keepsKeys(await open(settings()))
    expect(aws.asked.some(({ body }) => body.includes('EncryptionContext'))).toBe(true)
    expect(aws.asked.some(({ body }) => body.includes('"here"'))).toBe(false)
  })

  test('whose alias points elsewhere seals under another key, and the old one still opens', async () => {
    let now = 0
    const keys = await open(settings(), { clock: () => now })
    const old = await keys.wrap(Uint8Array.from(Buffer.alloc(32, 3)), 'here')
    aws.repoint()
    now += 60_000
    expect(await keys.currentKeyId()).not.toBe(old.keyId)
    expect(Buffer.from(await keys.unwrap(old, 'here'))).toEqual(Buffer.alloc(32, 3))
  })

  test('is not asked with a key of another account', async () => {
    const keys = await open(settings())
    const wrapped = await keys.wrap(randomBytes(32), 'here')
    const before = aws.asked.length
    const keyId = wrapped.keyId.replace('111122223333', '999999999999')
    await expect(keys.unwrap({ ...wrapped, keyId }, 'here')).rejects.toMatchObject(
      refusal(/is not there/),
    )
    expect(aws.asked.length).toBe(before)
  })

  test('refuses another signature', async () => {
    const keys = await open(settings({ secretAccessKey: text('wrong') }))
    await expect(keys.check()).rejects.toMatchObject(refusal(/AWS \(kms\) refused/))
  })
})

describe('Google Cloud KMS', () => {
  let google: GcpKms
  beforeAll(async () => {
    google = await startGcpKms()
  })
  afterAll(() => google.close())
  const settings = (login: object): KeySettings => ({
    ...{ kind: 'gcp-kms', key: google.key, endpoint: google.address, login: login as never },
  })

  test('keeps keys for a service account', async () => {
    await keepsKeys(await open(settings({ kind: 'service-account', key: text(google.account) })))
    const tokens = google.asked.filter(({ url }) => url.pathname === '/token')
    expect(tokens.length).toBe(1)
  })

  test('keeps keys for the account of the machine', async () => {
    await (await open(settings({ kind: 'metadata', address: google.address }))).check()
  })

  test('another primary version is another key, and the old one still opens', async () => {
    let now = Date.now()
    const login = { kind: 'metadata', address: google.address }
    const keys = await open(settings(login), { clock: () => now })
    const old = await keys.wrap(Uint8Array.from(Buffer.alloc(32, 4)), 'here')
    google.rotate()
    now += 60_000
    expect(await keys.currentKeyId()).not.toBe(old.keyId)
    expect(Buffer.from(await keys.unwrap(old, 'here'))).toEqual(Buffer.alloc(32, 4))
  })

  test('a key file that is none is refused, and not quoted', async () => {
    const broken = { ...(JSON.parse(google.account) as object), private_key: 'PRIVATE-XYZ' }
    for (const key of ['PRIVATE-XYZ', '[]', JSON.stringify(broken)]) {
      const keys = await open(settings({ kind: 'service-account', key: text(key) }))
      const error = await keys.check().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject(refusal(/is not the JSON file/))
      expect(String((error as Error).cause) + String(error)).not.toContain('XYZ')
    }
  })
})

describe('Azure Key Vault', () => {
  let azure: AzureKeyVault
  beforeAll(async () => {
    azure = await startAzureKeyVault()
  })
  afterAll(() => azure.close())
  const settings = (login: object): KeySettings => ({
    ...{ kind: 'azure-key-vault', vault: azure.address, key: 'bailiwick', login: login as never },
  })
  const application = (more: object = {}) => ({
    ...{ kind: 'client-credentials', tenant: azure.tenant, client: azure.client },
    ...{ secret: text(azure.secret), authority: azure.address, ...more },
  })

  test('keeps keys for an application', async () => {
    await keepsKeys(await open(settings(application())))
  })

  test('keeps keys for the identity of the machine', async () => {
    const login = { kind: 'managed-identity', address: azure.address }
    await (await open(settings(login))).check()
  })

  test('refuses another secret', async () => {
    const keys = await open(settings(application({ secret: text('wrong') })))
    await expect(keys.check()).rejects.toMatchObject(refusal(/directory of Azure refused/))
  })
})

test('a keeper that does not answer, or not in JSON, is refused', async () => {
  const settings: KeySettings = {
    ...{ kind: 'transit', address: 'http://127.0.0.1:9', mount: 'transit', key: 'k' },
    ...{ derived: false, login: { kind: 'token', token: text('t') } },
  }
  const down = await open(settings, { fetch: () => Promise.reject(new Error('down')) })
  await expect(down.check()).rejects.toMatchObject(refusal(/cannot be reached/))
  for (const body of ['', 'null', '[]', '{"data":', '<html>', '{"data":{"ciphertext":7}}']) {
    const odd = await open(settings, { fetch: async () => new Response(body) })
    await expect(odd.wrap(randomBytes(32), 'here')).rejects.toMatchObject(refusal(/not understood/))
  }
})
