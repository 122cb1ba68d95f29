import { Agent, type IncomingMessage, request } from 'node:http'
import { expect } from 'vitest'

/** A request as it goes over the wire: every header, `Host` too, is the sender's. */
export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | URLSearchParams | undefined
  /** The address of this machine that it comes from; `127.0.0.0/8` is one sender each. */
  readonly from?: string
}

/** Words in an answer that come from inside the program. */
const INSIDE: readonly RegExp[] = [
  /\n\s+at\s.+:\d+/,
  /\b[A-Z][a-z]+Error:/,
  /node_modules|node:internal|file:\/\//,
  /\.(?:ts|js|mjs|db|yaml):\d+|\/src\/|bailiwick\.(?:db|yaml)|seal\.key|operator\.key/,
  /\/(?:tmp|home|root|var|usr|work)\//,
  /SQLITE_|oauth_object|insert into|select .+ from/i,
  /PRIVATE KEY|"(?:d|dp|dq|qi)"\s*:/,
]

/** Parameters that are for the other side alone. */
const SECRET =
  /^(?:code|code_verifier|refresh_token|client_secret|client_assertion|subject_token|assertion|token|password)$/

const known = new Set<string>()
const agent = new Agent({ keepAlive: true })

/** No answer may hold this from now on. */
export function keepSecret(...secrets: readonly string[]): void {
  for (const secret of secrets) known.add(secret)
}

/**
 * Sends one request; no redirect is followed. Every answer is checked: it shows nothing of the
 * program, no secret, and nothing back of what the request had to keep.
 */
export async function send(address: string | URL, sent: Sent = {}): Promise<Response> {
  const { method = 'GET', headers = {}, body, from } = sent
  const url = new URL(address)
  const form = body instanceof URLSearchParams
  const response = await new Promise<{ head: IncomingMessage; text: string }>((resolve, reject) => {
    const going = request(
      {
        protocol: url.protocol,
        hostname: '127.0.0.1',
        port: url.port,
        path: `${url.pathname}${url.search}`,
        method,
        agent: from === undefined ? agent : false,
        ...(from === undefined ? {} : { localAddress: from }),
        headers: {
          host: url.host,
          ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(String(body)) }),
          ...(headers as Record<string, string | string[]>),
        },
      },
      (head) => {
        const chunks: Buffer[] = []
        head.on('data', (chunk: Buffer) => chunks.push(chunk))
        head.on('end', () => resolve({ head, text: Buffer.concat(chunks).toString() }))
        head.on('error', reject)
      },
    )
    going.on('error', reject)
    going.end(body === undefined ? undefined : String(body))
  })
  const { head, text } = response
  checkAnswer(sent, head, text)
  return answerOf(head, text)
}

/** The JSON of an answer, as loosely as whoever attacks reads it. */
export async function jsonOf(response: Response): Promise<Record<string, string>> {
  return (await response.json()) as Record<string, string>
}

function answerOf({ statusCode = 0, rawHeaders }: IncomingMessage, text: string): Response {
  const headers = new Headers()
  rawHeaders.forEach((name, index) => {
    if (index % 2 === 0) headers.append(name, rawHeaders[index + 1] ?? '')
  })
  const empty = statusCode === 204 || statusCode === 304
  return new Response(empty ? null : text, { status: statusCode, headers })
}

function checkAnswer({ headers, body }: Sent, head: IncomingMessage, text: string): void {
  const { rawHeaders, statusCode = 0 } = head
  const shown = `${rawHeaders.join('\n')}\n\n${text}`
  for (const pattern of INSIDE) expect(shown).not.toMatch(pattern)
  for (const secret of known) expect(shown.includes(secret), 'a secret is shown').toBe(false)
  const kept = [...secretsOf(headers, body)].filter((value) => value.length >= 8)
  for (const value of kept) expect(shown.includes(value), 'a secret comes back').toBe(false)
  // What is refused gives nothing.
  if (statusCode >= 400) expect(text).not.toMatch(/eyJ[\w-]{10,}\.[\w-]+\.|[?&]code=[\w-]{8,}/)
}

function* secretsOf(headers: Sent['headers'], body: Sent['body']): Iterable<string> {
  const authorization = headers?.['authorization']
  if (typeof authorization === 'string') yield authorization.replace(/^\S+\s+/, '')
  if (!(body instanceof URLSearchParams)) return
  for (const [name, value] of body) if (SECRET.test(name)) yield value
}
