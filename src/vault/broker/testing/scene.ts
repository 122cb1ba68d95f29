import { randomBytes } from 'node:crypto'
import type { CredentialOwner } from '../../../kernel/credential.ts'
import type { Actor, SecurityEvent } from '../../../kernel/event.ts'
import type { Subject, SubjectId } from '../../../kernel/subject.ts'
import type { Engine } from '../../../store/migrations.ts'
import { freshStore } from '../../../store/testing/fresh-store.ts'
import { memoryKeys } from '../../keys/testing/memory-keys.ts'
import { createSealer } from '../../seal/sealer.ts'
import { type Broker, type BrokerOptions, openBroker } from '../broker.ts'
import { type BrokerServer, type BrokerSettings, DEFAULT_SETTINGS } from '../settings.ts'
import { loopbackFetch } from './loopback-fetch.ts'

export const SELF = 'https://gateway.example'
export const ANN: Subject = subject('ann')
export const BEN: Subject = subject('ben')
const BY: Actor = { subject: 'user:ann', client: 'console', grant: 'g' }

/** A person of that id. */
export function subject(id: string): Subject {
  return { kind: 'user', id: id as SubjectId, via: 'login', groups: [], actors: [] }
}

/** Who is at the browser. */
export function at(user: CredentialOwner = 'user:ann', session = 'session-1') {
  return { user, session, by: { ...BY, subject: user } }
}

/** A broker on a database of its own, with a clock to be moved, and what it asked, told and logged. */
export async function brokerScene(engine: Engine = 'sqlite') {
  const fresh = await freshStore(engine)
  const events: SecurityEvent[] = []
  const logged: string[] = []
  const time = { now: Date.now() }
  const clock = (): number => time.now
  const { fetch, asked } = loopbackFetch()
  const keys = memoryKeys()
  const servers = new Map<string, BrokerServer>()
  const opened: Broker[] = []
  /** One more process on the same database. */
  const open = (more: Partial<BrokerOptions> = {}): Broker => {
    const broker = openBroker({
      store: fresh.store,
      sealer: createSealer({ keys, clock, cache: 60_000 }),
      fetch,
      witness: async (event) => void events.push(event),
      clock,
      randomId: () => randomBytes(16).toString('base64url'),
      issuer: SELF,
      servers,
      log: (message) => void logged.push(message),
      ...more,
    })
    opened.push(broker)
    return broker
  }
  const broker = open()
  return {
    ...{ ...fresh, broker, open, events, logged, time, clock, asked, servers },
    /** Adds a server; without settings, nothing is said of it. */
    add: (name: string, url: string, settings?: Partial<BrokerSettings>) => {
      servers.set(name, {
        url,
        ...(settings && { settings: { ...DEFAULT_SETTINGS, ...settings } }),
      })
    },
    /** Begins, and comes back with a code as an honest authorization server has it. */
    async connect(
      server: string,
      who = at(),
      change: (answer: URLSearchParams) => void = () => {},
    ) {
      const { location } = await broker.connections.begin({ server, ...who })
      return broker.connections.finish(answerTo(location, change), who)
    },
    async close() {
      for (const one of opened) await one.close()
      await fresh.remove()
    },
  }
}

export type BrokerScene = Awaited<ReturnType<typeof brokerScene>>

/** What an authorization server sends the browser back with. */
export function answerTo(
  location: string,
  change: (answer: URLSearchParams) => void = () => {},
): string {
  const { origin, searchParams } = new URL(location)
  const answer = new URLSearchParams({
    code: 'a-code',
    state: searchParams.get('state') ?? '',
    iss: origin,
  })
  change(answer)
  return answer.toString()
}

/** What a request to the server would be shown. */
export function request(url: string) {
  return { method: 'POST', url } as const
}

/** A server's refusal of what was shown. */
export function refusal(url: string, sent: readonly string[], challenge: string, attempts = 0) {
  const status: 401 | 403 = challenge.includes('insufficient_scope') ? 403 : 401
  return { ...request(url), status, challenges: [challenge], sent, attempts }
}
