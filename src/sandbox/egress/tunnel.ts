import type { Socket } from 'node:net'
import type { EgressRule } from '../../kernel/sandbox.ts'
import { inspectClearText } from './clear-text.ts'
import type { Authority } from './host-name.ts'
import type { EgressParts } from './parts.ts'
import { reach } from './reach.ts'
import { relay } from './relay.ts'
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
  if (rule.proto === 'tls' && !(await passesGate(parts, wanted))) {
    wanted.far?.destroy()
    return
  }
  const far = wanted.far ?? (await reach(parts, to, rule, 'connect'))
  if (far === 'unreachable' || !('write' in far)) return void near.destroy()
  parts.report.used(to, far)
  const about = { layer: 'net', op: 'connect', ...to } as const
  const inspect = rule.proto === 'tcp' ? inspectClearText(parts.report, about) : undefined
  relay(near, far, parts.limits.idle, inspect)
}

async function passesGate({ report, limits }: EgressParts, { near, to }: Tunnel): Promise<boolean> {
  const outcome = await awaitHello(near, to.host, limits.head)
  if (outcome === 'ok') return true
  if (outcome === 'gone') near.destroy()
  else {
    report.denied({ layer: 'net', op: 'connect', ...to, reason: outcome })
    endWithAlert(near, outcome)
  }
  return false
}
