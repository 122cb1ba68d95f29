import { createPrivateKey } from 'node:crypto'
import { importJWK, type JWK } from 'jose'
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  modifyAssertion,
  PrivateKeyJwt,
  type ServerMetadata,
} from 'openid-client'
import { isObject } from '../../kernel/json.ts'
import type { ClientAuthentication, SecretSource } from './settings.ts'

/** Our settings and what a provider says of itself do not go together. The message is for the log. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}

/**
 * Proves to the token endpoint who we are, with a secret or key that is read each time.
 *
 * @throws SetupError while authenticating, for what cannot be read; never with a secret in it.
 */
export function clientAuth(settings: ClientAuthentication): ClientAuth {
  return async (server, client, body, headers) => {
    const proof =
      settings.kind === 'client_secret'
        ? secretProof(server, await read(settings.secret))
        : await keyProof(await read(settings.key))
    await proof(server, client, body, headers)
  }
}

async function read(source: SecretSource): Promise<string> {
  const secret = await Promise.resolve()
    .then(source)
    .catch(() => '')
  if (secret === '') throw new SetupError('the secret for the provider cannot be read')
  return secret
}

/** In the body where the provider takes it there: not all decode the header as RFC 6749 says. */
function secretProof(server: ServerMetadata, secret: string): ClientAuth {
  const methods = server.token_endpoint_auth_methods_supported ?? []
  return methods.includes('client_secret_post')
    ? ClientSecretPost(secret)
    : ClientSecretBasic(secret)
}

async function keyProof(text: string): Promise<ClientAuth> {
  const jwk = readKey(text)
  const key = await importJWK(jwk, jwk.alg)
  if (key instanceof Uint8Array) throw new SetupError('a shared secret is no private key')
  const thumbprint = jwk['x5t#S256']
  return PrivateKeyJwt(jwk.kid === undefined ? key : { key, kid: jwk.kid }, {
    [modifyAssertion](header) {
      if (thumbprint !== undefined) header['x5t#S256'] = thumbprint
    },
  })
}

function readKey(text: string): JWK & { readonly alg: string } {
  try {
    const jwk = text.trimStart().startsWith('{') ? (JSON.parse(text) as JWK) : fromPem(text)
    const alg = isObject(jwk) ? (jwk.alg ?? algorithmOf(jwk)) : undefined
    if (alg !== undefined && jwk.d !== undefined) return { ...jwk, alg }
  } catch {
    // What the parsers say can hold parts of the key.
  }
  throw new SetupError('the private key for the provider cannot be read')
}

function fromPem(text: string): JWK {
  return createPrivateKey(text).export({ format: 'jwk' }) as JWK
}

function algorithmOf({ kty, crv }: JWK): string | undefined {
  const names: Readonly<Record<string, string>> = {
    RSA: 'RS256',
    'EC P-256': 'ES256',
    'EC P-384': 'ES384',
    'EC P-521': 'ES512',
    'OKP Ed25519': 'EdDSA',
  }
  return names[crv === undefined ? String(kty) : `${kty} ${crv}`]
}
