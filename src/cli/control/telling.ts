import type { Config } from '../../config/config.ts'
import { createPostDocument } from '../../http/outbound/post-document.ts'
import type { Accounts } from '../../kernel/accounts.ts'
import type { ApprovalDesk } from '../../kernel/approval-desk.ts'
import type { Witness } from '../../kernel/event.ts'
import type { PostDocument } from '../../kernel/post-document.ts'
import { createSeal } from '../../kernel/seal.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { storedOnce } from '../../store/once.ts'
import type { Store } from '../../store/store.ts'
import {
  type ChatSettings,
  type Endpoint,
  openWebhooks,
  type Webhooks,
} from '../../webhooks/webhooks.ts'
import type { Outbound } from '../identity/open-identity.ts'
import { randomIds } from '../random-id.ts'
import { resolveText } from '../resolve-secret.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface TellingParts {
  readonly config: Config
  readonly env: Env
  readonly store: Store
  readonly witness: Witness
  /** The 32 bytes of the installation. */
  readonly sealKey: Uint8Array
  /** The public origin. */
  readonly issuer: string
  readonly desk: Pick<ApprovalDesk, 'find' | 'answer'>
  readonly accounts: Pick<Accounts, 'user'>
  readonly outbound?: Outbound | undefined
  readonly log: (message: string, cause?: unknown) => void
}

/** Who is told, with their secrets. */
export interface Telling {
  readonly endpoints: readonly Endpoint[]
  readonly chat: ChatSettings | undefined
  /** Sends to the hosts that the configuration names, wherever they are. */
  readonly post: PostDocument
}

/**
 * Opens webhooks and the chat as the configuration says.
 *
 * @throws {CommandError} for a secret that is not there; RangeError for one that is no key of a webhook.
 */
export function openTelling(parts: TellingParts): Webhooks {
  const { config, env, store, witness, sealKey, issuer, desk, accounts, log } = parts
  const { endpoints, chat, post } = readTelling(config, env, parts.outbound)
  return openWebhooks({
    store,
    seal: createSeal(sealKey, 'webhooks'),
    witness,
    once: storedOnce(store, Date.now),
    post,
    clock: Date.now,
    randomId: randomIds(),
    random: Math.random,
    log,
    publicOrigin: issuer,
    endpoints,
    ...(chat === undefined ? {} : { chat }),
    find: desk.find,
    answer: desk.answer,
    async person(id) {
      const user = await accounts.user(id as SubjectId)
      return user?.status === 'active' ? { id: user.id, groups: user.groups } : undefined
    },
  })
}

/** Reads who is told. @throws {CommandError} for a secret that is not there. */
export function readTelling(config: Config, env: Env, outbound: Outbound = {}): Telling {
  const read = (text: Parameters<typeof resolveText>[0]) => resolveText(text, config.folder, env)
  const endpoints = Object.entries(config.webhooks).map(
    ([name, { url, secrets, events, include }]): Endpoint => ({
      name,
      url: read(url),
      secrets: secrets.map(read),
      events,
      include,
    }),
  )
  const chat = config.chat === undefined ? undefined : chatOf(config.chat, read)
  const addresses = endpoints.map(({ url }) => url)
  if (chat !== undefined) addresses.push(chat.way.kind === 'bot' ? chat.way.api : chat.way.url)
  const named = new Set(addresses.flatMap(hostOf))
  return {
    endpoints,
    chat,
    post: createPostDocument({ ...outbound, named: (host, port) => named.has(`${host}:${port}`) }),
  }
}

type Read = (text: Parameters<typeof resolveText>[0]) => string

function chatOf(chat: NonNullable<Config['chat']>, read: Read): ChatSettings {
  const { url, botToken, channel = '', api, signingSecret, users, workspace } = chat
  return {
    way:
      botToken === undefined
        ? { kind: 'incoming-webhook', url: url === undefined ? '' : read(url) }
        : { kind: 'bot', api: api.replace(/\/$/, ''), token: read(botToken), channel },
    users,
    include: chat.include,
    answerHosts: chat.answerHosts,
    ...(signingSecret === undefined ? {} : { signingSecret: read(signingSecret) }),
    ...(workspace === undefined ? {} : { workspace }),
  }
}

/** The host and its port, as those who dial write them. */
function hostOf(address: string): readonly string[] {
  const url = URL.parse(address)
  if (url === null) return []
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  return [`${url.hostname.replace(/^\[|\]$/g, '')}:${port}`]
}
