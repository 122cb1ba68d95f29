import type { Socket } from 'node:dgram'
import {
  DNS_CLASS_IN,
  DNS_TYPE_A,
  type DnsQuestion,
  readQuery,
  writeAnswer,
} from './dns-message.ts'
import { readName } from './host-name.ts'
import type { Names } from './names.ts'
import type { Report } from './report.ts'

/** Seconds that an answer is kept. */
const TTL = 30
/** Questions per second that are answered; what is asked beyond is dropped unread. */
const PER_SECOND = 1_000

/** What the name server of one server needs. */
export interface NameServerParts {
  readonly names: Names
  readonly report: Report
  /** Milliseconds. */
  readonly clock: () => number
}

/**
 * Answers questions out of the allowlist alone: an address on loopback for a name on it, and that any
 * other name does not exist. No question is passed on, so that nothing leaves by asking.
 */
export function answerNames(socket: Socket, parts: NameServerParts): void {
  const mayAnswer = bucket(PER_SECOND, parts.clock)
  socket.on('message', (query, { port, address }) => {
    const answer = mayAnswer() ? answerTo(query, parts) : undefined
    if (answer !== undefined) socket.send(answer, port, address, () => {})
  })
}

/** The answer to one datagram, or undefined for what is no question. */
export function answerTo(
  query: Buffer,
  { names, report }: Omit<NameServerParts, 'clock'>,
): Buffer | undefined {
  const question = readQuery(query)
  if (question === undefined) return undefined
  if (typeof question === 'string') return writeAnswer(query, question, undefined, undefined, TTL)
  if (question.class !== DNS_CLASS_IN)
    return writeAnswer(query, 'refused', question, undefined, TTL)
  const address = addressFor(question, names)
  if (address === undefined) {
    report.denied({ layer: 'dns', op: 'resolve', host: question.name, reason: 'host-not-listed' })
    return writeAnswer(query, 'unknownName', question, undefined, TTL)
  }
  report.resolved(question.name)
  const asked = question.type === DNS_TYPE_A ? address : undefined
  return writeAnswer(query, 'ok', question, asked, TTL)
}

function addressFor({ name }: DnsQuestion, names: Names): string | undefined {
  const host = readName(name)
  return host === undefined ? undefined : names.address(host)
}

/** Whether one more may pass: as many at once as in a second. */
function bucket(perSecond: number, clock: () => number): () => boolean {
  let left = perSecond
  let at = clock()
  return () => {
    const now = clock()
    left = Math.min(perSecond, left + (Math.max(0, now - at) * perSecond) / 1_000)
    at = now
    if (left < 1) return false
    left -= 1
    return true
  }
}
