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
    if (parseAnswers(received, false).length >= expected) socket.end()
  })
  socket.on('end', () => socket.end())
  // A server that refuses may close while we still write: what it answered counts.
  socket.on('error', () => socket.destroy())
  socket.write(bytes)
  await closed
  clearTimeout(deadline)
  return parseAnswers(received, true)
}

/** All complete answers; and, once the connection is `over`, what there is of the last. */
function parseAnswers(received: readonly Buffer[], over: boolean): readonly RawAnswer[] {
  const answers: RawAnswer[] = []
  let rest = Buffer.concat(received)
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return answers
    const head = rest.subarray(0, end).toString('latin1')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1])
    const from = end + 4
    const length = bodyLength(head, rest.subarray(from))
    if (rest.length < from + length && !over) return answers
    answers.push({ status, body: rest.subarray(from, from + length).toString('utf8') })
    rest = rest.subarray(from + length)
  }
}

/** Answers in chunks are empty here, or streams that go on to the end. */
function bodyLength(head: string, rest: Buffer): number {
  const declared = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (declared !== undefined) return Number(declared)
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return 0
  const end = rest.indexOf('0\r\n\r\n')
  return end < 0 ? Infinity : end + 5
}
