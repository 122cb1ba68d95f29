import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../../kernel/errors.ts'

/** The fields of a form, each at most once. */
export type Form = ReadonlyMap<string, string>

/** Bytes of a form. */
const MAX_BODY = 32 * 1024
/** Milliseconds for a form to come in. */
const TIMEOUT = 15_000

/**
 * Reads a form of ours.
 *
 * @throws GatewayError `content_type_refused`, `body_too_large`, `body_too_slow`, or `params_invalid`
 *   for a field that comes twice and for what is no form.
 */
export async function readForm(request: IncomingMessage): Promise<Form> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded' || request.headers['content-encoding'])
    throw new GatewayError('content_type_refused', 'a form is expected')
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(await readBody(request))) {
    if (form.has(name)) throw new GatewayError('params_invalid', 'a field came twice')
    form.set(name, value)
  }
  return form
}

async function readBody(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  const timer = setTimeout(() => {
    request.destroy(new GatewayError('body_too_slow', 'the form took too long'))
  }, TIMEOUT)
  try {
    for await (const chunk of request.iterator({
      destroyOnReturn: false,
    }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MAX_BODY) throw tooLarge()
      chunks.push(chunk)
    }
  } finally {
    clearTimeout(timer)
  }
  const body = Buffer.concat(chunks).toString('latin1')
  // The coding of forms leaves nothing but these (WHATWG URL section 5.2).
  if (!/^[!-~]*$/.test(body)) throw new GatewayError('params_invalid', 'that is no form')
  return body
}

function tooLarge(): GatewayError {
  return new GatewayError('body_too_large', 'the form is too large')
}
