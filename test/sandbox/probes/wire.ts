import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'

const PATIENCE = 1_500
/** The first byte of a TLS record that says why a connection ends. */
const ALERT = 0x15

/** Connects; `silent` when nothing comes of it in time. */
export async function reach(host: string, port: number): Promise<string> {
  const socket = connect({ host, port })
  const late = setTimeout(() => socket.destroy(coded('silent')), PATIENCE)
  try {
    await once(socket, 'connect')
    return 'connected'
  } finally {
    clearTimeout(late)
    socket.destroy()
  }
}

/** An error whose code is what came of it. */
export function coded(code: string): Error {
  return Object.assign(new Error(code), { code })
}

/** Where the proxy listens, as the environment says. */
export function proxy(): { readonly host: string; readonly port: number } {
  const { HTTP_PROXY } = process.env
  const url = new URL(HTTP_PROXY ?? 'http://127.0.0.1:3128')
  return { host: url.hostname, port: Number(url.port) }
}

/** Sends bytes and gives back what comes until the end, or until nothing comes for a while. */
export async function exchange(
  to: { readonly host: string; readonly port: number },
  bytes: string | Uint8Array,
): Promise<string> {
  const socket = connect(to)
  let text = ''
  const late = setTimeout(() => socket.destroy(), PATIENCE)
  socket.on('data', (piece) => {
    text += piece.toString('latin1')
  })
  let connected = false
  socket.on('connect', () => {
    connected = true
    socket.write(bytes)
  })
  await new Promise<void>((done, fail) => {
    socket.on('close', () => done())
    // Cut off by whoever answers is an answer.
    socket.on('error', (error) => (connected ? done() : fail(error)))
  }).finally(() => clearTimeout(late))
  return text
}

/** The status of the first answer in a text; `closed` when there is none. */
export function status(text: string): string {
  return /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? (text === '' ? 'closed' : 'no HTTP')
}

/** What a request to the proxy, written byte by byte, is answered. */
export async function ask(...lines: readonly string[]): Promise<string> {
  return status(await exchange(proxy(), lines.join('\r\n')))
}

/** A tunnel through the proxy, open; its refusal is thrown as its status. */
export async function tunnel(host: string, port: number): Promise<Socket> {
  const socket = connect(proxy())
  await once(socket, 'connect')
  socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`)
  const late = setTimeout(() => socket.destroy(coded('silent')), PATIENCE)
  const [head] = await once(socket, 'data').finally(() => clearTimeout(late))
  const got = status(String(head))
  if (got === '200') return socket
  socket.destroy()
  throw coded(got)
}

/** Speaks TLS over a connection, for one name, and asks for a page. */
export async function secured(socket: Socket, name: string | undefined): Promise<string> {
  const tls = connectTls({
    socket,
    rejectUnauthorized: false,
    ...(name === undefined ? {} : { servername: name }),
  })
  const late = setTimeout(() => tls.destroy(coded('silent')), PATIENCE)
  try {
    await once(tls, 'secureConnect')
    tls.write(`GET / HTTP/1.1\r\nHost: ${name ?? 'none'}\r\nConnection: close\r\n\r\n`)
    const [head] = await once(tls, 'data')
    return status(String(head))
  } finally {
    clearTimeout(late)
    tls.destroy()
    socket.destroy()
  }
}

/** Sends bytes through an open connection: what comes back, in a word. */
export async function answered(socket: Socket, bytes: string | Uint8Array): Promise<string> {
  const late = setTimeout(() => socket.destroy(), PATIENCE)
  let got = 'closed'
  socket.on('data', (piece) => {
    if (got === 'closed') got = piece[0] === ALERT ? 'alert' : 'answered'
  })
  socket.on('error', () => {})
  const closed = once(socket, 'close').catch(() => {})
  socket.write(bytes)
  await closed
  clearTimeout(late)
  return got
}

/** The first bytes of a client that wants to speak TLS with a name. */
export async function hello(name: string): Promise<Buffer> {
  let first: ((bytes: Buffer) => void) | undefined
  const bytes = new Promise<Buffer>((resolve) => {
    first = resolve
  })
  const stream = new Duplex({
    read: () => {},
    write: (piece, _encoding, done) => {
      first?.(piece)
      done()
    },
  })
  const tls = connectTls({ socket: stream as Socket, servername: name })
  tls.on('error', () => {})
  const found = await bytes
  tls.destroy()
  return found
}

/** The same, with an extension that holds another name, encrypted (RFC 9849). */
export async function helloWithHiddenName(name: string): Promise<Buffer> {
  const plain = await hello(name)
  const payload = Buffer.concat([
    Buffer.from([0, 0, 1, 0, 1, 7, 0, 32]),
    Buffer.alloc(32, 1),
    Buffer.from([0, 64]),
    Buffer.alloc(64, 2),
  ])
  const extension = Buffer.concat([Buffer.from([0xfe, 0x0d, 0, payload.length]), payload])
  const whole = Buffer.concat([plain, extension])
  const session = 5 + 4 + 34
  const suites = session + 1 + whole.readUInt8(session)
  const compression = suites + 2 + whole.readUInt16BE(suites)
  const extensions = compression + 1 + whole.readUInt8(compression)
  whole.writeUInt16BE(whole.readUInt16BE(3) + extension.length, 3)
  whole.writeUIntBE(whole.readUIntBE(6, 3) + extension.length, 6, 3)
  whole.writeUInt16BE(whole.readUInt16BE(extensions) + extension.length, extensions)
  return whole
}
