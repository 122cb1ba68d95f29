/** What a question asks for (RFC 1035 section 4.1.2). */
export interface DnsQuestion {
  /** In lower case, without the final dot; a byte that is no part of a host name is `?`. */
  readonly name: string
  readonly type: number
  readonly class: number
  /** Where the question ends in the message. */
  readonly end: number
}

export const DNS_TYPE_A = 1
export const DNS_CLASS_IN = 1
export const DNS_CODES = {
  ok: 0,
  malformed: 1,
  unknownName: 3,
  notImplemented: 4,
  refused: 5,
} as const
export type DnsCode = keyof typeof DNS_CODES

const HEADER = 12
const MAX_NAME = 255
const MAX_MESSAGE = 4_096
const RESPONSE = 0x8000
const OPCODE = 0x7800
const RECURSION_DESIRED = 0x0100
const RECURSION_AVAILABLE = 0x0080

/**
 * Reads a query with exactly one question.
 *
 * @returns undefined for what is no query at all and gets no answer; otherwise the question, or why there
 *   is none.
 */
export function readQuery(message: Buffer): DnsQuestion | DnsCode | undefined {
  if (message.length < HEADER) return undefined
  const flags = message.readUInt16BE(2)
  if ((flags & RESPONSE) !== 0) return undefined
  if ((flags & OPCODE) !== 0) return 'notImplemented'
  const [questions, answers, authorities] = [4, 6, 8].map((at) => message.readUInt16BE(at))
  if (message.length > MAX_MESSAGE || questions !== 1 || answers !== 0 || authorities !== 0)
    return 'malformed'
  return readQuestion(message) ?? 'malformed'
}

function readQuestion(message: Buffer): DnsQuestion | undefined {
  const labels: string[] = []
  let at = HEADER
  for (;;) {
    const length = message[at]
    // compression (RFC 1035 section 4.1.4) has nothing to point at in a first name
    if (length === undefined || length > 63) return undefined
    at += 1
    if (length === 0) break
    labels.push(labelText(message.subarray(at, at + length)))
    at += length
    if (at - HEADER >= MAX_NAME) return undefined
  }
  if (at + 4 > message.length) return undefined
  return {
    name: labels.join('.'),
    type: message.readUInt16BE(at),
    class: message.readUInt16BE(at + 2),
    end: at + 4,
  }
}

function labelText(label: Buffer): string {
  return label
    .toString('latin1')
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '?')
}

/** The answer to a query: its question as it was asked, and at most one IPv4 address. */
export function writeAnswer(
  query: Buffer,
  code: DnsCode,
  question: DnsQuestion | undefined,
  address: string | undefined,
  seconds: number,
): Buffer {
  const asked = question === undefined ? Buffer.alloc(0) : query.subarray(HEADER, question.end)
  const head = Buffer.alloc(HEADER)
  query.copy(head, 0, 0, 2)
  const kept = query.readUInt16BE(2) & (OPCODE | RECURSION_DESIRED)
  head.writeUInt16BE(RESPONSE | kept | RECURSION_AVAILABLE | DNS_CODES[code], 2)
  head.writeUInt16BE(question === undefined ? 0 : 1, 4)
  head.writeUInt16BE(address === undefined ? 0 : 1, 6)
  return Buffer.concat([
    head,
    asked,
    address === undefined ? asked.subarray(0, 0) : record(address, seconds),
  ])
}

function record(address: string, seconds: number): Buffer {
  const text = Buffer.alloc(16)
  text.writeUInt16BE(0xc000 | HEADER, 0)
  text.writeUInt16BE(DNS_TYPE_A, 2)
  text.writeUInt16BE(DNS_CLASS_IN, 4)
  text.writeUInt32BE(seconds, 6)
  text.writeUInt16BE(4, 10)
  text.set(address.split('.').map(Number), 12)
  return text
}
