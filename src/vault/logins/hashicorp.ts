import { readFile } from 'node:fs/promises'
import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import { callJson, KeeperRefusal, type SecretText, textAt } from './call-json.ts'
import { refused } from './refused.ts'
import { endOf, type ShortToken, shortToken } from './short-token.ts'

/** How HashiCorp Vault, or OpenBao, knows us. */
export type HashicorpLogin =
  | { readonly kind: 'token'; readonly token: SecretText }
  | {
      readonly kind: 'approle'
      /** Where the method is mounted. */
      readonly mount: string
      readonly roleId: SecretText
      readonly secretId: SecretText
    }
  | {
      readonly kind: 'kubernetes'
      readonly mount: string
      readonly role: string
      /** The file with the token of the pod's account. */
      readonly tokenFile: string
    }

export interface HashicorpPlace {
  /** Its address, such as `https://vault.example.com:8200`. */
  readonly address: string
  readonly namespace?: string
  readonly login: HashicorpLogin
}

/** Asks HashiCorp Vault as whom we are there; logs in first, and once more when the token is refused. */
export type AskHashicorp = (
  method: 'GET' | 'POST',
  /** Below `/v1/`. */
  path: string,
  body?: object,
) => Promise<Readonly<Record<string, unknown>>>

const WHO = 'HashiCorp Vault'

/** @throws GatewayError `credential_unavailable`, from each call. */
export function askHashicorp(place: HashicorpPlace, fetch: SafeFetch, clock: Clock): AskHashicorp {
  const base = place.address.replace(/\/$/, '')
  const call = (method: 'GET' | 'POST', path: string, body?: object, token?: string) =>
    callJson(fetch, WHO, `${base}/v1/${path}`, {
      method,
      headers: {
        'x-vault-request': 'true',
        ...(token !== undefined && { 'x-vault-token': token }),
        ...(place.namespace !== undefined && { 'x-vault-namespace': place.namespace }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const source = shortToken(clock, () => logIn(place.login, call, clock))
  return async (method, path, body) => {
    try {
      return await call(method, path, body, await source.token())
    } catch (error) {
      if (!(error instanceof KeeperRefusal) || error.status !== 403) throw error
      source.drop()
      return call(method, path, body, await source.token())
    }
  }
}

type Call = (
  method: 'POST',
  path: string,
  body: object,
) => Promise<Readonly<Record<string, unknown>>>

async function logIn(login: HashicorpLogin, call: Call, clock: Clock): Promise<ShortToken> {
  // A token that the operator gives may change where it is kept: it is read every minute or so.
  if (login.kind === 'token') return { token: await login.token(), until: clock() + 120_000 }
  const answer = await call('POST', `auth/${login.mount}/login`, await shown(login))
  const { auth } = answer as { readonly auth?: { readonly lease_duration?: unknown } }
  // A lease of 0 has no end: it is asked for anew every hour all the same.
  return {
    token: textAt(WHO, answer, 'auth', 'client_token'),
    until: endOf(clock, auth?.lease_duration === 0 ? 3_600 : auth?.lease_duration),
  }
}

async function shown(login: Exclude<HashicorpLogin, { kind: 'token' }>): Promise<object> {
  if (login.kind === 'approle')
    return { role_id: await login.roleId(), secret_id: await login.secretId() }
  try {
    return { role: login.role, jwt: (await readFile(login.tokenFile, 'utf8')).trim() }
  } catch (cause) {
    throw refused(`the token of the pod cannot be read from \`${login.tokenFile}\``, cause)
  }
}
