import type { Readable } from 'node:stream'

const NEWLINE = 0x0a
const RETURN = 0x0d

/** One line without its end; `undefined` stands for one that was too long, and is lost. */
export type Line = Uint8Array | undefined

/**
 * Splits a stream into lines (MCP stdio: one message per line). Holds at most one line; empty lines
 * are left out.
 *
 * @param maxLine bytes.
 */
export async function* readLines(input: Readable, maxLine: number): AsyncGenerator<Line, void> {
  let pieces: Uint8Array[] = []
  let size = 0
  const take = (piece: Uint8Array): void => {
    size += piece.length
    if (size > maxLine) pieces = []
    else if (piece.length > 0) pieces.push(piece)
  }
  const finish = (): Line | 'empty' => {
    const line = size > maxLine ? undefined : withoutReturn(Buffer.concat(pieces))
    pieces = []
    size = 0
    return line?.length === 0 ? 'empty' : line
  }
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end))
      start = end + 1
      const line = finish()
      if (line !== 'empty') yield line
    }
    take(chunk.subarray(start))
  }
  const rest = finish()
  if (rest !== 'empty') yield rest
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === RETURN ? line.subarray(0, -1) : line
}
