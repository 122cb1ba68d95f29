import type { ApprovalRequest } from '../../kernel/approval-desk.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { pageOf, reasonsOf } from '../messages.ts'
import type { ChatSettings } from '../options.ts'
import { type Button, buttonValue } from './button.ts'
import { code, wholeJson } from './mrkdwn.ts'
import type { ChatParts } from './parts.ts'

/** Characters of one section (Block Kit, section block). */
const MOST_SECTION = 2_900
const MOST_REASONS = 5
const MOST_NAMED = 20

/** A message in Block Kit, and the line that stands for it in notifications. */
export interface ChatMessage extends JsonObject {
  readonly text: string
  readonly blocks: readonly JsonObject[]
}

const HEADINGS = {
  pending: 'Approval requested',
  approved: 'Approved',
  used: 'Approved, and done',
  declined: 'Declined',
  expired: 'Expired: nobody answered in time',
  withdrawn: 'Withdrawn',
  void: 'Void: what it was about has changed',
} as const

/**
 * All that the call carries, where it is to be shown and every bit of it can be: what leaves, and what
 * was asked for where that is another thing. Undefined otherwise.
 */
export function shownCall(
  { access, forwarded }: ApprovalRequest,
  { include }: Pick<ChatSettings, 'include'>,
): readonly JsonObject[] | undefined {
  if (include !== 'arguments' || access === undefined) return undefined
  const asked = wholeJson(access.arguments, MOST_SECTION)
  if (asked === undefined) return undefined
  if (forwarded === undefined) return [section('*Arguments*'), section(asked)]
  const leaving = wholeJson(forwarded.arguments, MOST_SECTION)
  if (leaving === undefined) return undefined
  const target = `${code(forwarded.target)} on ${code(forwarded.server)}`
  return [
    ...[section('*Arguments*'), section(asked)],
    ...[section(`*What leaves*, to ${target}`), section(leaving)],
  ]
}

/**
 * Whether the message lets people approve: never what it does not show whole, nor what needs the
 * signature of a passkey.
 */
export function mayApproveInChat(
  request: ApprovalRequest,
  settings: Pick<ChatSettings, 'include'>,
): boolean {
  return request.lift.assurance !== 'passkey' && shownCall(request, settings) !== undefined
}

/** The message about a request as it is at this moment; with buttons while it waits. */
export function approvalMessage(request: ApprovalRequest, parts: ChatParts): ChatMessage {
  const { chat, publicOrigin } = parts
  const { state, digest, votes } = request
  const heading = HEADINGS[state]
  const text = `${heading}: ${summaryOf(request)}`
  const reasons = reasonsOf(request).slice(0, MOST_REASONS)
  return {
    text,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: heading, emoji: false } },
      section(summaryOf(request)),
      { type: 'section', fields: fieldsOf(request) },
      ...(reasons.length === 0
        ? []
        : [section(`*Why*\n${reasons.map((reason) => `• ${code(reason, 300)}`).join('\n')}`)]),
      ...callBlocks(request, chat),
      ...(votes.length === 0 ? [] : [section(votesOf(request))]),
      { type: 'context', elements: [markup(`${code(request.id)} · SHA-256 ${code(digest)}`)] },
      actionsOf(request, parts, pageOf(publicOrigin, request.id)),
    ],
  }
}

/** One line about what became of a request. */
export function outcomeLine(request: ApprovalRequest): string {
  const { state, votes } = request
  const last = votes.at(-1)
  const by = last === undefined || state === 'expired' ? '' : ` (${code(`user:${last.user}`)})`
  return `${HEADINGS[state]}${by}: ${summaryOf(request)}`
}

function summaryOf({ subject, target, server }: ApprovalRequest): string {
  return `${code(subject)} → ${code(target)} on ${code(server)}`
}

function fieldsOf(request: ApprovalRequest): readonly JsonObject[] {
  const { access, client, lift, expires } = request
  const actors = access?.subject.actors ?? []
  const approvers = lift.approvers.slice(0, MOST_NAMED).map((one) => code(one))
  const needed = `${lift.quorum}${lift.each ? ', each of' : ' of'}`
  const more = lift.approvers.length > MOST_NAMED ? ' …' : ''
  return [
    markup(`*Client*\n${code(client)}`),
    ...(actors.length === 0
      ? []
      : [
          markup(
            `*Acting*\n${actors
              .slice(0, MOST_NAMED)
              .map((one) => code(one))
              .join(' → ')}`,
          ),
        ]),
    markup(`*Who may answer*\n${needed} ${approvers.join(', ')}${more}`.slice(0, 1_900)),
    markup(`*Until*\n${code(new Date(expires).toISOString())}`),
  ]
}

function callBlocks(request: ApprovalRequest, chat: ChatSettings): readonly JsonObject[] {
  const shown = shownCall(request, chat)
  if (shown !== undefined) return shown
  const why =
    chat.include === 'arguments' && request.access !== undefined
      ? 'The arguments are too long to be shown here whole, so they are not shown at all.'
      : 'What the call carries is not shown here.'
  return [section(`${why} Look at it in the console.`)]
}

function votesOf({ votes, lift }: ApprovalRequest): string {
  const lines = votes
    .slice(-MOST_NAMED)
    .map(({ user, verdict }) => `• ${code(`user:${user}`)} ${verdict}d`)
  const approving = votes.filter(({ verdict }) => verdict === 'approve').length
  return `*Answers* (${approving} of ${lift.quorum})\n${lines.join('\n')}`
}

function actionsOf(request: ApprovalRequest, parts: ChatParts, url: string): JsonObject {
  const { chat } = parts
  const waits = request.state === 'pending' && chat.signingSecret !== undefined
  const button = (verdict: Button['verdict'], text: string, style: string): JsonObject => ({
    type: 'button',
    action_id: `bailiwick.${verdict}`,
    text: { type: 'plain_text', text, emoji: false },
    style,
    value: buttonValue({ id: request.id, digest: request.digest, verdict }, parts.seal),
    confirm: {
      title: { type: 'plain_text', text: `${text}?` },
      text: { type: 'plain_text', text: `${text} exactly the call that this message shows.` },
      confirm: { type: 'plain_text', text },
      deny: { type: 'plain_text', text: 'Back' },
    },
  })
  return {
    type: 'actions',
    elements: [
      ...(waits && mayApproveInChat(request, chat)
        ? [button('approve', 'Approve', 'primary')]
        : []),
      ...(waits ? [button('decline', 'Decline', 'danger')] : []),
      {
        type: 'button',
        action_id: 'bailiwick.open',
        text: { type: 'plain_text', text: 'Open in console', emoji: false },
        url,
      },
    ],
  }
}

function section(text: string): JsonObject {
  return { type: 'section', text: markup(text) }
}

/** `verbatim`: names and addresses in it become no links. */
function markup(text: string): JsonObject {
  return { type: 'mrkdwn', text, verbatim: true }
}
