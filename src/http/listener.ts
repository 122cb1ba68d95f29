import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Authenticator, Revocation } from '../kernel/authentication.ts'
import { isEnded, type Sender } from '../kernel/authentication.ts'
import type { SecurityEvent } from '../kernel/event.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Gateway } from '../mcp/exchange.ts'
import { bind, portOf } from './bind.ts'
import { isLoopback, neighbours } from './host-origin.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { createQuota } from './quota.ts'
import { refuse, refuseBytes } from './refuse.ts'
import { createRunning } from './running.ts'
import { createSessions } from './sessions.ts'
import type { Site } from './site.ts'
import { challengeOf, type Door, takeRequest } from './take-request.ts'

/** Answers a path of its own, outside MCP. `Host` and `Origin` are checked, a token is not. */
export type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** What stands at the listener besides MCP. */
export interface Neighbourhood {
  readonly authenticator: Authenticator
  /** By path, without the query; undefined for a path that is not served. */
  readonly route: (path: string) => Route | undefined
}

export interface ListenOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly gateway: Gateway
  /**
   * Made once the port is known, before anything is served: addresses that tokens are bound to
   * hold it.
   */
  readonly around: (own: { readonly port: number }) => Neighbourhood | Promise<Neighbourhood>
  /** True for a server that has an endpoint of its own. */
  readonly servers: (name: string) => boolean
  /** The origin under which others know the listener: its host and pages are taken, too. */
  readonly publicUrl?: string | undefined
  /** Exact values of `Host`, with the port where clients write one. If not given: loopback names. */
  readonly allowedHosts?: readonly string[] | undefined
  /** Exact values of `Origin`. If not given: pages from this listener itself. */
  readonly allowedOrigins?: readonly string[] | undefined
  readonly limits?: Partial<Limits>
  /** PEM texts. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined
  /** True when a reverse proxy on this machine or network ends TLS in front of us. */
  readonly behindProxy?: boolean
  /** Told of what nobody does by accident, such as using another client's session. */
  readonly onMisuse?: (event: SecurityEvent) => void
  readonly clock: Clock
  readonly randomId: RandomId
  /** For failures that are not a client's fault. Never given a secret. */
  readonly log: (line: string) => void
}

export interface Listening {
  /** Ends at once what was opened with an authorization that is void now: calls, streams, sessions. */
  drop(revocation: Revocation): void
  /** Of the aggregated endpoint's origin, such as `http://127.0.0.1:7800`. */
  readonly url: string
  readonly port: number
  /**
   * Stops: takes no more requests, lets calls end for half of the grace, then cancels them, ends
   * sessions, and at the end of the grace drops what is left.
   *
   * @param grace milliseconds; 5,000 if not given.
   */
  close(grace?: number): Promise<void>
}

/** Milliseconds that an idle connection is kept for its client's next request. */
const KEEP_ALIVE = 65_000

/**
 * Listens for MCP clients of all eras on `/mcp` (all servers) and `/mcp/{server}` (one server).
 * See `README.md` in this folder for the order of checks and the bounds.
 *
 * @throws Error for a host that others can reach, unless TLS or a proxy in front is declared, and
 *   when the address is taken.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { host, tls } = options
  if (!isLoopback(host) && tls === undefined && options.behindProxy !== true)
    throw new Error(`refusing to listen on \`${host}\` without TLS or a declared proxy`)
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits }
  const servers = await bind(() => makeServer(limits, tls), host, options.port)
  try {
    return await open(options, limits, servers, portOf(servers[0]))
  } catch (error) {
    for (const server of servers) server.close()
    throw error
  }
}

async function open(
  options: ListenOptions,
  limits: Limits,
  servers: readonly Server[],
  port: number,
): Promise<Listening> {
  const { host, tls } = options
  const scheme = tls ? 'https' : 'http'
  const site: Site = {
    gateway: options.gateway,
    limits,
    clock: options.clock,
    randomId: options.randomId,
    log: options.log,
    quota: createQuota(limits.maxStreams),
    running: createRunning(),
    sessions: createSessions(limits, options.onMisuse ?? (() => {})),
  }
  const { authenticator, route } = await options.around({ port })
  const door: Door = {
    authenticator,
    route,
    scheme: options.behindProxy === true ? 'https' : scheme,
    servers: options.servers,
    neighbours: neighbours(options, scheme, port),
    closing: false,
  }
  for (const server of servers) serve(server, site, door)
  const expiry = setInterval(site.sessions.expire, Math.min(limits.sessionIdleMs, 60_000)).unref()
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    drop(revocation) {
      const ended = (sender: Sender): boolean => isEnded(revocation, sender)
      site.running.stop(({ sender }) => ended(sender))
      site.sessions.endWhere(ended)
    },
    async close(grace = 5000) {
      clearInterval(expiry)
      door.closing = true
      await shutDown(servers, site, grace)
    },
  }
}

function makeServer(limits: Limits, tls: ListenOptions['tls']): Server {
  const settings = {
    insecureHTTPParser: false,
    // Checked with all else that is wrong about `Host`, for one kind of answer.
    requireHostHeader: false,
    noDelay: true,
    maxHeaderSize: limits.maxHeader,
    headersTimeout: limits.bodyTimeout,
    requestTimeout: limits.bodyTimeout,
    connectionsCheckingInterval: Math.min(limits.bodyTimeout / 4, 5000),
    keepAliveTimeout: KEEP_ALIVE,
  }
  const server = tls ? createTlsServer({ ...tls, ...settings }) : createServer(settings)
  server.maxConnections = limits.maxConnections
  // Node drops headers beyond this count in silence; their bytes are bounded already.
  server.maxHeadersCount = 0
  // Ends connections on which not even our comments move: their readers are gone or stuck.
  server.timeout = 4 * Math.max(limits.silenceMs, limits.bodyTimeout)
  return server
}

function serve(server: Server, site: Site, door: Door): void {
  const answering = new WeakMap<Socket, ServerResponse>()
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    answering.set(request.socket, response)
    takeRequest(site, door, request, response).catch((thrown) =>
      refuse(site, request, response, thrown, challengeOf(door, request, thrown)),
    )
  }
  server.on('request', onRequest)
  // Leave to send the body is given by whoever reads it, after all checks of the head.
  server.on('checkContinue', onRequest)
  server.on('clientError', (error, socket) => {
    const answer = answering.get(socket as Socket)
    refuseBytes(site, error, socket, answer?.headersSent === true && !answer.writableFinished)
  })
}

async function shutDown(servers: readonly Server[], site: Site, grace: number): Promise<void> {
  const closed = Promise.all(
    servers.map((server) => new Promise<void>((resolve) => void server.close(() => resolve()))),
  )
  const each = (act: (server: Server) => void) => (): void => servers.forEach(act)
  const last = setTimeout(
    each((server) => server.closeAllConnections()),
    grace,
  )
  // Connections become idle one by one, whenever their answers are out.
  const sweep = setInterval(
    each((server) => server.closeIdleConnections()),
    20,
  )
  site.running.stop(({ endless }) => endless)
  await site.running.idle(grace / 2)
  site.running.stop(() => true)
  site.sessions.endAll()
  await closed
  clearTimeout(last)
  clearInterval(sweep)
}
