import { type ClientRequest, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import type { Clock } from '../../kernel/ports.ts'

// Milliseconds that a connection may lie idle. Shorter than the 5 s after which common servers
// hang up: a request must not meet a connection that is being closed, for it cannot be repeated.
const IDLE = 4_000

const OPTIONS = {
  keepAlive: true,
  maxSockets: Number.POSITIVE_INFINITY,
  scheduling: 'lifo',
  timeout: IDLE,
  noDelay: true,
} as const

/** Node's own agent, as far as it is not in its types. */
interface Inner {
  addRequest(request: ClientRequest, ...rest: unknown[]): void
}

/** The keep-alive connections that all HTTP links share. */
export interface HttpAgents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

/**
 * Makes the shared agents. No limit on connections: the gateway limits calls. Timers close idle
 * connections; a process that was too busy for its timers looks at the clock before it uses one again.
 */
export function createHttpAgents(now: Clock = Date.now): HttpAgents {
  return {
    http: fresh(new HttpAgent(OPTIONS), now),
    https: fresh(new HttpsAgent(OPTIONS), now),
  }
}

function fresh<A extends HttpAgent>(agent: A, now: Clock): A {
  const freed = new WeakMap<Socket, number>()
  agent.on('free', (socket: Socket) => freed.set(socket, now()))
  const inner = agent as unknown as Inner
  const add = inner.addRequest.bind(agent)
  inner.addRequest = (request, ...rest) => {
    for (const idle of Object.values(agent.freeSockets)) hangUp(idle ?? [])
    add(request, ...rest)
  }
  // The one that came last is used first: while it is fresh, no other is taken.
  const hangUp = (idle: Socket[]): void => {
    const last = idle.at(-1)
    if (last === undefined || now() - (freed.get(last) ?? 0) < IDLE) return
    for (const socket of idle.splice(0)) socket.destroy()
  }
  return agent
}
