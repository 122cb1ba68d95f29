import { setTimeout as sleep } from 'node:timers/promises'
import { DEFAULT_SCOPES } from '../../kernel/scope.ts'
import { type Credential, challengeParameter } from '../credential.ts'
import { readLogin, removeLogin, writeLogin } from './login-file.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { proofFor } from './proof.ts'
import { type Asking, refresh, type SignedIn, signIn, type Way } from './sign-in.ts'

/** Milliseconds before its end from which on a token is not used any more. */
const MARGIN = 15_000

/**
 * What a program shows that acts for a person of this machine: a token that is bound to a key of its
 * own, from a login that is kept. Whoever has none is asked to sign in, and whoever calls a tool that
 * was not consented to is asked for consent.
 */
export function loginCredential(dataDir: string, way: Way, asking: Asking): Credential {
  const tokens = new Map<string, Promise<SignedIn>>()
  let nonce: string | undefined

  const keep = (signed: SignedIn): SignedIn => {
    writeLogin(dataDir, signed.login)
    return signed
  }
  const renewed = async (resource: string): Promise<SignedIn | undefined> => {
    const login = readLogin(dataDir, resource)
    if (login === undefined) return undefined
    const signed = await refresh(way, login)
    if (signed !== undefined) return keep(signed)
    // Another program of this machine may have renewed it in the meantime.
    await sleep(50)
    const now = readLogin(dataDir, resource)
    if (now !== undefined && now.refreshToken !== login.refreshToken) return renewed(resource)
    removeLogin(dataDir, resource)
    return undefined
  }
  const obtained = (resource: string): Promise<SignedIn> =>
    oneAtATime(
      dataDir,
      resource,
      async () =>
        (await renewed(resource)) ?? keep(await signIn(way, resource, DEFAULT_SCOPES, asking)),
    )
  const current = async (resource: string): Promise<SignedIn> => {
    const known = await tokens.get(resource)?.catch(() => undefined)
    if (known !== undefined && known.expires - Date.now() > MARGIN) return known
    return begin(resource, obtained(resource))
  }
  const begin = (resource: string, next: Promise<SignedIn>): Promise<SignedIn> => {
    tokens.set(resource, next)
    next.catch(() => tokens.delete(resource))
    return next
  }

  return {
    async headers(request) {
      const { token, login } = await current(request.address)
      return {
        authorization: `DPoP ${token}`,
        dpop: await proofFor(login.key, request, token, nonce),
      }
    },
    async refused({ address }, response) {
      const given = response.headers['dpop-nonce']
      if (typeof given === 'string') nonce = given
      const error = challengeParameter(response, 'error')
      if (response.statusCode === 401) {
        if (error !== 'use_dpop_nonce') tokens.delete(address)
        return true
      }
      const scope = challengeParameter(response, 'scope')
      if (error !== 'insufficient_scope' || scope === undefined) return false
      const signing = oneAtATime(dataDir, address, async () =>
        keep(await signIn(way, address, scope.split(' '), asking)),
      )
      await begin(address, signing)
      return true
    },
  }
}
