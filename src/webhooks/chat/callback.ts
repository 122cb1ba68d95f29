import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApprovalRequest, ApprovalSummary } from '../../kernel/approval-desk.ts'
import { GatewayError, toGatewayError } from '../../kernel/errors.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { WebhookOptions } from '../options.ts'
import { type Button, buttonOf } from './button.ts'
import { isSigned, proofOf, TOLERANCE } from './chat-signature.ts'
import { type Interaction, interactionOf } from './interaction.ts'
import { approvalMessage, mayApproveInChat } from './message.ts'
import type { ChatParts } from './parts.ts'
import { answerJson, readForm, refuseCallback } from './reply.ts'

/** Where a chat says which button somebody pressed. */
export const CALLBACK_PATH = '/hooks/chat'

/** The client that answers from a chat count as given by. */
const CLIENT = 'bailiwick-chat'
/** Milliseconds after which the chat is answered, whatever is still being done; it waits for 3,000. */
const SLOW = 2_000
/** Milliseconds between two records of callbacks that nobody signed: anybody can send them. */
const RECORD_EVERY = 10_000
const LIMITS = { maxBytes: 4_096, timeout: 10_000 }

export interface Callback {
  routes(
    path: string,
  ): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined
  /** Waits for what is being answered. */
  close(): Promise<void>
}

export type CallbackParts = ChatParts &
  Pick<
    WebhookOptions,
    'once' | 'clock' | 'witness' | 'post' | 'log' | 'find' | 'answer' | 'person' | 'randomId'
  > & { readonly signingSecret: string }

/** How somebody's press of a button ended. */
interface Result {
  /** For whoever pressed it, in plain words. */
  readonly text: string
  /** The request, where the message is to show what became of it. */
  readonly request?: ApprovalRequest
}

/** Takes the presses of buttons, once each and only from the chat itself. */
export function chatCallback(parts: CallbackParts): Callback {
  const { clock, log } = parts
  const working = new Set<Promise<unknown>>()
  let recorded = Number.NEGATIVE_INFINITY

  const work = <T>(promise: Promise<T>): Promise<T> => {
    working.add(promise)
    void promise.then(
      () => working.delete(promise),
      () => working.delete(promise),
    )
    return promise
  }
  const recordUnsigned = (why: string): void => {
    const now = clock()
    if (Math.abs(now - recorded) < RECORD_EVERY) return
    recorded = now
    work(record(parts, { why })).catch((cause: unknown) =>
      log('a refused callback is not on record', cause),
    )
  }
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const interaction = await verified(parts, request)
    if (interaction === undefined) {
      answerJson(response, {})
      return
    }
    const answered = work(
      answerPress(parts, interaction).then((result) => {
        work(sayOutcome(parts, interaction, result)).catch((cause: unknown) =>
          log('the chat could not be told of an outcome', cause),
        )
        return result.text
      }),
    )
    const text = await Promise.race([answered, later(SLOW)])
    answerJson(response, text === undefined ? {} : ephemeral(text))
  }
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await take(request, response)
    } catch (thrown) {
      const error = toGatewayError(thrown)
      if (error.code === 'signature_invalid') recordUnsigned(error.detail ?? 'not signed')
      if (error.code === 'internal') log('a callback of the chat failed', thrown)
      refuseCallback(request, response, error)
    }
  }
  return {
    routes: (path) => (path === CALLBACK_PATH ? route : undefined),
    async close() {
      // What is said to the chat is begun by what is answered.
      while (working.size > 0) await Promise.allSettled(working)
    },
  }
}

function later(time: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), time).unref()
  })
}

/**
 * What the chat says that somebody pressed; undefined for what is no button of ours.
 *
 * @throws GatewayError `signature_invalid` for what the chat did not send just now, once;
 *   `store_unavailable` when nobody knows whether it came before; others for the form of the request.
 */
async function verified(
  { clock, once, signingSecret }: CallbackParts,
  request: IncomingMessage,
): Promise<Interaction | undefined> {
  if (request.method !== 'POST')
    throw new GatewayError('verb_refused', 'this path takes POST', { data: { allow: ['POST'] } })
  const proof = proofOf(request.headers, clock())
  if (proof === undefined) throw unsigned('no proof of this moment')
  const body = await readForm(request)
  if (!isSigned(body, proof, signingSecret)) throw unsigned('another signature')
  const until = (Number(proof.timestamp) + TOLERANCE + 1) * 1_000
  if (!(await once.first(`chat callback ${proof.signature}`, until))) throw unsigned('replayed')
  return interactionOf(body)
}

