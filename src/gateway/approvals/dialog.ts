import type { LiftableCall, PendingApproval } from '../../kernel/approval.ts'
import { isObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { subjectName } from '../../kernel/subject.ts'
import type { Conversation } from '../../mcp/exchange.ts'
import { denialText } from '../answer.ts'
import { mayAsk } from '../bridge/may-ask.ts'
import { originLines } from './origins.ts'
import type { DialogMode } from './state.ts'
import { visible } from './visible.ts'

export const ELICIT = 'elicitation/create'

/** A question to the person in front of a client. */
export interface Dialog {
  readonly mode: DialogMode
  /** The params of `elicitation/create`, in the form of the client's revision. */
  readonly params: JsonObject
}

/** What the person did with it. `opened` and `unopened`: our page, where alone the answer is given. */
export type Reply = 'approve' | 'decline' | 'opened' | 'unopened'

/** UTF-16 code units of a form. What is longer nobody reads in a dialog: our page shows it. */
const MAX_FORM = 8_192

/** The one member of a form. No default: a client that fills in defaults approves nothing. */
const FORM = {
  type: 'object',
  properties: {
    decision: {
      type: 'string',
      title: 'Your decision',
      enum: ['decline', 'approve'],
    },
  },
  required: ['decision'],
} as const

/**
 * How this client can ask its person, as it declared; undefined where it cannot. A form only where the
 * person's word in the client suffices, with everything that they answer for in it.
 */
export function dialogFor(
  conversation: Pick<Conversation, 'capabilities' | 'revision' | 'era'>,
  call: LiftableCall,
  pending: PendingApproval,
  url: string,
): Dialog | undefined {
  const { capabilities, revision } = conversation
  // Elicitation came with 2025-06-18, its URL mode with 2025-11-25.
  if (revision < '2025-06-18') return undefined
  const form = pending.byClient && mayAsk(capabilities, ELICIT, { mode: 'form' })
  const message = form ? callText(call, pending) : ''
  if (form && message.length <= MAX_FORM) {
    // 2025-06-18 has no modes.
    const mode = revision < '2025-11-25' ? {} : { mode: 'form' }
    return { mode: 'form', params: { ...mode, message, requestedSchema: FORM } }
  }
  if (revision < '2025-11-25' || !mayAsk(capabilities, ELICIT, { mode: 'url' })) return undefined
  const named = conversation.era === 'modern' ? {} : { elicitationId: pending.id }
  return { mode: 'url', params: { mode: 'url', message: pageText(call), url, ...named } }
}

/**
 * Reads what came back. Undefined for anything that is no clear answer: it approves nothing, and declines
 * nothing.
 */
export function readReply(mode: DialogMode, result: Json | undefined): Reply | undefined {
  if (!isObject(result)) return undefined
  const { action, content } = result
  if (action === 'decline' || action === 'cancel') return mode === 'url' ? 'unopened' : 'decline'
  if (action !== 'accept') return undefined
  return mode === 'url' ? 'opened' : decisionIn(content)
}

function decisionIn(content: Json | undefined): 'approve' | 'decline' | undefined {
  const decision = isObject(content) ? content['decision'] : undefined
  return decision === 'approve' || decision === 'decline' ? decision : undefined
}

/** The call in full, for a person: nothing is left out, and nothing that cannot be seen is left as it is. */
function callText(call: LiftableCall, pending: PendingApproval): string {
  const { access, forwarded } = call
  const lines = [
    'Approve this one call?',
    `Server: ${visible(access.target.server)}`,
    `${KINDS[access.target.kind]}: ${visible(access.target.name)}`,
    `Arguments: ${visible(access.arguments)}`,
    ...(forwarded === undefined
      ? []
      : [
          `Sent as: ${visible(forwarded.target)} at ${visible(forwarded.server)}`,
          `with arguments: ${visible(forwarded.arguments)}`,
        ]),
    `For: ${visible(subjectName(access.subject))} by client ${visible(access.authorization.client)}`,
    `Why you are asked: ${denialText(call.denial)}`,
    ...originLines(access.flow),
    `Request: ${pending.id}, until ${new Date(pending.expires).toISOString()}`,
  ]
  return lines.join('\n')
}

const KINDS = { tool: 'Tool', resource: 'Resource', prompt: 'Prompt' } as const

function pageText({ access, denial }: LiftableCall): string {
  const { kind, server, name } = access.target
  return [
    `A person has to approve ${kind} ${visible(name)} of server ${visible(server)}: ${denialText(denial)}.`,
    'The page shows exactly what will happen.',
  ].join(' ')
}
