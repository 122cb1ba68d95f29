import { once } from 'node:events'
import { isIPv6, type LookupFunction, connect as net, type Socket } from 'node:net'
import { connect as tls } from 'node:tls'
import type { Place } from './place.ts'

/** Milliseconds after which the next address is tried, too. */
const NEXT_ADDRESS = 250

/** Opens a TCP connection to one of the addresses, and to nothing else. */
export type Dial = (
  host: string,
  port: number,
  addresses: readonly string[],
  signal: AbortSignal,
) => Promise<Socket>

/** Dials addresses that were checked, one after the other. The name is not looked up again. */
export const dialChecked: Dial = async (host, port, addresses, signal) => {
  const answers = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
  const lookup: LookupFunction = (_host, _options, answer) => answer(null, answers)
  const socket = net({
    host,
    port,
    lookup,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS,
  })
  try {
    // TLS over a socket that then turns to another address crashes Node.js 24.
    await once(socket, 'connect', { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
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
