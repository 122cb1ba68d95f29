import type { Socket } from 'node:net'
import { GatewayError } from '../../kernel/errors.ts'
import type { FetchDocument } from '../../kernel/fetch-document.ts'
import { ask, failed } from './ask.ts'
import { checkAddresses, type Reach } from './check-addresses.ts'
import { type Dial, dialChecked, secure } from './dial.ts'
import { askNameServers, askThisMachine, type Lookup } from './find-addresses.ts'
import { type Named, type Place, placeOf } from './place.ts'

export interface OutboundOptions {
  /**
   * Hosts, with their ports, that the operator named, such as a corporate identity provider. They may
   * be on private networks and on any port, and this machine's hosts file counts. Everything else
   * holds for them, too. Nobody but the operator may choose them. None if not given.
   */
  readonly named?: Named
  /** Certificates (PEM) that sign, instead of those that Node.js knows. */
  readonly authorities?: readonly string[]
  /** In place of name servers. */
  readonly lookup?: Lookup
  /** In place of TCP. */
  readonly dial?: Dial
}

/**
 * Fetches documents whose addresses strangers choose. A name is resolved once; unless all its
 * addresses are public nothing is dialled; what is dialled is what was checked. Redirects are answers,
 * not followed. Proxies of the environment are not asked: they would look names up again.
 */
export function createFetchDocument(options: OutboundOptions = {}): FetchDocument {
  const { named = () => false, authorities } = options
  return async (url, { maxBytes, timeout }) => {
    const place = placeOf(url, named)
    const signal = AbortSignal.timeout(timeout)
    const socket = await connect(place, options, signal, place.named ? 'named' : 'public')
    return ask(place, secure(socket, place, authorities), maxBytes, signal)
  }
}

/**
 * Looks the place up, checks all of its addresses, and dials what was checked.
 *
 * @throws GatewayError `fetch_refused`, `fetch_failed`.
 */
export async function connect(
  place: Place,
  { lookup, dial = dialChecked }: OutboundOptions,
  signal: AbortSignal,
  reach: Reach,
): Promise<Socket> {
  const find = lookup ?? (place.named ? askThisMachine : askNameServers)
  const addresses = checkAddresses(await addressesOf(place, find, signal), reach)
  if (addresses.length === 0) throw failed('the host is not known')
  return dialled(dial(place.host, place.port, addresses, signal))
}

async function addressesOf(
  { host }: Place,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return await beforeAbort(lookup(host, signal), signal)
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause
    throw failed('the host is not known', cause)
  }
}

function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

async function dialled(socket: Promise<Socket>): Promise<Socket> {
  try {
    return await socket
  } catch (cause) {
    throw failed('the host cannot be reached', cause)
  }
}
