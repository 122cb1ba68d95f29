import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { ENVELOPE } from './subject.ts'

/** Streams held open at the same time. */
const STREAMS = 800

/** Bytes of memory that one open stream costs (`subscriptions/listen` at the endpoint of all servers). */
export async function openStreams(
  port: number,
  token: string,
  memory: () => number,
): Promise<number> {
  const sockets: Socket[] = []
  const open = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) sockets.push(await listen(port, token))
    await wait(1_000)
  }
  // The first streams also pay for what all share.
  await open(100)
  const before = memory()
  await open(STREAMS)
  const perStream = (memory() - before) / STREAMS
  for (const socket of sockets) socket.destroy()
  return Math.max(0, perStream)
}

function listen(port: number, token: string): Promise<Socket> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: { notifications: { toolsListChanged: true }, _meta: ENVELOPE },
  })
  const head = [
    'POST /mcp HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    'mcp-protocol-version: 2026-07-28',
    'mcp-method: subscriptions/listen',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`),
    )
    socket.once('data', (data) => {
      if (data.toString().startsWith('HTTP/1.1 200')) resolve(socket)
      else reject(new Error(`no stream: ${data.toString().slice(0, 200)}`))
    })
    socket.once('error', reject)
  })
}
