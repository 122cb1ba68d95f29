import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as tlsConnect } from 'node:tls'
import { median } from './load.ts'
import { startScript } from './processes.ts'

/** Megabytes per second from a host to a server, by what stands between. */
export interface EgressRates {
  readonly direct: number
  readonly relay: number
  readonly egress: number
}

const BLOCK = Buffer.alloc(1_048_576)

/** Through the egress of a server, after its gate, against a bare relay of Node.js, in alternation. */
export async function egressRates(rounds: number, seconds: number): Promise<EgressRates> {
  const far = await flood()
  const { port } = far.address() as AddressInfo
  const env = { FAR: String(port) }
  const relay = await startScript('egress-relay.ts', env)
  const egress = await startScript('egress-relay.ts', { ...env, EGRESS: '1' })
  const hello = await helloFor('bench.test')
  const ask = `CONNECT bench.test:${port} HTTP/1.1\r\nHost: bench.test:${port}\r\n\r\n`
  const seen = { direct: [] as number[], relay: [] as number[], egress: [] as number[] }
  try {
    for (let round = 0; round < rounds; round += 1) {
      seen.direct.push(await rate(port, hello, seconds))
      seen.relay.push(await rate(relay.port, hello, seconds))
      seen.egress.push(await rate(egress.port, Buffer.concat([Buffer.from(ask), hello]), seconds))
    }
  } finally {
    for (const each of [relay, egress]) each.stop()
    far.close()
  }
  return {
    direct: median(seen.direct),
    relay: median(seen.relay),
    egress: median(seen.egress),
  }
}

/** A host that sends as fast as it can once it has heard something. */
async function flood(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    const more = (): void => {
      while (!socket.destroyed && socket.write(BLOCK));
    }
    socket.once('data', () => {
      socket.on('drain', more)
      more()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function rate(port: number, first: Buffer, seconds: number): Promise<number> {
  let bytes = 0
  const into = { buffer: Buffer.alloc(1_048_576), callback: (count: number) => counted(count) }
  const counted = (count: number): boolean => {
    bytes += count
    return true
  }
  const socket: Socket = connect({ port, host: '127.0.0.1', onread: into })
  socket.write(first)
  await new Promise((resolve) => setTimeout(resolve, 200))
  const [before, started] = [bytes, performance.now()]
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const measured = (bytes - before) / 1_000 / (performance.now() - started)
  socket.destroy()
  if (measured === 0) throw new Error('nothing came through')
  return measured
}

/** What a client of Node.js says first. */
function helloFor(servername: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write(bytes: Buffer, _encoding, done) {
        resolve(bytes)
        done()
      },
    })
    tlsConnect({ socket: wire, servername }).on('error', () => {})
  })
}
