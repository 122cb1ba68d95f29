import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Probe } from './job.ts'
import { coded, reach } from './wire.ts'

/** A datagram out: `sent` when nothing holds it back. */
async function datagram(host: string, port: number): Promise<string> {
  const socket = createSocket('udp4')
  try {
    socket.connect(port, host)
    await once(socket, 'connect')
    await new Promise<void>((done, fail) => {
      socket.send('probe', (error) => (error ? fail(error) : done()))
    })
    return 'sent'
  } finally {
    socket.close()
  }
}

async function local(path: string): Promise<string> {
  const socket = connect({ path })
  const late = setTimeout(() => socket.destroy(coded('silent')), 1_500)
  await once(socket, 'connect').finally(() => clearTimeout(late))
  socket.destroy()
  return 'connected'
}

/**
 * Ways out that go past the proxy. Addresses of other machines are those for documentation (RFC 5737,
 * RFC 3849): where nothing holds them back, nobody hears of it.
 */
export const NETWORK: Readonly<Record<string, Probe>> = {
  'another machine': () => reach('198.51.100.1', 443),
  'another machine, version 6': () => reach('2001:db8::1', 443),
  'another machine by datagram': () => datagram('198.51.100.1', 53),
  'metadata service': () => reach('169.254.169.254', 80),
  'the machine by its address': ({ machine }) => reach(machine.address, machine.port),
  'loopback of the machine': ({ machine }) => reach('127.0.0.1', machine.port),
  'loopback of the machine, version 6': ({ machine }) => reach('::1', machine.port),
  'loopback of the machine, mapped': ({ machine }) => reach('::ffff:127.0.0.1', machine.port),
  'any address of the machine': ({ machine }) => reach('0.0.0.0', machine.port),
  broadcast: () => datagram('255.255.255.255', 9),
  'socket without a path': ({ machine }) => local(`\0${machine.abstract}`),
  'socket that appeared in the workspace': ({ workspace }) => local(join(workspace, 'late.sock')),
}
