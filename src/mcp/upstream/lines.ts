import { isUtf8 } from 'node:buffer'
import { createByteBuffer } from './byte-buffer.ts'

/** What a stream of newline-delimited texts yields, in order. */
export interface LineSink {
  /** One line without its end (LF, or CR LF), never empty. */
  readonly onLine: (line: string) => void
  /** A line that is not UTF-8. */
  readonly onGarbled: () => void
  /** A line longer than the limit; it was not kept, only its first and last bytes. */
  readonly onTooLong: (head: string, tail: string) => void
}

// Enough to read the id of a JSON-RPC message at either end of a line that was not kept.
const EDGE = 128
const LF = 0x0a
const CR = 0x0d
const NOTHING = Buffer.alloc(0)

/**
 * Splits bytes into lines, holding at most `maxLine` of them. The work is linear in the bytes,
 * however they are cut into chunks.
 *
 * @param maxLine - longest line in bytes.
 */
export function splitLines(maxLine: number, sink: LineSink): (chunk: Buffer) => void {
  const held = createByteBuffer(maxLine)
  let head: Buffer | undefined
  let tail = NOTHING

  const hold = (part: Buffer): void => {
    if (head === undefined && held.append(part)) return
    const before = head === undefined ? held.take() : tail
    head ??= Buffer.concat([before.subarray(0, EDGE), part.subarray(0, EDGE)]).subarray(0, EDGE)
    tail = Buffer.concat([before.subarray(-EDGE), part.subarray(-EDGE)]).subarray(-EDGE)
  }
  const finish = (): void => {
    if (head === undefined) emit(held.take())
    else sink.onTooLong(head.toString('latin1'), tail.toString('latin1'))
    head = undefined
    tail = NOTHING
  }
  const emit = (line: Buffer): void => {
    const end = line.at(-1) === CR ? line.length - 1 : line.length
    if (end === 0) return
    if (isUtf8(line)) sink.onLine(line.toString('utf8', 0, end))
    else sink.onGarbled()
  }
  return (chunk) => {
    let start = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      hold(chunk.subarray(start, end))
      finish()
      start = end + 1
    }
    if (start < chunk.length) hold(chunk.subarray(start))
  }
}
