import { createHash } from 'node:crypto'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { decodeAttestationObject, decodeClientDataJSON } from '@simplewebauthn/server/helpers'
import type { User } from '../kernel/accounts.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import type { RelyingParty } from './relying-party.ts'

/** What is kept of a passkey. The public key is its COSE form in base64url. */
export interface Passkey {
  readonly id: string
  readonly publicKey: string
  readonly transports: readonly string[]
  /** Whether it is kept on one device, or copied between devices of its owner. */
  readonly device: 'single' | 'multi'
  /** The make of the authenticator, as it says. */
  readonly aaguid: string
}

/** ES256, EdDSA, RS256 (RFC 9053, RFC 8812). */
const ALGORITHMS = [-7, -8, -257]
const TIMEOUT = 5 * 60_000
const SIGNATURE_TIMEOUT = 2 * 60_000
const MAX_RESPONSE = 32_768
const CREDENTIAL_ID = /^[A-Za-z0-9_-]{1,1400}$/
const TRANSPORT = /^[a-z-]{1,32}$/

/** Options for any passkey that the browser finds: nobody says who they are first. */
export async function loginOptions({ id }: RelyingParty): Promise<JsonObject> {
  return plain(
    await generateAuthenticationOptions({
      rpID: id,
      userVerification: 'required',
      timeout: TIMEOUT,
    }),
  )
}

export async function registrationOptions(
  { id, name }: RelyingParty,
  user: User,
  known: readonly Passkey[],
): Promise<JsonObject> {
  return plain(
    await generateRegistrationOptions({
      rpID: id,
      rpName: name,
      userID: userHandle(user.id),
      userName: user.id,
      userDisplayName: user.name,
      attestationType: 'none',
      timeout: TIMEOUT,
      supportedAlgorithmIDs: ALGORITHMS,
      excludeCredentials: known.map((passkey) => ({
        id: passkey.id,
        transports: [...passkey.transports],
      })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    }),
  )
}

/** The new passkey that a response brings; undefined if it does not verify. */
export async function verifyRegistration(
  party: RelyingParty,
  response: JsonObject,
  challenge: string,
): Promise<Passkey | undefined> {
  try {
    if (!isSound(response) || !isSelfMade(response)) return undefined
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: response as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!verified || !CREDENTIAL_ID.test(registrationInfo.credential.id)) return undefined
    const { credential, credentialDeviceType, aaguid } = registrationInfo
    return {
      id: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      transports: transportsOf(response),
      device: credentialDeviceType === 'singleDevice' ? 'single' : 'multi',
      aaguid,
    }
  } catch {
    // The library throws whatever is wrong with a response.
    return undefined
  }
}

/** The id that a login response claims to be of; undefined if it cannot be one. */
export function credentialIdOf(response: JsonObject): string | undefined {
  const { id } = response
  return typeof id === 'string' && CREDENTIAL_ID.test(id) ? id : undefined
}

/** Whether a login response is of this passkey, of this user, for this challenge. */
export async function verifyLogin(
  party: RelyingParty,
  response: JsonObject,
  challenge: string,
  { user, passkey }: { readonly user: string; readonly passkey: Passkey },
): Promise<boolean> {
  try {
    if (!isSound(response) || !isHandleOf(response, user)) return false
    const { verified } = await verifyAuthenticationResponse({
      response: response as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: Buffer.from(passkey.publicKey, 'base64url'),
        // Passkeys that are copied count nothing; what is used twice is seen by its challenge.
        counter: 0,
      },
    })
    return verified
  } catch {
    return false
  }
}

/** Options for a signature by one of these passkeys over a challenge (base64url). */
export async function signatureOptions(
  { id }: RelyingParty,
  passkeys: readonly Passkey[],
  challenge: string,
): Promise<JsonObject> {
  return plain(
    await generateAuthenticationOptions({
      rpID: id,
      // As bytes: a string would be taken for text.
      challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
      allowCredentials: passkeys.map((passkey) => ({
        id: passkey.id,
        transports: [...passkey.transports],
      })),
      userVerification: 'required',
      timeout: SIGNATURE_TIMEOUT,
    }),
  )
}

/**
 * All that is needed to check the signature again, if the response is of this passkey, over this
 * challenge, with its user verified; else undefined.
 */
export async function verifySignature(
  party: RelyingParty,
  response: JsonObject,
  challenge: string,
  owner: { readonly user: string; readonly passkey: Passkey },
): Promise<JsonObject | undefined> {
  // Who is asked for certain passkeys need not say whose they are.
  const inner = response['response']
  const silent = isObject(inner) && (inner['userHandle'] ?? null) === null
  const named = silent
    ? { ...response, response: { ...inner, userHandle: encodedHandle(owner.user) } }
    : response
  if (!isObject(inner) || !(await verifyLogin(party, named, challenge, owner))) return undefined
  const { clientDataJSON, authenticatorData, signature } = inner
  const { id, publicKey } = owner.passkey
  return { passkey: id, publicKey, clientDataJSON, authenticatorData, signature }
}

/** RFC 8176: a key, in hardware if it is kept on one device, and the presence of its user. */
export function methodsOf({ device }: Passkey): readonly string[] {
  return [device === 'single' ? 'hwk' : 'swk', 'user']
}

export function passkeyData({ id: _, ...data }: Passkey): string {
  return JSON.stringify(data)
}

/** @throws SyntaxError for a row that is not ours. */
export function passkeyOf(id: string, data: string): Passkey {
  return { ...(JSON.parse(data) as Omit<Passkey, 'id'>), id }
}

/** At most 64 bytes that say nothing of the person to who finds the authenticator (section 14.6.1). */
function userHandle(user: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(`bailiwick passkey of ${user}`).digest())
}

function isHandleOf(response: JsonObject, user: string): boolean {
  const inner = response['response']
  return isObject(inner) && inner['userHandle'] === encodedHandle(user)
}

function encodedHandle(user: string): string {
  return Buffer.from(userHandle(user)).toString('base64url')
}

/** Small enough to look at, and not made in a frame of another site. */
function isSound(response: JsonObject): boolean {
  const inner = response['response']
  if (JSON.stringify(response).length > MAX_RESPONSE || !isObject(inner)) return false
  const client = inner['clientDataJSON']
  return typeof client === 'string' && decodeClientDataJSON(client).crossOrigin !== true
}

/**
 * No certificates were asked for. With some, the library would look their revocation up at addresses
 * that they name themselves.
 */
function isSelfMade(response: JsonObject): boolean {
  const inner = response['response']
  const encoded = isObject(inner) ? inner['attestationObject'] : undefined
  if (typeof encoded !== 'string') return false
  const attestation = decodeAttestationObject(Buffer.from(encoded, 'base64url'))
  const format = attestation.get('fmt')
  if (format === 'none') return true
  return format === 'packed' && attestation.get('attStmt').get('x5c') === undefined
}

function transportsOf(response: JsonObject): readonly string[] {
  const inner = response['response']
  const transports = isObject(inner) ? inner['transports'] : undefined
  if (!Array.isArray(transports)) return []
  return transports
    .filter((one): one is string => typeof one === 'string' && TRANSPORT.test(one))
    .slice(0, 8)
}

function plain(options: object): JsonObject {
  return JSON.parse(JSON.stringify(options)) as JsonObject
}
