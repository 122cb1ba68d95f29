import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Opens a raw connection. Errors of it are expected, and heard by nobody. */
export async function openSocket(origin: string): Promise<Socket> {
  const { hostname, port } = new URL(origin)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** All that comes until the other side ends the connection. */
export async function readToEnd(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  // A reset is an end too.
  await new Promise((resolve) => socket.once('close', resolve))
  return text
}
