import { once } from 'node:events'
import { connect, isIPv6, type LookupFunction, type Socket } from 'node:net'
import type { EgressRule } from '../../kernel/sandbox.ts'
import type { EgressDenial } from './denial-words.ts'
import type { Authority } from './host-name.ts'
import type { EgressParts } from './parts.ts'
import type { DenialText } from './report.ts'
import { addressesOf } from './resolve.ts'

/** Milliseconds after which the next address is tried, too. */
const NEXT_ADDRESS = 250

/** The rule by which a server may go where it wants to, or why it may not. */
export function permit(
  { allowed, report }: EgressParts,
  to: Authority,
  op: EgressDenial['op'],
): EgressRule | DenialText {
  const about = { layer: 'net', op, ...to } as const
  const rule = allowed.find(to)
  if (rule === undefined) return report.denied({ ...about, reason: allowed.missing(to) })
  // a name under a suffix is made up by whoever asks, and name servers elsewhere see it
  const leak = rule.host === to.host ? undefined : report.leaks(to.host, about)
  return leak ?? rule
}

/**
 * Opens a connection to a permitted host: its name is resolved once, and what is dialled is what was
 * checked. `unreachable` when there is no such host, or it does not answer in time.
 */
export async function reach(
  { resolve, report, limits, closing }: EgressParts,
  to: Authority,
  rule: EgressRule,
  op: EgressDenial['op'],
): Promise<Socket | DenialText | 'unreachable'> {
  const signal = AbortSignal.any([closing, AbortSignal.timeout(limits.dial)])
  const addresses = await addressesOf(to.host, rule, resolve, signal)
  if (addresses === 'unresolved') return 'unreachable'
  if (addresses === 'forbidden-range')
    return report.denied({ layer: 'net', op, ...to, reason: 'forbidden-range' })
  return dial(to, addresses, signal)
}

async function dial(
  { host, port }: Authority,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Socket | 'unreachable'> {
  if (signal.aborted) return 'unreachable'
  const answers = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
  const lookup: LookupFunction = (_host, _options, answer) => answer(null, answers)
  const far = connect({
    host,
    port,
    lookup,
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS,
  })
  far.on('error', () => {})
  try {
    await once(far, 'connect', { signal })
    return far
  } catch {
    far.destroy()
    return 'unreachable'
  }
}
