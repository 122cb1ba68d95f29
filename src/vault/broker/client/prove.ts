import { createPrivateKey, type KeyObject } from 'node:crypto'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import { type ClientAuth, ClientSecretPost, None, PrivateKeyJwt } from 'openid-client'
import type { CredentialOwner } from '../../../kernel/credential.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import { clientSecretBasic } from './basic.ts'
import type { Client } from './client.ts'
import type { OwnKeys } from './own-keys.ts'

/**
 * How a client proves who it is at the token endpoint (RFC 6749 section 2.3, RFC 7523 section 2.2).
 *
 * @throws GatewayError `credential_unavailable` where its secret or key cannot be read.
 */
export async function proofOf(
  client: Client,
  owner: CredentialOwner,
  keys: OwnKeys,
): Promise<ClientAuth> {
  switch (client.method) {
    case 'none':
      return None()
    case 'client_secret_basic':
      return clientSecretBasic(await secretOf(client, owner))
    case 'client_secret_post':
      return ClientSecretPost(await secretOf(client, owner))
    case 'private_key_jwt':
      return PrivateKeyJwt(
        client.key === undefined ? await keys.signing() : await keyOf(await client.key(owner)),
      )
  }
}

async function secretOf({ secret }: Client, owner: CredentialOwner): Promise<string> {
  const text = await secret?.(owner)
  if (text === undefined || text === '')
    throw new GatewayError('credential_unavailable', 'the client has no secret')
  return text
}

interface SigningKey {
  readonly key: CryptoKey
  readonly kid?: string
}

/** A private key in PEM or as a JWK, for the algorithm that goes with it. */
async function keyOf(text: string): Promise<SigningKey> {
  // Without the cause, which may quote the text.
  const read = await readKey(text).catch(() => undefined)
  if (read !== undefined) return read
  throw new GatewayError('credential_unavailable', 'the private key of the client cannot be read')
}

async function readKey(text: string): Promise<SigningKey> {
  const given = text.trimStart().startsWith('{') ? (JSON.parse(text) as JWK) : undefined
  const key: KeyObject = createPrivateKey(
    given === undefined ? text : { key: given as Record<string, string>, format: 'jwk' },
  )
  const jwk = key.export({ format: 'jwk' }) as JWK
  const imported = (await importJWK(jwk, given?.alg ?? algorithmOf(jwk))) as CryptoKey
  return { key: imported, ...(given?.kid === undefined ? {} : { kid: given.kid }) }
}

function algorithmOf({ kty, crv }: JWK): string {
  if (kty === 'RSA') return 'PS256'
  if (kty === 'OKP') return 'Ed25519'
  return { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }[crv ?? ''] ?? 'ES256'
}
