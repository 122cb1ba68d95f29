import { IncomingMessage } from 'node:http'
import type { Settings } from './options.ts'

const FORWARDED = /^(?:forwarded|x-forwarded-.*|x-real-ip|x-original-url|x-rewrite-url)$/

/**
 * The request as the library may see it. It believes what headers say about where it stands, and
 * builds endpoints, and what it expects proofs and assertions to name, from that: so these headers are
 * ours alone.
 */
export function pinned(settings: Settings, request: IncomingMessage): IncomingMessage {
  return Object.create(request, { headers: { value: pinnedHeaders(settings, request) } })
}

/** The request once more, with a body that was read and may have been replaced. */
export function pinnedWithBody(
  settings: Settings,
  request: IncomingMessage,
  body: string,
): IncomingMessage {
  const bytes = Buffer.from(body)
  const again = new IncomingMessage(request.socket)
  again.httpVersion = request.httpVersion
  again.httpVersionMajor = request.httpVersionMajor
  again.httpVersionMinor = request.httpVersionMinor
  again.method = request.method
  again.url = request.url
  const { 'transfer-encoding': _, ...headers } = pinnedHeaders(settings, request)
  again.headers = { ...headers, 'content-length': String(bytes.length) }
  again.push(bytes)
  again.push(null)
  again.complete = true
  return again
}

function pinnedHeaders(settings: Settings, request: IncomingMessage): IncomingMessage['headers'] {
  const { protocol, host } = new URL(settings.publicOrigin)
  const kept = Object.entries(request.headers).filter(([name]) => !FORWARDED.test(name))
  return {
    ...Object.fromEntries(kept),
    host,
    'x-forwarded-proto': protocol.slice(0, -1),
    'x-forwarded-host': host,
    'x-forwarded-for': settings.addressOf(request),
  }
}
