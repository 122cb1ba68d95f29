import { toGatewayError } from '../../../kernel/errors.ts'
import type { SafeFetch } from '../../../kernel/safe-fetch.ts'
import { refusedServer } from '../refusals.ts'

/** Fields of a document that somebody else wrote. */
export type Fields = Readonly<Record<string, unknown>>

const MOST = 262_144

/**
 * Reads a JSON object. Undefined where there is none: another status than 200 that is the client's
 * fault or a redirect, or a page for people.
 *
 * @throws GatewayError `authorization_server_refused` for a host that does not answer, or that answers
 *   with what is no object.
 */
export async function readDocument(fetch: SafeFetch, url: string): Promise<Fields | undefined> {
  const answer = await ask(fetch, url)
  if (answer.status !== 200) {
    await answer.body?.cancel()
    if (answer.status >= 500 || answer.status === 429)
      throw refusedServer(`${hostOf(url)} does not answer as it should`, `status ${answer.status}`)
    return undefined
  }
  const type = answer.headers.get('content-type') ?? ''
  if (!/^application\/(?:[a-z0-9.-]{1,64}\+)?json\s*(?:;|$)/i.test(type)) {
    await answer.body?.cancel()
    return undefined
  }
  return objectOf(await textOf(answer, url), url)
}

/** The text of an answer. @throws GatewayError `authorization_server_refused`. */
export async function textOf(answer: Response, url: string): Promise<string> {
  const text = await answer.text().catch((cause: unknown) => {
    throw refusedServer(`${hostOf(url)} does not answer to its end`, undefined, cause)
  })
  if (text.length > MOST) throw refusedServer(`${hostOf(url)} answers with too much`)
  return text
}

/** The object that a text is. @throws GatewayError `authorization_server_refused`. */
export function objectOf(text: string, url: string): Fields {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw refusedServer(`${hostOf(url)} answers with what is not JSON`, undefined, cause)
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw refusedServer(`${hostOf(url)} answers with what is not an object`)
  return json as Fields
}

async function ask(fetch: SafeFetch, url: string): Promise<Response> {
  try {
    return await fetch(url, { headers: { accept: 'application/json' } })
  } catch (error) {
    const { message, detail } = toGatewayError(error)
    throw refusedServer(`${hostOf(url)} cannot be asked: ${message}`, detail, error)
  }
}

/** Names of things that a document lists; undefined where it lists none. */
export function namesIn(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.slice(0, 1_000).filter((name) => typeof name === 'string' && name.length <= 2_048)
}

/** The host of an address, for people. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the host'
}
