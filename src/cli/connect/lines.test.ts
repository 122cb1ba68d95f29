import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLines } from './lines.ts'

async function lines(chunks: readonly string[], most: number): Promise<(string | undefined)[]> {
  const input = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
  const found: (string | undefined)[] = []
  for await (const line of readLines(input, most))
    found.push(line === undefined ? undefined : Buffer.from(line).toString())
  return found
}

test('lines end with LF or CRLF; empty ones are left out; the last needs no end', async () => {
  expect(await lines(['a\r\nb\n\n\r\nc'], 10)).toEqual(['a', 'b', 'c'])
})

test('a line that is too long is lost, the next one is not', async () => {
  expect(await lines(['aaa', 'aaa\nb', '\ncccccc'], 4)).toEqual([undefined, 'b', undefined])
})

test('wherever the chunks end, the lines are the same', async () => {
  const chunks = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r'), maxLength: 5 }))
  await fc.assert(
    fc.asyncProperty(chunks, async (parts) => {
      expect(await lines(parts, 100)).toEqual(await lines([parts.join('')], 100))
    }),
  )
})
