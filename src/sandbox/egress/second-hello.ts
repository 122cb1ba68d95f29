import { type HelloReader, helloReader } from './client-hello.ts'
import type { EgressReason } from './denial-words.ts'
import type { Passed } from './relay.ts'
import { type Expected, judge } from './tls-gate.ts'

const HANDSHAKE = 22
const SERVER_HELLO = 2
const RECORD = 5
const RANDOM = 32
/** Bytes up to the end of the random value of a ServerHello in its record. */
const UP_TO_RANDOM = RECORD + 4 + 2 + RANDOM
/** The random value of a ServerHello that asks for another hello (RFC 8446 section 4.1.3). */
const RETRY = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex')
const NOTHING = Buffer.alloc(0)

/**
 * Follows a connection whose first hello was right: the host may ask for a second one, in clear as well
 * (RFC 8446 section 4.1.4), and could go by the name in that one.
 */
export interface SecondHello {
  /** Takes what comes from the host, before the client gets it. */
  answered(bytes: Buffer): void
  /** Takes what the client sends from its first hello on. A second hello passes when it is complete and right. */
  sent(bytes: Buffer): Passed | EgressReason
}

/** @param first bytes of the records of the first hello. */
export function secondHello(expected: Expected, first: number): SecondHello {
  let answer: 'none' | 'retry' | 'final' = 'none'
  let start = NOTHING
  /** What has not passed yet: the start of a record, or a second hello. */
  let held: Buffer[] = []
  let second: HelloReader | undefined
  /** Bytes of the current record that may pass. */
  let free = first
  const another = (bytes: Buffer): Passed | EgressReason => {
    // nobody goes on with the handshake before the host has answered
    if (answer === 'none') return 'hello-malformed'
    second ??= helloReader()
    held.push(bytes)
    const verdict = second.push(bytes)
    if (verdict.kind === 'more') return { pass: NOTHING, last: false }
    const outcome = judge(verdict, expected)
    return outcome === 'ok' ? { pass: Buffer.concat(held), last: true } : outcome
  }
  const follow = (bytes: Buffer): Passed | EgressReason => {
    let at = 0
    for (;;) {
      const step = Math.min(free, bytes.length - at)
      at += step
      free -= step
      const left = bytes.subarray(at)
      const pass = bytes.subarray(0, at)
      if (left[0] === HANDSHAKE) {
        const found = another(left)
        return typeof found === 'string'
          ? found
          : { ...found, pass: Buffer.concat([pass, found.pass]) }
      }
      if (left.length < RECORD) {
        held = [left]
        return { pass, last: false }
      }
      free = RECORD + left.readUInt16BE(3)
    }
  }
  return {
    answered(bytes) {
      if (answer !== 'none') return
      start = Buffer.concat([start, bytes.subarray(0, UP_TO_RANDOM)])
      if (start[0] === HANDSHAKE && start.length < UP_TO_RANDOM) return
      const random = start.subarray(UP_TO_RANDOM - RANDOM, UP_TO_RANDOM)
      const asksAgain = start[RECORD] === SERVER_HELLO && random.equals(RETRY)
      answer = start[0] === HANDSHAKE && asksAgain ? 'retry' : 'final'
    },
    sent(bytes) {
      if (second !== undefined) return another(bytes)
      const all = Buffer.concat([...held, bytes])
      held = []
      return answer === 'final' ? { pass: all, last: true } : follow(all)
    },
  }
}
