import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { EgressReason } from './denial-words.ts'
import { forward } from './forward.ts'
import { type Authority, readAuthority } from './host-name.ts'
import type { EgressParts } from './parts.ts'
import { permit, reach } from './reach.ts'
import { refuseRaw, unreachableRaw } from './refuse.ts'
import { valuesOf } from './request-head.ts'
import { type ServeHttp, tunnel } from './tunnel.ts'

const MAX_HEAD = 16 * 1024

/** What takes over the connections of one server. */
export interface Proxy {
  /** A connection to the proxy: `CONNECT`, or requests with an absolute target. */
  proxied(near: Socket): void
  /** A connection to an address that stands for a name. */
  direct(near: Socket, to: Authority): void
}

/** Connections are given to it; it listens to nothing. Of each, one request is taken. */
export function openProxy(parts: EgressParts): Proxy {
  const destinations = new WeakMap<Socket, Authority>()
  const deadlines = new WeakMap<Socket, NodeJS.Timeout>()
  const refusal = (to: Authority | undefined, reason: EgressReason) =>
    parts.report.denied({ layer: 'net', op: 'request', host: '', ...to, reason })
  const taken = new WeakSet<Socket>()
  const inTime = (near: Socket): void => {
    taken.add(near)
    clearTimeout(deadlines.get(near))
  }
  const serve = (server: Server, near: Socket): void => {
    taken.delete(near)
    const late = (): void => {
      refusal(destinations.get(near), 'request-late')
      near.destroy()
    }
    const timer = setTimeout(late, parts.limits.head)
    deadlines.set(near, timer)
    near.once('close', () => clearTimeout(timer))
    server.emit('connection', near)
  }
  const speaker = (): Server => {
    const server = createServer({
      insecureHTTPParser: false,
      maxHeaderSize: MAX_HEAD,
      // who it is for is checked with everything else, so that the refusal says why
      requireHostHeader: false,
      keepAlive: false,
    })
    server.maxRequestsPerSocket = 1
    server.timeout = parts.limits.idle
    server.on('request', (request, response) => {
      inTime(request.socket)
      const failed = (): void => void request.socket.destroy()
      forward(parts, request, response, destinations.get(request.socket)).catch(failed)
    })
    server.on('clientError', (error: NodeJS.ErrnoException, near: Socket) => {
      // what is wrong behind a head that was taken ends with its request
      if (taken.has(near) || error.code === 'ECONNRESET') return void near.destroySoon()
      inTime(near)
      refuseRaw(near, refusal(destinations.get(near), 'request-malformed'))
    })
    return server
  }
  const http: ServeHttp = (near, to) => {
    destinations.set(near, to)
    serve(plain, near)
  }
  const plain = speaker()
  plain.on('connect', (_request, near: Socket) => {
    inTime(near)
    refuseRaw(near, refusal(destinations.get(near), 'request-malformed'))
  })
  const front = speaker()
  front.on('connect', (request, near: Socket, head: Buffer) => {
    inTime(near)
    // at once: nothing is put back once the other side is known to be done
    if (head.length > 0) near.unshift(head)
    connectTo(parts, request, near, http).catch(() => near.destroy())
  })
  return {
    proxied: (near) => serve(front, near),
    direct(near, to) {
      const rule = permit(parts, to, 'connect')
      if ('reason' in rule) return void near.destroy()
      tunnel(parts, { near, to, rule }, http).catch(() => near.destroy())
    },
  }
}

/** `CONNECT host:port` (RFC 9110 section 9.3.6). A `Host` that says something else would be for another proxy. */
async function connectTo(
  parts: EgressParts,
  request: IncomingMessage,
  near: Socket,
  http: ServeHttp,
): Promise<void> {
  const to = readAuthority(request.url ?? '')
  const deny = (reason: EgressReason) =>
    parts.report.denied({ layer: 'net', op: 'connect', host: '', ...to, reason })
  if (to === undefined) return refuseRaw(near, deny('request-malformed'))
  if (!valuesOf(request, 'host').every((text) => readAuthority(text, to.port)?.host === to.host))
    return refuseRaw(near, deny('host-mismatch'))
  const rule = permit(parts, to, 'connect')
  if ('reason' in rule) return refuseRaw(near, rule)
  // opened before the answer, so that the answer can say that it could not be
  const far = rule.proto === 'http' ? undefined : await reach(parts, to, rule, 'connect')
  if (far === 'unreachable') return unreachableRaw(near, to)
  if (far !== undefined && 'reason' in far) return refuseRaw(near, far)
  if (near.destroyed) return void far?.destroy()
  near.once('close', () => far?.destroy())
  near.write('HTTP/1.1 200 Connection established\r\n\r\n')
  await tunnel(parts, { near, to, rule, ...(far && { far }) }, http)
}
