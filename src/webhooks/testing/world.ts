import { onTestFinished } from 'vitest'
import type { ApprovalRequest } from '../../kernel/approval-desk.ts'
import type { SecurityEvent } from '../../kernel/event.ts'
import { NOTICES } from '../../kernel/notice.ts'
import { createSeal } from '../../kernel/seal.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import type { Engine } from '../../store/migrations.ts'
import { storedOnce } from '../../store/once.ts'
import { openStore, type Store } from '../../store/store.ts'
import { freshStore } from '../../store/testing/fresh-store.ts'
import type { ChatSettings, Endpoint, WebhookOptions } from '../options.ts'
import { openWebhooks, type Webhooks } from '../webhooks.ts'
import { testDesk, waiting } from './desk.ts'
import { postOverHttp } from './receiver.ts'

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
export const SIGNING = 'a-signing-secret'
const SEAL_KEY = Buffer.alloc(32, 5)

/** A receiver of everything. */
export function endpoint(url: string, more: Partial<Endpoint> = {}): Endpoint {
  return { name: 'siem', url, secrets: [SECRET], events: NOTICES, include: 'summary', ...more }
}

/** A chat that is reached by an incoming webhook and knows `U1` as ann, `U2` as bob, `U3` as cyd. */
export function chat(url: string, more: Partial<ChatSettings> = {}): ChatSettings {
  return {
    way: { kind: 'incoming-webhook', url },
    signingSecret: SIGNING,
    users: { U1: 'ann', U2: 'bob', U3: 'cyd' },
    include: 'arguments',
    answerHosts: [],
    ...more,
  }
}

/** Who is whom: ann may answer, bob may not, cyd is disabled. */
const PEOPLE: Readonly<Record<string, readonly string[]>> = { ann: ['finance'], bob: [] }

/** Outgoing webhooks over a fresh database; several processes can be opened on it. */
export async function world(engine: Engine, request: ApprovalRequest = waiting()) {
  const fresh = await freshStore(engine)
  onTestFinished(fresh.remove)
  const desk = testDesk(request)
  const events: SecurityEvent[] = []
  const lines: string[] = []
  const time = { now: Date.now() }
  let ids = 0
  const open = (
    more: Partial<WebhookOptions> = {},
    store: Store = fresh.store,
  ): Webhooks & { readonly closed: () => Promise<void> } => {
    const webhooks = openWebhooks({
      store,
      seal: createSeal(SEAL_KEY, 'webhooks'),
      witness: async (event) => void events.push(event),
      once: storedOnce(store, () => time.now),
      post: postOverHttp,
      clock: () => time.now,
      randomId: () => `id${++ids}`,
      random: () => 0.5,
      log: (line) => void lines.push(line),
      publicOrigin: 'https://gateway.example',
      endpoints: [],
      find: desk.find,
      answer: desk.answer,
      person: async (id) => {
        const groups = PEOPLE[id]
        return groups === undefined ? undefined : { id: id as SubjectId, groups }
      },
      look: 10,
      ...more,
    })
    let closing: Promise<void> | undefined
    const closed = (): Promise<void> => {
      closing ??= webhooks.close()
      return closing
    }
    onTestFinished(closed)
    return { ...webhooks, closed }
  }
  /** One more process: its own connections to the same database. */
  const another = async (more: Partial<WebhookOptions> = {}): Promise<Webhooks> => {
    const store = await openStore(fresh.options)
    onTestFinished(store.close)
    return open(more, store)
  }
  const rows = () => fresh.store.db.selectFrom('webhook_delivery').selectAll().execute()
  return { store: fresh.store, desk, events, lines, time, open, another, rows }
}
