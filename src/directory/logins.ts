import type { LoginResult, User } from '../kernel/accounts.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { JsonObject } from '../kernel/json.ts'
import { sourceAddress } from '../kernel/source-address.ts'
import { isId } from './names.ts'
import type { Parts } from './parts.ts'
import { findPasskey, notePasskeyUse } from './passkey-store.ts'
import { credentialIdOf, methodsOf, verifyLogin } from './passkeys.ts'
import { findPassword, notePasswordUse, type Passwords } from './passwords.ts'
import { consumeRecoveryCode, recoveryCodesLeft } from './recovery-codes.ts'
import type { RelyingParty } from './relying-party.ts'
import type { Attempt, Throttle } from './throttle.ts'
import { findUser } from './users.ts'

export interface LoginParts extends Parts {
  readonly passwords: Passwords
  readonly throttle: Throttle
  readonly party: RelyingParty | undefined
  readonly seen: (user: User) => void
}

/** How people of the built-in store log in. Each result is witnessed before it is known. */
export interface Logins {
  checkPassword(login: string, password: string, from: string): Promise<LoginResult>
  checkRecoveryCode(login: string, code: string, from: string): Promise<LoginResult>
  checkPasskey(response: JsonObject, challenge: string, from: string): Promise<LoginResult>
}

type Refused = 'wrong' | 'disabled' | 'not-allowed'

const MAX_LOGIN = 256
/** Milliseconds to wait when too many passwords are being checked. */
const BUSY = 1_000

/** What a check found out, before it is said. */
type Found =
  | { readonly user: User; readonly methods: readonly string[]; readonly detail?: JsonObject }
  | {
      readonly refused: Refused
      /** Only where the attempt says for certain whom it was about. */
      readonly about?: User
    }

export function logins(parts: LoginParts): Logins {
  const { throttle, store } = parts
  const { db } = store

  /** Takes an attempt, makes it, has the result witnessed, and says it. */
  const attempt = async (
    method: string,
    from: string,
    name: string | undefined,
    make: () => Promise<Found>,
  ): Promise<LoginResult> => {
    const address = sourceAddress(from)
    const begun = await throttle.begin(address, name)
    if ('retryAfter' in begun) return { refused: 'throttled', retryAfter: begun.retryAfter }
    const found = await makeOrUndo(begun, make)
    if (found === undefined) return { refused: 'throttled', retryAfter: BUSY }
    return await say(parts, method, address, begun, found)
  }

  return {
    checkPassword(login, password, from) {
      const name = loginName(login)
      return attempt('pwd', from, name, () => checkPassword(parts, name, password))
    },
    // Codes cannot be guessed, so no name is slowed down for them: whoever is kept from their password by
    // somebody else's attempts still gets in with one.
    checkRecoveryCode(login, code, from) {
      const name = loginName(login)
      return attempt('otp', from, undefined, async () => {
        const right = isId(name) && (await consumeRecoveryCode(db, name, code, parts.clock()))
        const user = await findUser(db, isId(name) ? name : '')
        if (user?.status === 'disabled') return { refused: 'disabled', about: user }
        if (!right || user === undefined) return { refused: 'wrong', ...(user && { about: user }) }
        const left = await recoveryCodesLeft(db, user.id)
        return { user, methods: ['otp'], detail: { left } }
      })
    },
    checkPasskey(response, challenge, from) {
      return attempt('hwk', from, undefined, () => checkPasskey(parts, response, challenge))
    },
  }
}

/** Runs a check; undefined, and the attempt is given back, when there was no room for it. */
async function makeOrUndo(begun: Attempt, make: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'too_many_requests') throw error
    await begun.undone()
    return undefined
  }
}

async function say(
  { witness, seen }: LoginParts,
  method: string,
  from: string,
  begun: Attempt,
  found: Found,
): Promise<LoginResult> {
  if ('refused' in found) {
    const { refused, about } = found
    await witness({
      event: 'login.failed',
      outcome: 'refused',
      ...(about && { subject: `user:${about.id}` }),
      detail: { method, from, reason: refused },
    })
    return { refused }
  }
  const { user, methods, detail } = found
  await witness({
    event: 'login.succeeded',
    outcome: 'done',
    subject: `user:${user.id}`,
    detail: { methods, from, ...detail },
  })
  await begun.succeeded()
  seen(user)
  return { user, methods }
}

async function checkPassword(parts: LoginParts, name: string, password: string): Promise<Found> {
  // The same look-ups for names that cannot be.
  const id = isId(name) ? name : ''
  const user = await findUser(parts.store.db, id)
  // Two logins at once may both renew the hash: the second finds it changed, and looks again.
  const right =
    (await usePassword(parts, id, user, password)) ?? (await usePassword(parts, id, user, password))
  if (right !== true || user === undefined)
    return { refused: 'wrong', ...(user && { about: user }) }
  if (user.status === 'disabled') return { refused: 'disabled', about: user }
  return { user, methods: ['pwd'] }
}

/** Whether a password is right; undefined when it was another one after the check than before. */
async function usePassword(
  { store: { db }, passwords, clock }: LoginParts,
  id: string,
  user: User | undefined,
  password: string,
): Promise<boolean | undefined> {
  const stored = await findPassword(db, id)
  const right = await passwords.matches(stored, password)
  if (!right || stored === undefined) return false
  if (user?.status !== 'active') return true
  const renewed = await passwords.renewed(stored, password)
  return (await notePasswordUse(db, id, stored, renewed, clock())) ? true : undefined
}

async function checkPasskey(
  { store: { db }, party, clock }: LoginParts,
  response: JsonObject,
  challenge: string,
): Promise<Found> {
  const id = credentialIdOf(response)
  const known = id === undefined ? undefined : await findPasskey(db, id)
  if (party === undefined || known === undefined) return { refused: 'wrong' }
  if (!(await verifyLogin(party, response, challenge, known))) return { refused: 'wrong' }
  const user = await findUser(db, known.user)
  if (user === undefined) return { refused: 'wrong' }
  if (user.status === 'disabled') return { refused: 'disabled', about: user }
  if (user.provider !== undefined) return { refused: 'not-allowed', about: user }
  if (!(await notePasskeyUse(db, known.passkey.id, clock()))) return { refused: 'wrong' }
  return { user, methods: methodsOf(known.passkey) }
}

/** What was typed, as ids are written. */
function loginName(login: string): string {
  return login.slice(0, MAX_LOGIN).normalize('NFKC').trim().toLowerCase()
}
