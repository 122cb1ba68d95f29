import { sign } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { enrol, type FreshDirectory, freshDirectory, PARTY } from './testing/fresh-directory.ts'
import { type Ceremony, softwareAuthenticator } from './testing/software-authenticator.ts'

const ADA = 'ada' as SubjectId
const HERE = '198.51.100.7'
const USUAL = { origin: PARTY.origin, rpId: PARTY.id }

describe.each(ENGINES)('passkeys on %s', (engine) => {
  let directory: FreshDirectory
  beforeEach(async () => {
    directory = await freshDirectory(engine)
    await enrol(directory, 'ada')
  })
  afterEach(() => directory.remove())

  async function registered(user = ADA, more: Partial<Ceremony> = {}) {
    const { accounts } = directory
    const authenticator = softwareAuthenticator(USUAL)
    const options = await accounts.passkeyRegistration(user)
    const response = authenticator.register(options, more)
    await accounts.addPasskey(user, response, String(options['challenge']), 'desk')
    return authenticator
  }
  async function login(make: (options: JsonObject) => JsonObject) {
    const options = await directory.accounts.passkeyLogin()
    return await directory.accounts.checkPasskey(make(options), String(options['challenge']), HERE)
  }
  async function register(more: Partial<Ceremony>, user = ADA) {
    const options = await directory.accounts.passkeyRegistration(user)
    const response = softwareAuthenticator(USUAL).register(options, more)
    await directory.accounts.addPasskey(user, response, String(options['challenge']), 'desk')
  }

  test('ask for verified users and for passkeys that need no name', async () => {
    const { accounts } = directory
    const authenticator = await registered()
    expect(await accounts.passkeyRegistration(ADA)).toMatchObject({
      rp: { id: PARTY.id },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: authenticator.id }],
    })
    const options = await accounts.passkeyLogin()
    expect(options).toMatchObject({ rpId: PARTY.id, userVerification: 'required' })
    expect(options['allowCredentials']).toBeUndefined()
    expect((await accounts.passkeyLogin())['challenge']).not.toBe(options['challenge'])
  })

  test('log their user in, whatever they count', async () => {
    const authenticator = await registered()
    const synced = await registered(ADA, { synced: true })
    const answer = { user: { id: 'ada' }, methods: ['hwk', 'user'] }
    expect(await login((options) => authenticator.login(options, { counter: 7 }))).toMatchObject(
      answer,
    )
    expect(await login((options) => authenticator.login(options, { counter: 7 }))).toMatchObject(
      answer,
    )
    expect(await login((options) => authenticator.login(options))).toMatchObject(answer)
    expect(await login((options) => synced.login(options, { synced: true }))).toMatchObject({
      methods: ['swk', 'user'],
    })
    expect(directory.events.at(-1)).toMatchObject({
      event: 'login.succeeded',
      outcome: 'done',
      subject: 'user:ada',
    })
  })

  test.each([
    ['of another origin', { origin: 'https://gate.example.evil' }],
    ['of another port', { origin: 'https://gate.example:8443' }],
    ['of another relying party', { rpId: 'example' }],
    ['without verification of the user', { verified: false }],
    ['without presence of the user', { present: false, verified: false }],
    ['made in a frame of another site', { client: { crossOrigin: true } }],
    ['of another challenge', { client: { challenge: 'AAAA' } }],
    ['of another ceremony', { client: { type: 'webauthn.create' } }],
    ['without the user that it is of', { userHandle: null }],
    ['of another user', { userHandle: Buffer.from('bob').toString('base64url') }],
  ] satisfies [string, Partial<Ceremony>][])('a login %s is refused', async (_, more) => {
    const authenticator = await registered()
    expect(await login((options) => authenticator.login(options, more))).toEqual({
      refused: 'wrong',
    })
    expect(await login((options) => authenticator.login(options))).toMatchObject({
      methods: ['hwk', 'user'],
    })
  })

  test('a login that was changed, replayed or made up is refused', async () => {
    const { accounts } = directory
    const authenticator = await registered()
    const wrong = { refused: 'wrong' }
    const options = await accounts.passkeyLogin()
    const good = authenticator.login(options)
    const next = await accounts.passkeyLogin()
    expect(await accounts.checkPasskey(good, String(next['challenge']), HERE)).toEqual(wrong)
    const inner = good['response'] as JsonObject
    const signature = Buffer.from(String(inner['signature']), 'base64url')
    signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1
    const changed = { ...good, response: { ...inner, signature: signature.toString('base64url') } }
    const challenge = String(options['challenge'])
    expect(await accounts.checkPasskey(changed, challenge, HERE)).toEqual(wrong)
    const other = (await directory.administration.users.credentials('ada')).find(
      ({ kind }) => kind === 'recovery',
    )
    const junk: readonly JsonObject[] = [
      { ...good, id: String(other?.id), rawId: String(other?.id) },
      {},
      { id: 1 },
      { id: authenticator.id },
      { ...good, response: null },
      { ...good, response: { ...inner, clientDataJSON: '!' } },
      { ...good, padding: 'x'.repeat(40_000) },
      { ...good, id: `password:ada`, rawId: 'password:ada' },
    ]
    for (const response of junk)
      expect(await accounts.checkPasskey(response, challenge, HERE)).toEqual(wrong)
    expect(await accounts.checkPasskey(good, challenge, HERE)).toMatchObject({
      user: { id: 'ada' },
    })
  })

  test("another user's passkey under a changed name, or signed by another key, is refused", async () => {
    await enrol(directory, 'bob')
    const [ada, bob] = [await registered(), await registered('bob' as SubjectId)]
    const wrong = { refused: 'wrong' }
    const swapped = (options: JsonObject): JsonObject => {
      const mine = bob.login(options)
      return { ...mine, id: ada.id, rawId: ada.id }
    }
    expect(await login(swapped)).toEqual(wrong)
    const claimed = (options: JsonObject): JsonObject => {
      const theirs = ada.login(options)
      const inner = theirs['response'] as JsonObject
      const bytes = Buffer.from(String(inner['authenticatorData']), 'base64url')
      const signature = sign('sha256', bytes, bob.privateKey).toString('base64url')
      return { ...theirs, response: { ...inner, signature } }
    }
    expect(await login(claimed)).toEqual(wrong)
  })

  test.each([
    ['of another origin', { origin: 'http://gate.example' }],
    ['of another relying party', { rpId: 'evil.example' }],
    ['without verification of the user', { verified: false }],
    ['of another challenge', { client: { challenge: 'AAAA' } }],
    ['made in a frame of another site', { client: { crossOrigin: true } }],
    [
      'with certificates',
      {
        attestation: {
          fmt: 'packed',
          attStmt: new Map<string, Uint8Array | number | readonly Uint8Array[]>([
            ['alg', -7],
            ['sig', new Uint8Array(8)],
            ['x5c', [new Uint8Array(8)]],
          ]),
        },
      },
    ],
    ['attested in another way', { attestation: { fmt: 'apple', attStmt: new Map() } }],
  ] satisfies [string, Partial<Ceremony>][])('a registration %s is refused', async (_, more) => {
    await expect(register(more)).rejects.toMatchObject({
      code: 'params_invalid',
      message: 'the passkey could not be verified',
    })
  })

  test('one passkey is of one user, who must be active and ours', async () => {
    const { accounts, administration } = directory
    await enrol(directory, 'bob')
    const authenticator = softwareAuthenticator(USUAL)
    for (const user of ['ada', 'bob'] as SubjectId[]) {
      const options = await accounts.passkeyRegistration(user)
      const response = authenticator.register(options)
      const added = accounts.addPasskey(user, response, String(options['challenge']), 'desk')
      if (user === 'ada') await added
      else await expect(added).rejects.toThrow('this passkey is in use already')
    }
    await administration.users.disable('ada')
    await expect(accounts.passkeyRegistration(ADA)).rejects.toThrow('no such active user')
    // The handle is now bob's: what ada's says is put back.
    const handle = async () => {
      await administration.users.enable('ada')
      const { user } = await accounts.passkeyRegistration(ADA)
      await administration.users.disable('ada')
      return String((user as JsonObject)['id'])
    }
    const userHandle = await handle()
    expect(await login((options) => authenticator.login(options, { userHandle }))).toEqual({
      refused: 'disabled',
    })
    const federated = { provider: 'okta', subject: '7', name: 'Cy', groups: [], create: true }
    await accounts.federate(federated)
    await expect(accounts.passkeyRegistration('okta|7' as SubjectId)).rejects.toThrow(
      'log in there',
    )
  })

  test('a passkey that was removed opens nothing, and what was open is ended', async () => {
    const { administration, store } = directory
    const authenticator = await registered()
    const listed = await administration.users.credentials('ada')
    expect(listed.filter(({ kind }) => kind === 'passkey')).toMatchObject([
      { id: authenticator.id, label: 'desk' },
    ])
    await administration.users.removeCredential('ada', authenticator.id)
    expect(await login((options) => authenticator.login(options))).toEqual({ refused: 'wrong' })
    const changes = await store.db.selectFrom('change').select(['id', 'what']).execute()
    expect(changes).toContainEqual({ id: 'ada', what: 'revoked' })
  })

  test('are not offered where browsers make none', async () => {
    for (const origin of ['https://192.0.2.1', 'https://[2001:db8::1]', 'http://gate.example']) {
      const id = new URL(origin).hostname
      const other = await freshDirectory(engine, { rp: { id, origin, name: 'x' } })
      expect(other.passkeys).toBe(false)
      await expect(other.accounts.passkeyLogin()).rejects.toThrow('passkeys need')
      await other.remove()
    }
    const opening = directory.replica({ rp: { ...PARTY, id: 'other.example' } })
    await expect(opening).rejects.toThrow('`gate.example` is not under `other.example`')
  })
})
