import { type Actor, witnessBy } from '../../kernel/event.ts'
import { createSeal } from '../../kernel/seal.ts'
import type { Subject } from '../../kernel/subject.ts'
import type { Handler, Interactions, Issuer, Routes } from '../parts.ts'
import { type SessionAdministration, sessionAdministration } from './browser-sessions.ts'
import { type Consents, createConsents } from './consents.ts'
import { createGrants, grantAdministration } from './create-grants.ts'
import type { Engine } from './engine.ts'
import { createRoutes, protect } from './front.ts'
import type { GrantAdministration } from './grants.ts'
import { createInteractions } from './interactions.ts'
import { createIssuer } from './issue.ts'
import { createSigningKeys, type KeyAdministration, type KeySet } from './keys.ts'
import { createObjects } from './objects.ts'
import { type AuthorizationServerOptions, type Settings, settingsOf } from './options.ts'
import { type LiveProvider, liveProvider } from './provider.ts'
import { createRefreshTokens } from './refresh-tokens.ts'
import { signStatement } from './statement.ts'
import { sweep } from './sweep.ts'
import { type WantedConsent, wantedConsent } from './wanted-consent.ts'

/** An authorization server (OAuth 2.1) on one database; others may run on the same. */
export interface AuthorizationServer {
  /** Metadata, keys, authorize, token, PAR, revocation, introspection and registration. */
  readonly routes: Routes
  readonly issuer: Issuer
  /** Signs who a subject is, for another authorization server. */
  state(subject: Subject, audience: string): Promise<string>
  readonly interactions: Interactions
  readonly grants: GrantAdministration
  readonly keys: KeyAdministration
  /** Sessions of browsers. */
  readonly sessions: SessionAdministration
  /** The same for grants, keys and sessions, when somebody is known to do it: events say who. */
  administrationBy(by: Actor): {
    readonly grants: GrantAdministration
    readonly keys: KeyAdministration
    readonly sessions: SessionAdministration
  }
  readonly consents: Consents
  /** Hears of grants that a resource refused for want of scopes. */
  readonly consentWanted: WantedConsent['note']
  /** Puts a handler of pages behind the same check of `Host`. */
  protect(handler: Handler): Handler
  /** Reads the signing keys again: another replica has changed them. */
  reload(): Promise<void>
  /** Does what is due by the age of keys. Happens by itself every few seconds. */
  advanceKeys(): Promise<void>
  close(): Promise<void>
}

/** Milliseconds between two sweeps, and between two times that uses of grants are written down. */
const SWEEP = 60_000
const FLUSH = 5_000

/**
 * Opens the authorization server, making its first signing key.
 *
 * @throws TypeError for options that cannot be.
 * @throws GatewayError `store_unavailable`, `audit_unavailable`.
 */
export async function openAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const settings = settingsOf(options)
  const seal = createSeal(settings.sealKey, 'engine')
  const grants = createGrants(settings)
  const signing = createSigningKeys(settings, seal)
  if (settings.sealKeyIsNew === true) await signing.dropUnreadable()
  let keys: KeySet = await signing.load()
  const engine: Engine = {
    settings,
    seal,
    grants,
    objects: createObjects(settings, seal),
    refreshTokens: createRefreshTokens(settings, seal),
    consents: createConsents(settings),
    issuer: createIssuer(settings, grants, () => keys),
    keys: () => keys,
    wanted: wantedConsent(settings.clock),
  }
  let live: LiveProvider = liveProvider(engine, keys)
  const reload = async () => {
    const loaded = await signing.load()
    if (loaded.fingerprint === keys.fingerprint) return
    live = liveProvider(engine, loaded)
    keys = loaded
  }
  const advanceKeys = () => signing.advance().then(reload)
  const stop = keepUp(settings, [
    [settings.keyPolicy.pollEvery, advanceKeys],
    [FLUSH, grants.flush],
    [SWEEP, () => sweep(settings)],
  ])
  return {
    routes: createRoutes(settings, (request, response) => live.handle(request, response)),
    issuer: engine.issuer,
    state: (subject, audience) => signStatement(settings, keys, subject, audience),
    interactions: createInteractions(engine, () => live.provider),
    grants,
    keys: reloading(signing, reload),
    sessions: sessionAdministration(settings, seal),
    administrationBy: (by) => {
      const theirs = { ...settings, witness: witnessBy(settings.witness, by) }
      const grants = grantAdministration(theirs)
      const keys = reloading(createSigningKeys(theirs, seal), reload)
      return { grants, keys, sessions: sessionAdministration(theirs, seal) }
    },
    consents: engine.consents,
    consentWanted: engine.wanted.note,
    protect: protect(settings),
    reload,
    advanceKeys,
    close: async () => {
      await stop()
      await grants.flush()
    },
  }
}

/** What is done to keys counts here at once. */
function reloading(keys: KeyAdministration, reload: () => Promise<void>): KeyAdministration {
  return {
    list: keys.list,
    rotate: () => keys.rotate().then(reload),
    retire: (id) => keys.retire(id).then(reload),
  }
}

type Chore = readonly [every: number, run: () => Promise<unknown>]

/** Repeats chores, none of them twice at once. The returned function waits for what runs. */
function keepUp({ log }: Settings, chores: readonly Chore[]): () => Promise<void> {
  const running = new Set<Promise<unknown>>()
  const timers = chores.map(([every, run]) => {
    let busy = false
    const turn = () => {
      if (busy) return
      busy = true
      const done = run()
        .catch((error) =>
          log(`oauth: a chore failed: ${error instanceof Error ? error.message : ''}`),
        )
        .finally(() => {
          busy = false
          running.delete(done)
        })
      running.add(done)
    }
    return setInterval(turn, every).unref()
  })
  return async () => {
    for (const timer of timers) clearInterval(timer)
    await Promise.all(running)
  }
}
