import { isObject, type Json } from '../../kernel/json.ts'

/** A button that somebody pressed, as the chat tells it. */
export interface Interaction {
  /** Who, by their id in the chat. */
  readonly user: string
  readonly workspace: string
  /** Of the button. */
  readonly value: string
  /** Where the outcome can be told. */
  readonly answerUrl: string | undefined
}

const MOST_ID = 64

/**
 * Reads what a chat sends when somebody acts on a message (Slack, `block_actions`): a form with one
 * member, `payload`. Undefined for everything that is not one press of one button with a value.
 */
export function interactionOf(body: Uint8Array): Interaction | undefined {
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'))
  const payloads = form.getAll('payload')
  const payload = payloads.length === 1 ? readJson(String(payloads[0])) : undefined
  if (!isObject(payload) || payload['type'] !== 'block_actions') return undefined
  const { actions } = payload
  const action: Json | undefined = Array.isArray(actions) ? actions[0] : undefined
  if (!Array.isArray(actions) || actions.length !== 1 || !isObject(action)) return undefined
  const { value } = action
  const user = idOf(payload['user'])
  if (user === undefined || typeof value !== 'string') return undefined
  const url = payload['response_url']
  return {
    user,
    workspace: idOf(payload['team']) ?? '',
    value,
    answerUrl: typeof url === 'string' ? url : undefined,
  }
}

function idOf(member: Json | undefined): string | undefined {
  const id = isObject(member) ? member['id'] : undefined
  return typeof id === 'string' && id.length <= MOST_ID ? id : undefined
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
