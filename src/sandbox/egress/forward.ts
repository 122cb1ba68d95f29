import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ClearTextEye, clearTextEye } from './clear-text.ts'
import type { EgressDenial } from './denial-words.ts'
import { type Authority, authorityText } from './host-name.ts'
import type { EgressParts } from './parts.ts'
import { permit, reach } from './reach.ts'
import { DENIED_HEADER, refuse, unreachable } from './refuse.ts'
import type { DenialText } from './report.ts'
import { passedHeaders, type RequestHead, readRequestHead, valuesOf } from './request-head.ts'

/** Bytes of a body that are read before any of it leaves. */
const HELD = 65_536

type Held = { readonly start: Buffer; readonly rest: Readable | undefined }

/**
 * Passes one request on, written anew, so that the host reads what was checked.
 *
 * @param expected the host that the connection is for; undefined where the request names it.
 */
export async function forward(
  parts: EgressParts,
  request: IncomingMessage,
  response: ServerResponse,
  expected: Authority | undefined,
): Promise<void> {
  const head = readRequestHead(request, expected)
  if (typeof head === 'string') {
    const about = { layer: 'net', op: 'request', host: '', ...expected } as const
    return refuse(response, parts.report.denied({ ...about, reason: head }))
  }
  const about = { layer: 'net', op: 'request', ...head.to } as const
  const rule = permit(parts, head.to, 'request')
  if ('reason' in rule) return refuse(response, rule)
  if (rule.proto === 'tls')
    return refuse(response, parts.report.denied({ ...about, reason: 'not-tls' }))
  const eye = clearTextEye(parts.report, about)
  const leak = leakOfHead(parts, request, about)
  const body = leak ?? (await holdBody(request, eye))
  if ('reason' in body) return refuse(response, body)
  const far = await reach(parts, head.to, rule, 'request')
  if (far === 'unreachable') return unreachable(response, head.to)
  if ('reason' in far) return refuse(response, far)
  parts.report.used(head.to, far)
  await exchange(request, response, head, far, body, eye)
}

function leakOfHead(
  { report }: EgressParts,
  { method = '', url = '', rawHeaders }: IncomingMessage,
  about: Omit<EgressDenial, 'reason'>,
): DenialText | undefined {
  const lines = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\n`))
  const text = `${method} ${url}\n${lines.join('')}`
  const decoded = text.includes('%') ? `\n${percentDecoded(text)}` : ''
  return report.leaks(text + decoded, about)
}

/** Every `%` with two digits replaced; the rest as it is. */
function percentDecoded(text: string): string {
  const latin = text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
  return Buffer.from(latin, 'latin1').toString('utf8')
}

/** The start of the body, or all of it, looked at before anything leaves. */
async function holdBody(request: IncomingMessage, eye: ClearTextEye): Promise<Held | DenialText> {
  const chunks: Buffer[] = []
  let size = 0
  const reading = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  for await (const chunk of reading) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= HELD) break
  }
  const start = Buffer.concat(chunks)
  const leak = start.length === 0 ? undefined : eye.see(start)
  return leak ?? { start, rest: request.readableEnded ? undefined : request }
}

/** The question and its answer over the connection, which ends with them. */
async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  { to, path }: RequestHead,
  far: Socket,
  body: Held,
  eye: ClearTextEye,
): Promise<void> {
  const asked = ask({
    method: request.method ?? 'GET',
    path,
    createConnection: () => far,
    insecureHTTPParser: false,
    headers: [
      'host',
      authorityText(to, 80),
      ...passedHeaders(request, ['host', 'content-length']),
      ...framing(request),
      'connection',
      'close',
    ],
  })
  response.once('close', () => far.destroy())
  const answered = new Promise<void>((resolve, reject) => {
    asked.on('error', reject).on('close', () => reject(new Error('no answer')))
    asked.on('upgrade', () => asked.destroy())
    asked.on('response', (answer) => resolve(passBack(answer, response)))
  })
  let leak: DenialText | undefined
  const sent = pipeline(async function* () {
    if (body.start.length > 0) yield body.start
    for await (const chunk of body.rest ?? []) {
      leak = eye.see(chunk)
      if (leak !== undefined) throw new Error(leak.reason)
      yield chunk
    }
  }, asked)
  // a host may answer before it has read everything
  sent.catch(() => {})
  try {
    await answered
  } catch {
    if (response.headersSent) response.destroy()
    else if (leak !== undefined) refuse(response, leak)
    else unreachable(response, to)
  } finally {
    far.destroy()
  }
}

async function passBack(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunked = valuesOf(answer, 'transfer-encoding').length > 0
  // nobody else refuses in the name of the sandbox
  const without = [DENIED_HEADER, ...(chunked ? ['content-length'] : [])]
  const headers = [...passedHeaders(answer, without), 'connection', 'close']
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', headers)
  response.flushHeaders()
  await pipeline(answer, response)
}

/** The header that says where the body ends. */
function framing(request: IncomingMessage): readonly string[] {
  const [length] = valuesOf(request, 'content-length')
  if (length !== undefined) return ['content-length', length]
  if (valuesOf(request, 'transfer-encoding').length > 0) return ['transfer-encoding', 'chunked']
  return ['POST', 'PUT', 'PATCH'].includes(request.method ?? '') ? ['content-length', '0'] : []
}
