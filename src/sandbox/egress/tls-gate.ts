import type { Socket } from 'node:net'
import { isIP } from 'node:net'
import { type HelloVerdict, helloReader } from './client-hello.ts'
import type { EgressReason } from './denial-words.ts'

/** Whom a hello is to be for, and whether part of it may be encrypted. */
export interface Expected {
  readonly host: string
  readonly encryptedHello?: boolean | undefined
}

/** Fatal alerts (RFC 8446 section 6), so that the client can say more than that the connection ended. */
const ALERTS: Readonly<Partial<Record<EgressReason, number>>> = {
  'sni-mismatch': 112, // unrecognized_name
  'sni-missing': 112,
  'hello-malformed': 50, // decode_error
  'encrypted-hello': 49, // access_denied
  'forbidden-range': 49,
}

/**
 * Waits for a TLS hello that is for the host, and gives it back to be read again. Nothing has left then.
 *
 * @returns the bytes of its records, why it must not pass, or `gone` when nothing came at all.
 */
export function awaitHello(
  near: Socket,
  expected: Expected,
  within: number,
): Promise<number | 'gone' | EgressReason> {
  return new Promise((resolve) => {
    const reader = helloReader()
    const seen: Buffer[] = []
    const settle = (outcome: number | 'gone' | EgressReason): void => {
      clearTimeout(timer)
      near.off('data', onData).off('end', onGone).off('close', onGone)
      near.pause()
      if (typeof outcome === 'number') near.unshift(Buffer.concat(seen))
      resolve(outcome)
    }
    const onGone = (): void => settle(seen.length === 0 ? 'gone' : 'hello-malformed')
    const onData = (bytes: Buffer): void => {
      seen.push(bytes)
      const verdict = reader.push(bytes)
      if (verdict.kind === 'more') return
      const outcome = judge(verdict, expected)
      settle(
        outcome === 'ok' && verdict.kind === 'hello' ? verdict.size : (outcome as EgressReason),
      )
    }
    const timer = setTimeout(settle, within, 'hello-late')
    near.on('data', onData).on('end', onGone).on('close', onGone)
    if (near.readableEnded || near.destroyed) onGone()
    else near.resume()
  })
}

/** Whether a hello is for the host. One for an address names none (RFC 6066 section 3). */
export function judge(
  verdict: Exclude<HelloVerdict, { kind: 'more' }>,
  { host, encryptedHello = false }: Expected,
): 'ok' | EgressReason {
  if (verdict.kind === 'refused') return verdict.reason
  if (verdict.encrypted && !encryptedHello) return 'encrypted-hello'
  const { serverName } = verdict
  if (serverName === undefined) return isIP(host) === 0 ? 'sni-missing' : 'ok'
  return serverName.toLowerCase() === host ? 'ok' : 'sni-mismatch'
}

/** Ends a connection that speaks TLS with the reason, as far as an alert can say it. */
export function endWithAlert(near: Socket, reason: EgressReason): void {
  const alert = ALERTS[reason]
  if (alert === undefined) near.destroy()
  else near.end(Buffer.from([21, 3, 3, 0, 2, 2, alert]), () => near.destroySoon())
}
