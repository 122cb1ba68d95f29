import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const IPV4 = '127.0.0.1'
const IPV6 = '::1'
/** Free ports tried until one is free on both loopback addresses. */
const ATTEMPTS = 20

/**
 * Binds a listener's address. The loopback interface has two, and `localhost` means either: unless
 * we hold both, another program of this machine could answer for us on the one that we left.
 *
 * @param port 0 for any free one.
 * @returns one server for each address, the one that was asked for first.
 * @throws Error when the address is taken.
 */
export async function bind(
  make: () => Server,
  host: string,
  port: number,
): Promise<readonly [Server, ...Server[]]> {
  const first = host === 'localhost' ? IPV4 : host
  const other = { [IPV4]: IPV6, [IPV6]: IPV4 }[first]
  for (let attempt = 1; ; attempt++) {
    const server = await listening(make(), first, port)
    try {
      if (other === undefined) return [server]
      return [server, ...(await beside(make, other, portOf(server)))]
    } catch (error) {
      server.close()
      const again = port === 0 && codeOf(error) === 'EADDRINUSE' && attempt < ATTEMPTS
      if (!again) throw error
    }
  }
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

async function beside(make: () => Server, host: string, port: number): Promise<readonly Server[]> {
  try {
    return [await listening(make(), host, port)]
  } catch (error) {
    // A machine without the other family has nobody there to answer in our place.
    if (codeOf(error) === 'EADDRNOTAVAIL' || codeOf(error) === 'EAFNOSUPPORT') return []
    throw error
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

async function listening(server: Server, host: string, port: number): Promise<Server> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  await promise
  server.off('error', reject)
  return server
}
