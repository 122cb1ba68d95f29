import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { Form } from './form.ts'
import { type Html, html } from './html.ts'
import type { Binding } from './keys.ts'
import type { Site, Visit } from './site.ts'

/** Milliseconds that a challenge may be answered in. */
const LIFETIME = 2 * 60_000

/** What an authenticator answered, and the challenge that it was asked. */
export interface PasskeyAnswer {
  readonly response: JsonObject
  readonly challenge: string
}

/**
 * The hidden fields of a form that a passkey answers: options for the script, and the challenge, sealed
 * for this browser and purpose.
 */
export function challengeFields(
  { keys }: Site,
  { browser }: Visit,
  purpose: Binding,
  options: JsonObject,
): Html {
  const challenge = String(options['challenge'])
  const sealed = keys.seal(challenge, ['passkey', browser, ...purpose], LIFETIME)
  return html`<input type="hidden" name="challenge" value="${sealed}">
<input type="hidden" name="response" value="" data-options="${JSON.stringify(options)}" data-lifetime="${LIFETIME}">`
}

/**
 * Reads what the script sent. A challenge is taken once, whatever comes of it. Undefined for one that is
 * over, used, another page's or another browser's, and for what is no answer.
 *
 * @throws GatewayError `store_unavailable` when nobody knows whether it was used.
 */
export async function takeAnswer(
  { keys, parts }: Site,
  { browser }: Visit,
  purpose: Binding,
  form: Form,
): Promise<PasskeyAnswer | undefined> {
  const challenge = keys.open(form.get('challenge'), ['passkey', browser, ...purpose])
  if (challenge === undefined) return undefined
  const first = await parts.once.first(`passkey ${challenge}`, parts.clock() + LIFETIME)
  const response = parse(form.get('response') ?? '')
  return first && response !== undefined ? { response, challenge } : undefined
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Options for passkeys; undefined where there can be none, such as at an IP address. */
export async function passkeyOptions(
  make: () => Promise<JsonObject>,
): Promise<JsonObject | undefined> {
  try {
    return await make()
  } catch (error) {
    if (isParamsInvalid(error)) return undefined
    throw error
  }
}

/** What a page says whose passkey was not accepted. */
export const PASSKEY_FAILED =
  'That did not work. The passkey may be unknown here, or it took too long. Try again.'

/** Whether an error says that the person can put something right. */
export function isParamsInvalid(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.code === 'params_invalid'
}
