import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { enrol, type FreshDirectory, freshDirectory, PARTY } from './testing/fresh-directory.ts'
import { type Ceremony, softwareAuthenticator } from './testing/software-authenticator.ts'

const USUAL = { origin: PARTY.origin, rpId: PARTY.id }
const CHALLENGE = randomBytes(32).toString('base64url')

describe.each(ENGINES)('signatures by passkeys on %s', (engine) => {
  let directory: FreshDirectory
  beforeEach(async () => {
    directory = await freshDirectory(engine)
    await enrol(directory, 'ada')
    await enrol(directory, 'bob')
  })
  afterEach(() => directory.remove())

  async function registered(user: string) {
    const { accounts } = directory
    const authenticator = softwareAuthenticator(USUAL)
    const options = await accounts.passkeyRegistration(user as SubjectId)
    const response = authenticator.register(options)
    await accounts.addPasskey(user as SubjectId, response, String(options['challenge']), 'desk')
    return authenticator
  }
  const signed = (
    authenticator: Awaited<ReturnType<typeof registered>>,
    more: Partial<Ceremony> = {},
    challenge = CHALLENGE,
  ) => authenticator.login({ challenge }, more)

  test('are asked for by the passkeys of the person, over exactly the challenge', async () => {
    const { signatures } = directory
    const one = await registered('ada')
    const two = await registered('ada')
    await registered('bob')
    const options = await signatures.options('ada', CHALLENGE)
    expect(options).toMatchObject({
      challenge: CHALLENGE,
      rpId: PARTY.id,
      userVerification: 'required',
    })
    const allowed = options?.['allowCredentials'] as readonly JsonObject[]
    expect(allowed.map(({ id }) => id).toSorted()).toEqual([one.id, two.id].toSorted())
  })

  test('are kept with all that is needed to check them again', async () => {
    const authenticator = await registered('ada')
    const assertion = signed(authenticator)
    const evidence = await directory.signatures.verify('ada', assertion, CHALLENGE)
    const { clientDataJSON, authenticatorData, signature } = assertion['response'] as JsonObject
    expect(evidence).toMatchObject({
      passkey: authenticator.id,
      clientDataJSON,
      authenticatorData,
      signature,
    })
    const bytes = (name: string) => Buffer.from(String(evidence?.[name]), 'base64url')
    const over = Buffer.concat([
      bytes('authenticatorData'),
      createHash('sha256').update(bytes('clientDataJSON')).digest(),
    ])
    const key = createPublicKey(authenticator.privateKey)
    expect(verify('sha256', over, key, bytes('signature'))).toBe(true)
    // The key that is kept is that key, in COSE: its coordinates stand in it.
    const { x, y } = key.export({ format: 'jwk' })
    for (const part of [x, y])
      expect(bytes('publicKey').includes(Buffer.from(String(part), 'base64url'))).toBe(true)
    const [used] = (await directory.administration.users.credentials('ada')).filter(
      ({ kind }) => kind === 'passkey',
    )
    expect(used).toMatchObject({ used: directory.clock.now })
  })

  test('of authenticators that do not say whose they are count too', async () => {
    const authenticator = await registered('ada')
    const assertion = signed(authenticator, { userHandle: null })
    expect(await directory.signatures.verify('ada', assertion, CHALLENGE)).toBeDefined()
  })

  test.each<readonly [string, Partial<Ceremony>]>([
    ['of another origin', { origin: 'https://gate.example.evil' }],
    ['of another relying party', { rpId: 'example' }],
    ['without verification of the user', { verified: false }],
    ['without presence of the user', { present: false, verified: false }],
    ['of another user, by its own word', { userHandle: 'AAAA' }],
    ['in a frame of another site', { client: { crossOrigin: true } }],
    ['for a registration', { client: { type: 'webauthn.create' } }],
  ])('do not count %s', async (_, ceremony) => {
    const authenticator = await registered('ada')
    const assertion = signed(authenticator, ceremony)
    expect(await directory.signatures.verify('ada', assertion, CHALLENGE)).toBeUndefined()
  })

  test('do not count for another challenge, person or key, nor when they were changed', async () => {
    const { signatures } = directory
    const ada = await registered('ada')
    const bob = await registered('bob')
    const good = signed(ada)
    const inner = good['response'] as JsonObject
    const wrong: readonly (readonly [string, JsonObject, string])[] = [
      ['ada', good, randomBytes(32).toString('base64url')],
      ['bob', good, CHALLENGE],
      ['ada', signed(bob), CHALLENGE],
      ['ada', { ...signed(bob), id: ada.id, rawId: ada.id }, CHALLENGE],
      ['ada', { ...good, response: { ...inner, signature: 'AAAA' } }, CHALLENGE],
      ['ada', { ...good, response: {} }, CHALLENGE],
      ['ada', { ...good, id: 7 }, CHALLENGE],
      ['ada', {}, CHALLENGE],
    ]
    for (const [user, assertion, challenge] of wrong)
      expect(await signatures.verify(user, assertion, challenge)).toBeUndefined()
    expect(await signatures.verify('ada', good, CHALLENGE)).toBeDefined()
  })

  test('are neither asked of nor taken from who is disabled, or whose passkey was removed', async () => {
    const { signatures, administration } = directory
    const ada = await registered('ada')
    const bob = await registered('bob')
    await administration.users.removeCredential('ada', ada.id)
    expect(await signatures.options('ada', CHALLENGE)).toBeUndefined()
    expect(await signatures.verify('ada', signed(ada), CHALLENGE)).toBeUndefined()
    await administration.users.disable('bob')
    expect(await signatures.options('bob', CHALLENGE)).toBeUndefined()
    expect(await signatures.verify('bob', signed(bob), CHALLENGE)).toBeUndefined()
    expect(await signatures.options('nobody', CHALLENGE)).toBeUndefined()
  })

  test('there are none where browsers make none', async () => {
    const ada = await registered('ada')
    const rp = { id: '192.0.2.1', origin: 'https://192.0.2.1', name: 'x' }
    const { signatures } = await directory.replica({ rp })
    expect(await signatures.options('ada', CHALLENGE)).toBeUndefined()
    expect(await signatures.verify('ada', signed(ada), CHALLENGE)).toBeUndefined()
  })
})
