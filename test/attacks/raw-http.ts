import { once } from 'node:events'
import { connect } from 'node:net'

/** One HTTP answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly body: string
}

const PATIENCE = 10_000

/**
 * Writes bytes to a port and reads all answers. Ends the connection when `expected` answers are
 * there, and waits for the other side to end it too, so that an answer too many is seen.
 */
export async function exchangeBytes(
  port: number,
  bytes: Buffer,
  expected: number,
): Promise<readonly RawAnswer[]> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const received: Buffer[] = []
  const closed = once(socket, 'close')
  const deadline = setTimeout(() => socket.destroy(), PATIENCE)
  socket.on('data', (data) => {
    received.push(data)
    if (parseAnswers(received).length >= expected) socket.end()
  })
  socket.on('end', () => socket.end())
  // A server that refuses may close while we still write: what it answered counts.
  socket.on('error', () => socket.destroy())
  socket.write(bytes)
  await closed
  clearTimeout(deadline)
  return parseAnswers(received)
}

function parseAnswers(received: readonly Buffer[]): readonly RawAnswer[] {
  const answers: RawAnswer[] = []
  let rest = Buffer.concat(received)
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return answers
    const head = rest.subarray(0, end).toString('latin1')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1])
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    const from = end + 4
    if (rest.length < from + length) return answers
    answers.push({ status, body: rest.subarray(from, from + length).toString('utf8') })
    rest = rest.subarray(from + length)
  }
}
