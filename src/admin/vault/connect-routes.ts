import type { IncomingMessage, ServerResponse } from 'node:http'
import { ownerOf } from '../../kernel/credential.ts'
import { GatewayError, toGatewayError } from '../../kernel/errors.ts'
import type { Actor, Witness } from '../../kernel/event.ts'
import { sha256 } from '../../kernel/hash.ts'
import { callerOf } from '../caller.ts'
import type { ConsoleDoor } from '../console-session.ts'
import { sendProblem } from '../problem.ts'
import type { Vault } from './ports.ts'

/** Where authorization servers send browsers back. */
const CALLBACK = '/connect/callback'
/** What authorization servers may know of us: anybody may read it. */
const CLIENT = '/connect/client.json'
const KEYS = '/connect/jwks.json'

const PAGE = '/console/connections'
/** Characters of what an authorization server says; codes and states are much shorter. */
const LONGEST = 8_192
/** Seconds for which what is public may be kept. */
const FRESH = 300

/** As with every page: nothing is framed, or told to the next page. */
const GUARDS: readonly string[] = [
  ['referrer-policy', 'no-referrer'],
  ['x-frame-options', 'DENY'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"],
].flat()

interface Parts {
  readonly vault: Vault
  readonly console: ConsoleDoor
  readonly witness: Witness
  readonly randomId: () => string
  readonly log: (line: string) => void
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What is answered to authorization servers, and to browsers that come back from them; by path. */
export function connectRoutes(parts: Parts): (path: string) => Handler | undefined {
  const { vault } = parts
  const routes: Readonly<Record<string, Handler>> = {
    [CALLBACK]: callback(parts),
    [CLIENT]: published(parts, async () => vault.clientDocument()),
    [KEYS]: published(parts, () => vault.clientKeys()),
  }
  return (path) => (Object.hasOwn(routes, path) ? routes[path] : undefined)
}

/**
 * Takes the answer of an authorization server from the browser (OAuth 2.1 section 4.1.2), in the login session
 * that began; whatever comes of it, the person ends on a page of ours that shows none of its words.
 */
function callback(parts: Parts): Handler {
  return async (request, response) => {
    try {
      requireArrival(request)
    } catch (thrown) {
      return sendProblem(request, response, toGatewayError(thrown), parts.randomId(), GUARDS)
    }
    try {
      sendTo(response, await ended(parts, request, response))
    } catch (thrown) {
      const error = toGatewayError(thrown)
      if (error.code === 'internal')
        parts.log(
          `connect: an answer could not be taken (request ${parts.randomId()}): ${nameOf(error.cause)}`,
        )
      sendTo(response, `${PAGE}?failed=${error.code}`)
    }
  }
}

/** A page that a browser goes to, and nothing that another page holds or asks for. */
function requireArrival({ method, headers }: IncomingMessage): void {
  if (method !== 'GET')
    throw new GatewayError('verb_refused', 'this path takes GET', { data: { allow: ['GET'] } })
  const { 'sec-fetch-dest': place = 'document', 'sec-fetch-mode': mode = 'navigate' } = headers
  if (place !== 'document' || mode !== 'navigate' || headers['sec-purpose'] !== undefined)
    throw new GatewayError('origin_refused', 'the browser does not come here by itself')
}

/** Finishes, and gives the page that says so. */
async function ended(
  { vault, console, witness }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<string> {
  const sender = await console.session(request, response)
  if (sender === undefined) {
    const again = new URLSearchParams({ return_to: `${PAGE}?failed=login_required` })
    return `/oauth/account/login?${again}`
  }
  const { actor, subject } = callerOf(sender, 'session')
  const at = { user: ownerOf(subject), session: actor.grant, by: actor }
  try {
    const { server } = await vault.connections.finish(queryOf(request), at)
    return `${PAGE}?${new URLSearchParams({ connected: server })}`
  } catch (thrown) {
    await noteStray(witness, toGatewayError(thrown), actor)
    throw thrown
  }
}

/** Puts an answer on record that belongs to nobody who is on the way; the desk knows about the others. */
async function noteStray(witness: Witness, { code }: GatewayError, by: Actor): Promise<void> {
  if (code !== 'interaction_unknown' && code !== 'message_malformed') return
  await witness({
    ...{ event: 'connection.refused', outcome: 'refused', subject: by.subject, by },
    detail: { why: code },
  })
}

/** The query as it came. @throws GatewayError `message_malformed` for one with a member twice (RFC 6749 section 3.1). */
function queryOf({ url = '' }: IncomingMessage): string {
  const start = url.indexOf('?')
  const query = start < 0 ? '' : url.slice(start + 1)
  if (query.length > LONGEST) throw new GatewayError('message_malformed', 'the answer is too long')
  const names = [...new URLSearchParams(query).keys()]
  if (new Set(names).size < names.length)
    throw new GatewayError('message_malformed', 'a member of the answer stands there twice')
  return query
}

function sendTo(response: ServerResponse, location: string): void {
  response.writeHead(303, [
    ...['cache-control', 'no-store', 'x-content-type-options', 'nosniff', ...GUARDS],
    ...['location', location, 'content-length', '0'],
  ])
  response.end()
}

/** Words of what went wrong could hold what the authorization server said. */
function nameOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause
  const places = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [cause.name, ...places].join('\n')
}

/** Answers with a document for anybody. */
function published({ randomId, log }: Parts, make: () => Promise<object>): Handler {
  return async (request, response) => {
    try {
      requireLook(request)
      const body = JSON.stringify(await make())
      const etag = `"${sha256(body).slice(0, 32)}"`
      const kept = ['etag', etag, 'cache-control', `public, max-age=${FRESH}`]
      const known = request.headers['if-none-match']?.split(',').map((one) => one.trim()) ?? []
      if (known.includes(etag)) {
        response.writeHead(304, kept).end()
        return
      }
      const length = String(Buffer.byteLength(body))
      response.writeHead(200, [
        ...['content-type', 'application/json', 'content-length', length],
        ...['x-content-type-options', 'nosniff', ...kept],
      ])
      response.end(request.method === 'HEAD' ? undefined : body)
    } catch (thrown) {
      const error = toGatewayError(thrown)
      const requestId = randomId()
      if (error.code === 'internal')
        log(`connect: a document could not be made (request ${requestId}): ${nameOf(error.cause)}`)
      sendProblem(request, response, error, requestId, [])
    }
  }
}

function requireLook({ method }: IncomingMessage): void {
  if (method !== 'GET' && method !== 'HEAD')
    throw new GatewayError('verb_refused', 'this path takes GET and HEAD', {
      data: { allow: ['GET', 'HEAD'] },
    })
}
