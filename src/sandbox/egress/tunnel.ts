import type { Socket } from 'node:net'
import type { EgressRule } from '../../kernel/sandbox.ts'
import { clearTextInspector } from './clear-text.ts'
import type { EgressReason } from './denial-words.ts'
import type { Authority } from './host-name.ts'
import type { EgressParts } from './parts.ts'
import { reach } from './reach.ts'
import { type Inspector, relay } from './relay.ts'
import { secondHello } from './second-hello.ts'
import { awaitHello, endWithAlert } from './tls-gate.ts'

/** Takes a connection that speaks HTTP with one host. */
export type ServeHttp = (near: Socket, to: Authority) => void

/** A connection that is permitted to go to a host: `far` is there when it was opened already. */
export interface Tunnel {
  readonly near: Socket
  readonly to: Authority
  readonly rule: EgressRule
  readonly far?: Socket
}

/** Lets through what speaks as the rule says. */
export async function tunnel(parts: EgressParts, wanted: Tunnel, http: ServeHttp): Promise<void> {
  const { near, to, rule } = wanted
  if (rule.proto === 'http') return http(near, to)
  const inspector =
    rule.proto === 'tls' ? await tlsInspector(parts, wanted) : tcpInspector(parts, to)
  if (inspector === undefined) return void wanted.far?.destroy()
  const far = wanted.far ?? (await reach(parts, to, rule, 'connect'))
  if (far === 'unreachable' || !('write' in far)) return void near.destroy()
  parts.report.used(to, far)
  relay(near, far, parts.limits.idle, inspector)
}

function tcpInspector({ report }: EgressParts, to: Authority): Inspector {
  return clearTextInspector(report, { layer: 'net', op: 'connect', ...to })
}

/** Undefined once it is refused, or the server is gone. */
async function tlsInspector(
  { report, limits }: EgressParts,
  { near, to, rule }: Tunnel,
): Promise<Inspector | undefined> {
  const refuse = (reason: EgressReason): void => {
    report.denied({ layer: 'net', op: 'connect', ...to, reason })
    endWithAlert(near, reason)
  }
  const expected = { host: to.host, encryptedHello: rule.encryptedHello }
  const first = await awaitHello(near, expected, limits.head)
  if (typeof first !== 'number') {
    if (first === 'gone') near.destroy()
    else refuse(first)
    return undefined
  }
  const following = secondHello(expected, first)
  return {
    answered: following.answered,
    sent(bytes) {
      const found = following.sent(bytes)
      if (typeof found !== 'string') return found
      report.denied({ layer: 'net', op: 'connect', ...to, reason: found })
      return 'refused'
    },
  }
}