function unsigned(detail: string): GatewayError {
  return new GatewayError('signature_invalid', 'this was not sent by the chat', { detail })
}

/**
 * What goes wrong is told to whoever pressed the button.
 *
 * @throws GatewayError `audit_unavailable` where a refusal cannot be put on record.
 */
async function answerPress(parts: CallbackParts, interaction: Interaction): Promise<Result> {
  const button = buttonOf(interaction.value, parts.seal)
  if (button === undefined) return refusedPress(parts, interaction, 'this button is not ours')
  try {
    return await answerAs(parts, interaction, button)
  } catch (thrown) {
    const { code, message } = toGatewayError(thrown)
    if (code === 'internal') parts.log('an answer of the chat failed', thrown)
    const request = await parts.find(button.id).catch(() => undefined)
    const text = `Not done: ${message}.`
    return code === 'approval_over' && request !== undefined ? { text, request } : { text }
  }
}

async function answerAs(
  parts: CallbackParts,
  interaction: Interaction,
  button: Button,
): Promise<Result> {
  const { chat, find, answer } = parts
  const name = nameOf(chat, interaction)
  if (name === undefined)
    return refusedPress(parts, interaction, 'nobody here is known to be you', button.id)
  const user = await parts.person(name)
  if (user === undefined)
    return refusedPress(parts, interaction, 'your account is not active', button.id)
  const request = await find(button.id)
  if (request === undefined)
    return refusedPress(parts, interaction, 'there is no such request', button.id)
  if (button.verdict === 'approve' && !mayApproveInChat(request, chat))
    return refusedPress(parts, interaction, 'this has to be approved in the console', button.id)
  const summary = await answer(button.id, {
    user,
    by: { subject: `user:${user.id}`, client: CLIENT, grant: '' },
    verdict: button.verdict,
    channel: 'chat',
    digest: button.digest,
  })
  const now = await find(button.id).catch(() => undefined)
  return { text: thanks(button, summary), request: now ?? { ...request, ...summary } }
}

function nameOf({ users, workspace }: ChatParts['chat'], interaction: Interaction) {
  if (workspace !== undefined && interaction.workspace !== workspace) return undefined
  return Object.hasOwn(users, interaction.user) ? users[interaction.user] : undefined
}

function thanks({ verdict }: Button, { state, lift, votes }: ApprovalSummary): string {
  if (verdict === 'decline') return 'You declined. The call will not be made.'
  if (state !== 'pending') return 'You approved. The call may be made once.'
  const approving = votes.filter((vote) => vote.verdict === 'approve').length
  return `You approved; ${approving} of ${lift.quorum} have.`
}

/** What was refused before it came to an answer is on record, with who the chat says it was. */
async function refusedPress(
  parts: CallbackParts,
  interaction: Interaction,
  why: string,
  target?: string,
): Promise<Result> {
  const name = nameOf(parts.chat, interaction)
  const subject = name === undefined ? undefined : `user:${name}`
  const detail: JsonObject = { why, chatUser: interaction.user, workspace: interaction.workspace }
  await record(parts, detail, subject, target)
  return { text: `Not done: ${why}.` }
}

function record(
  { witness }: CallbackParts,
  detail: JsonObject,
  subject?: string,
  target?: string,
): Promise<void> {
  return witness({
    event: 'approval.refused',
    outcome: 'refused',
    client: CLIENT,
    detail: { channel: 'chat', ...detail },
    ...(subject === undefined ? {} : { subject }),
    ...(target === undefined ? {} : { target }),
  })
}

function ephemeral(text: string): Json {
  return { response_type: 'ephemeral', replace_original: false, text }
}

/** Shows in the message what became of the request; only hosts that the operator named are told. */
async function sayOutcome(
  parts: CallbackParts,
  { answerUrl }: Interaction,
  { text, request }: Result,
): Promise<void> {
  if (answerUrl === undefined || !isNamed(parts.chat.answerHosts, answerUrl)) return
  const message =
    request === undefined
      ? ephemeral(text)
      : { replace_original: true, ...approvalMessage(request, parts) }
  const document = { type: 'application/json', body: JSON.stringify(message) } as const
  const { status } = await parts.post(answerUrl, document, LIMITS)
  if (status < 200 || status > 299) parts.log(`the chat answers an outcome with status ${status}`)
}

function isNamed(hosts: readonly string[], url: string): boolean {
  const parsed = URL.parse(url)
  return parsed !== null && hosts.includes(parsed.host)
}
