import type { IncomingMessage } from 'node:http'
import { OauthError } from './oauth-error.ts'

/** Bytes that a request may say, and milliseconds that it may take. */
export const MAX_BODY = 64 * 1024
const PATIENCE = 10_000
const MAX_PARAMETERS = 100

const FORM = 'application/x-www-form-urlencoded'

/**
 * Reads a form, and nothing but one: other readings of the same bytes must not exist.
 *
 * @param repeatable names that may come more than once.
 * @throws OauthError `invalid_request` (RFC 6749 section 3.2).
 */
export async function readForm(
  request: IncomingMessage,
  repeatable: ReadonlySet<string>,
): Promise<URLSearchParams> {
  requireType(request, FORM)
  const text = await readText(request)
  const form = new URLSearchParams(text)
  const names = [...form.keys()]
  if (names.length > MAX_PARAMETERS) throw new OauthError('invalid_request', 'too many parameters')
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name) && !repeatable.has(name))
      throw new OauthError('invalid_request', 'a parameter must not be given twice')
    seen.add(name)
  }
  return form
}

/** @throws OauthError `invalid_request` for what is no JSON object. */
export async function readJsonObject(request: IncomingMessage): Promise<object> {
  requireType(request, 'application/json')
  const text = await readText(request)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw malformed('the body is not JSON', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OauthError('invalid_request', 'the body is not a JSON object')
  return value
}

function requireType({ headers }: IncomingMessage, type: string): void {
  const [given] = (headers['content-type'] ?? '').split(';')
  if (given?.trim().toLowerCase() !== type || headers['content-encoding'] !== undefined)
    throw new OauthError('invalid_request', `the body must be \`${type}\``)
}

async function readText(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  const reading = (async () => {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length
      if (size > MAX_BODY) throw tooLarge()
      chunks.push(chunk as Buffer)
    }
  })()
  await within(PATIENCE, reading)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch (cause) {
    throw malformed('the body is not UTF-8', cause)
  }
}

async function within(patience: number, reading: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new OauthError('invalid_request', 'the body came too slowly', { status: 408 })),
    patience,
  )
  reading.catch(() => {})
  try {
    await Promise.race([reading, promise])
  } catch (cause) {
    throw cause instanceof OauthError ? cause : malformed('the body ended too early', cause)
  } finally {
    clearTimeout(timer)
  }
}

function malformed(message: string, cause: unknown): OauthError {
  return new OauthError('invalid_request', message, { cause })
}

function tooLarge(): OauthError {
  return new OauthError('invalid_request', 'the body is too large', { status: 413 })
}
