import type { ApprovalRequest } from '../../kernel/approval-desk.ts'
import { isObject, type Json } from '../../kernel/json.ts'
import type { PostAnswer } from '../../kernel/post-document.ts'
import { outcomeOf } from '../endpoint.ts'
import { firstMessageId } from '../messages.ts'
import type { WebhookOptions } from '../options.ts'
import type { Queue } from '../queue.ts'
import { type Outcome, type Receiver, TIMEOUT } from '../sender.ts'
import { approvalMessage, type ChatMessage, outcomeLine } from './message.ts'
import type { ChatParts } from './parts.ts'

/** No endpoint of the configuration has such a name. */
export const CHAT = ':chat'

const MOST_ANSWER = 64 * 1_024
/** Milliseconds until the message that is to be changed may be there. */
const SOON = 5_000
const MOOT: Outcome = { kind: 'moot' }

/** Nothing in the text becomes a link or a mention. */
const PLAIN = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false }

type ReceiverParts = ChatParts &
  Pick<WebhookOptions, 'post' | 'find'> & { readonly queue: Pick<Queue, 'find'> }

/**
 * The chat. Messages are made when they are sent, of the request as it is then: what is over is not asked
 * any more.
 */
export function chatReceiver(parts: ReceiverParts): Receiver {
  return {
    name: CHAT,
    shown: 'chat',
    async attempt({ event, payload }) {
      const { approval } = JSON.parse(payload) as { readonly approval: string }
      const request = await parts.find(approval)
      if (request === undefined) return MOOT
      if (event !== 'approval.requested') return tellChange(parts, request)
      return request.state === 'pending' ? announce(parts, approvalMessage(request, parts)) : MOOT
    },
  }
}

/** Changes the message of the announcement, or says how it ended where that cannot be done. */
async function tellChange(parts: ReceiverParts, request: ApprovalRequest): Promise<Outcome> {
  const first = await parts.queue.find(firstMessageId(CHAT, request.id))
  if (first?.state === 'due') return { kind: 'later', retryAfter: SOON, why: 'not announced yet' }
  if (first?.state !== 'sent') return MOOT
  if (parts.chat.way.kind === 'bot')
    return first.reference === null
      ? MOOT
      : change(parts, first.reference, approvalMessage(request, parts))
  const isToldAlready = ['pending', 'used'].includes(request.state) || endedInChat(request)
  return isToldAlready ? MOOT : announce(parts, { text: outcomeLine(request), blocks: [] })
}

/** Whoever answered there sees it already. */
function endedInChat({
  votes,
}: {
  readonly votes: readonly { readonly channel: string }[]
}): boolean {
  return votes.at(-1)?.channel === 'chat'
}

async function announce(parts: ReceiverParts, { text, blocks }: ChatMessage): Promise<Outcome> {
  const { way } = parts.chat
  const message = { text, ...(blocks.length === 0 ? {} : { blocks }), ...PLAIN }
  if (way.kind === 'incoming-webhook') return outcomeOf(await send(parts, way.url, message))
  return callMethod(parts, 'chat.postMessage', { channel: way.channel, ...message })
}

function change(
  parts: ReceiverParts,
  reference: string,
  { text, blocks }: ChatMessage,
): Promise<Outcome> {
  const [channel = '', ts = ''] = reference.split(' ')
  return callMethod(parts, 'chat.update', { channel, ts, text, blocks, ...PLAIN })
}

/** Web API of Slack: errors come with status 200. */
async function callMethod(parts: ReceiverParts, method: string, body: Json): Promise<Outcome> {
  const { way } = parts.chat
  if (way.kind !== 'bot') return MOOT
  const headers = { authorization: `Bearer ${way.token}` }
  const answer = await send(parts, `${way.api}/${method}`, body, headers)
  const outcome = outcomeOf(answer)
  if (outcome.kind !== 'sent') return outcome
  const said = readJson(answer.text)
  if (!isObject(said) || said['ok'] !== true) {
    const word = isObject(said) ? String(said['error']).slice(0, 64) : 'nothing that can be read'
    return { kind: 'later', status: answer.status, why: `the chat answers \`${word}\`` }
  }
  const { channel, ts } = said
  const known = typeof channel === 'string' && typeof ts === 'string'
  return { ...outcome, ...(known ? { reference: `${channel} ${ts}`.slice(0, 200) } : {}) }
}

function send(
  { post }: ReceiverParts,
  url: string,
  body: Json,
  headers: Readonly<Record<string, string>> = {},
): Promise<PostAnswer> {
  const document = { type: 'application/json', body: JSON.stringify(body), headers } as const
  return post(url, document, { maxBytes: MOST_ANSWER, timeout: TIMEOUT })
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
