import type { CredentialAbout } from '../../kernel/credential.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { ValueWatch } from '../../kernel/value-watch.ts'
import type { Exposure } from '../../kernel/vault.ts'
import type { Response, ResultResponse } from '../../mcp/message.ts'
import { losslessResult } from '../lossless.ts'
import { isInside, withoutValues } from './values.ts'

/** Where a credential was seen. Holds no value. */
export interface ExposedWhere {
  readonly place: Extract<Exposure['place'], 'result' | 'argument'>
  readonly server: string
  /** The tool, prompt or URI; empty where it was none. */
  readonly target: string
}

/** What knows our credentials by their values, and who is told where one was seen. */
export interface WatchedCredentials {
  readonly watch: ValueWatch<CredentialAbout>
  /** Told once a minute of the same credential at the same place. Must not throw. */
  readonly exposed: (about: CredentialAbout, where: ExposedWhere) => void
}

/** Whose message it is, and about what. */
export type Spot = Omit<ExposedWhere, 'place'>

/** Keeps our credentials out of messages. See the README. */
export interface Scrubber {
  /** A server's value without credentials; the same object where it holds none. */
  clean<T extends Json | undefined>(value: T, spot: Spot): T
  /**
   * A server's answer, the same way.
   *
   * @throws GatewayError `content_blocked` where one stands that cannot be taken out.
   */
  response(response: Response, spot: Spot): Response
  /** A failure, the same way: what it says may be a server's words. */
  failure(thrown: unknown, spot: Spot): unknown
  /** A value without credentials, for records: nobody is told. */
  hidden<T extends Json>(value: T): T
  /** Whether a value holds a credential; who has to know is told. */
  leaks(value: Json | undefined, spot: Spot): boolean
}

const MARK = '[credential removed]'
/** Milliseconds for which the same is not told again. */
const TOLD_FOR = 60_000
const MOST_TOLD = 1_000
/** UTF-16 code units of a target. */
const MOST_NAMED = 200

/** Makes it. @param now milliseconds since the epoch. */
export function createScrubber(
  { watch, exposed }: WatchedCredentials,
  now: () => number,
): Scrubber {
  const tell = teller(exposed, now, (text) => watch.redact(text, () => MARK))
  const cleanText =
    (spot: Spot) =>
    (text: string): string => {
      if (!watch.has(text)) return text
      for (const { about } of watch.find(text)) tell(about, { place: 'result', ...spot })
      const redacted = watch.redact(text, () => MARK)
      // What taking one value out has put together is no text of anybody's.
      return watch.has(redacted) ? MARK : redacted
    }
  const clean = <T extends Json | undefined>(value: T, spot: Spot): T =>
    value === undefined ? value : (withoutValues(value, cleanText(spot)) as T)

  const result = (response: ResultResponse, spot: Spot): ResultResponse => {
    const { id, resultText } = response
    const found = resultText !== undefined && watch.has(resultText)
    // Without an escape every string stands in the text as it is: one look is enough.
    if (resultText !== undefined && !found && !resultText.includes('\\')) return response
    const before = found ? losslessResult(response) : response.result
    const after = clean(before as JsonObject, spot)
    if (after !== before) return { kind: 'result', id, result: after }
    if (!found) return response
    for (const { about } of watch.find(resultText)) tell(about, { place: 'result', ...spot })
    throw holdsCredential('result', 'the result holds')
  }
  return {
    clean,
    response(response, spot) {
      if (response.kind === 'result') return result(response, spot)
      const error = clean(response.error as unknown as JsonObject, spot)
      return error === (response.error as unknown)
        ? response
        : { ...response, error: error as unknown as typeof response.error }
    },
    failure(thrown, spot) {
      if (!(thrown instanceof GatewayError)) return thrown
      const { code, message, data, detail, cause } = thrown
      const said = { message, data: (data ?? {}) as JsonObject, detail: detail ?? '' }
      const told = clean(said as JsonObject, spot) as typeof said
      if (told === said) return thrown
      const more = data === undefined ? {} : { data: told.data }
      return new GatewayError(code, told.message, { ...more, detail: told.detail, cause })
    },
    hidden: (value) =>
      withoutValues(value, (text) => watch.redact(text, () => MARK)) as typeof value,
    leaks(value, spot) {
      if (value === undefined) return false
      return isInside(value, (text) => {
        const found = watch.has(text)
        if (found)
          for (const { about } of watch.find(text)) tell(about, { place: 'argument', ...spot })
        return found
      })
    },
  }
}

/** A message that does not pass because of what it holds. Says nothing of which credential it is. */
export function holdsCredential(
  part: 'arguments' | 'answer' | 'notification' | 'result',
  stands: string,
): GatewayError {
  return new GatewayError('content_blocked', `blocked: ${stands} a credential of this gateway`, {
    data: { part, found: ['credential'] },
  })
}

function teller(
  exposed: WatchedCredentials['exposed'],
  now: () => number,
  redact: (text: string) => string,
): WatchedCredentials['exposed'] {
  const told = new Map<string, number>()
  return (about, where) => {
    const target = redact(where.target).slice(0, MOST_NAMED)
    const key = JSON.stringify([about.owner, about.server, where.place, where.server, target])
    const time = now()
    if ((told.get(key) ?? 0) > time) return
    told.delete(key)
    for (const oldest of told.keys()) {
      if (told.size < MOST_TOLD) break
      told.delete(oldest)
    }
    told.set(key, time + TOLD_FOR)
    exposed(about, { ...where, target })
  }
}
