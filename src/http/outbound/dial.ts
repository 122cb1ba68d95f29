import { isIPv6, type LookupFunction, connect as net, type Socket } from 'node:net'
import { connect as tls } from 'node:tls'
import type { Place } from './place.ts'

/** Milliseconds after which the next address is tried, too. */
const NEXT_ADDRESS = 250

/** Opens a TCP connection to one of the addresses, and to nothing else. */
export type Dial = (host: string, port: number, addresses: readonly string[]) => Socket

/** Dials addresses that were checked, one after the other. The name is not looked up again. */
export const dialChecked: Dial = (host, port, addresses) => {
  const answers = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
  const lookup: LookupFunction = (_host, _options, answer) => answer(null, answers)
  return net({
    host,
    port,
    lookup,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS,
  })
}

/**
 * TLS over the connection. The certificate is checked against the name, whatever the environment says
 * about certificates.
 *
 * @param authorities certificates (PEM) that sign, instead of those that Node.js knows.
 */
export function secure(
  socket: Socket,
  { host }: Place,
  authorities: readonly string[] | undefined,
): Socket {
  return tls({
    socket,
    servername: host,
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
  })
}
