import type { Accounts, User } from '../kernel/accounts.ts'
import type { PasskeySignatures } from '../kernel/approval-desk.ts'
import { type Actor, witnessBy } from '../kernel/event.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { witnessed } from '../kernel/witnessed.ts'
import { type AgentAdministration, agentAdministration } from './agent-administration.ts'
import { findAgent } from './agents.ts'
import { changePassword } from './change-password.ts'
import { federate } from './federation.ts'
import { logins } from './logins.ts'
import { invalid, requireText } from './names.ts'
import { findLink, sweepLinks } from './one-time-links.ts'
import { ensureOwner } from './owner.ts'
import type { Parts } from './parts.ts'
import { passkeySignatures } from './passkey-signatures.ts'
import { keepPasskey, passkeysOf } from './passkey-store.ts'
import { loginOptions, registrationOptions, verifyRegistration } from './passkeys.ts'
import { PASSWORDS, type PasswordOptions, passwords } from './passwords.ts'
import { redeemLink } from './redeem-link.ts'
import { type RelyingParty, usableParty } from './relying-party.ts'
import { seenSubjects } from './seen.ts'
import { THROTTLE, type ThrottleRules, throttle } from './throttle.ts'
import { type UserAdministration, userAdministration } from './user-administration.ts'
import { findUser } from './users.ts'

export type { AgentAdministration } from './agent-administration.ts'
export type { RelyingParty } from './relying-party.ts'
export type { ThrottleRules } from './throttle.ts'
export type { UserAdministration } from './user-administration.ts'

/** Milliseconds between two removals of what is over. */
const SWEEP_EVERY = 10 * 60_000
const MAX_PASSKEYS = 20

export interface DirectoryOptions extends Parts {
  /** Whom passkeys are for. A new `id` makes those that there are useless. */
  readonly rp: RelyingParty
  readonly throttle?: Partial<ThrottleRules>
  readonly passwords?: Partial<PasswordOptions>
}

/** What the operator does to identities. */
export interface DirectoryAdministration {
  readonly users: UserAdministration
  readonly agents: AgentAdministration
}

export interface Directory {
  readonly accounts: Accounts
  readonly administration: DirectoryAdministration
  /** The same, when somebody is known to do it: events say who. */
  administrationBy(by: Actor): DirectoryAdministration
  /** Whether browsers make passkeys here: not under an IP address, nor over plain HTTP. */
  readonly passkeys: boolean
  /** Signatures of people's passkeys over what they approve. */
  readonly signatures: PasskeySignatures
  /** Sets the password of a user who just proved who they are, and ends what they have open. Throws GatewayError `params_invalid`. */
  setPassword(user: SubjectId, password: string): Promise<void>
  /** Makes the first user; see `owner.ts`. `link` is the secret of the setup link, if there is one. */
  ensureOwner(): Promise<{ readonly link?: string }>
  /** Writes what is noted. The store stays open. */
  close(): Promise<void>
}

/**
 * Opens the people and machine identities of a deployment.
 *
 * @throws GatewayError `params_invalid` for a relying party whose id does not belong to its origin.
 */
export function openDirectory(options: DirectoryOptions): Directory {
  const { store, clock, randomId, witness } = options
  const party = usableParty(options.rp)
  const parts: Parts = { store, clock, randomId, witness }
  const hashes = passwords({ ...PASSWORDS, ...options.passwords })
  const attempts = throttle(store.db, clock, { ...THROTTLE, ...options.throttle })
  const uses = seenSubjects(store.db, clock)
  const seen = ({ id }: User): void => uses.note('user', id)
  const sweep = async (): Promise<void> => {
    await attempts.sweep()
    await sweepLinks(store.db, clock())
  }
  // What could not be swept is swept the next time.
  const timer = setInterval(() => void sweep().catch(() => {}), SWEEP_EVERY).unref()
  return {
    accounts: {
      ...logins({ ...parts, passwords: hashes, throttle: attempts, party, seen }),
      ...passkeyAccounts(parts, party),
      user: (id) => findUser(store.db, id),
      agent: (id) => findAgent(store.db, id),
      seen: (kind, id) => uses.note(kind, id),
      async federate(login) {
        const result = await federate(parts, login)
        if ('user' in result) seen(result.user)
        return result
      },
      async openLink(secret) {
        const link = await findLink(store.db, secret, clock())
        return link && { purpose: link.purpose, user: link.user }
      },
      redeemLink: (secret, choice) => redeemLink({ ...parts, passwords: hashes }, secret, choice),
    },
    passkeys: party !== undefined,
    signatures: passkeySignatures(parts, party),
    administration: administrationOf(parts),
    administrationBy: (by) => administrationOf({ ...parts, witness: witnessBy(witness, by) }),
    setPassword: (id, password) => changePassword({ ...parts, passwords: hashes }, id, password),
    ensureOwner: () => ensureOwner(parts),
    async close() {
      clearInterval(timer)
      await uses.close()
    },
  }
}

function administrationOf(parts: Parts): DirectoryAdministration {
  const agents = agentAdministration(parts)
  return { users: userAdministration(parts, agents), agents }
}

type PasskeyAccounts = Pick<Accounts, 'passkeyLogin' | 'passkeyRegistration' | 'addPasskey'>

function passkeyAccounts(parts: Parts, rp: RelyingParty | undefined): PasskeyAccounts {
  const { store, witness, clock } = parts
  const { db } = store
  const party = (): RelyingParty => {
    if (rp === undefined) throw invalid('passkeys need HTTPS and a host name')
    return rp
  }
  return {
    passkeyLogin: async () => await loginOptions(party()),
    async passkeyRegistration(id) {
      const user = await requireLocal(parts, id)
      return await registrationOptions(party(), user, await passkeysOf(db, id))
    },
    async addPasskey(id, response: JsonObject, challenge, label) {
      const name = requireText('the label', label, 64)
      await requireLocal(parts, id)
      if ((await passkeysOf(db, id)).length >= MAX_PASSKEYS)
        throw invalid(`at most ${MAX_PASSKEYS} passkeys; remove old ones first`)
      const passkey = await verifyRegistration(party(), response, challenge)
      if (passkey === undefined) throw invalid('the passkey could not be verified')
      const event = { event: 'credential.added', subject: `user:${id}` } as const
      await witnessed(
        witness,
        { ...event, target: `passkey:${passkey.id.slice(0, 64)}` },
        async () => {
          if (!(await keepPasskey(store.db, id, passkey, name, clock())))
            throw invalid('this passkey is in use already')
        },
      )
    },
  }
}

/** An active person of the built-in store: what others log in with, their provider says. */
async function requireLocal({ store }: Parts, id: string): Promise<User> {
  const user = await findUser(store.db, id)
  if (user?.status !== 'active') throw invalid('there is no such active user')
  if (user.provider !== undefined) throw invalid('people of a provider log in there')
  return user
}
