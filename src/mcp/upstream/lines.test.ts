import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createByteBuffer } from './byte-buffer.ts'
import { splitLines } from './lines.ts'

function split(chunks: readonly Buffer[], maxLine = 1_000): readonly unknown[] {
  const out: unknown[] = []
  const push = splitLines(maxLine, {
    onLine: (line) => out.push(line),
    onGarbled: () => out.push('garbled'),
    onTooLong: (head, tail) => out.push({ head, tail }),
  })
  for (const chunk of chunks) push(chunk)
  return out
}

function cut(bytes: Buffer, at: readonly number[]): readonly Buffer[] {
  const points = [...new Set([0, ...at.map((n) => n % (bytes.length + 1)), bytes.length])]
  points.sort((a, b) => a - b)
  return points.slice(1).map((end, i) => bytes.subarray(points[i], end))
}

test('lines come out as they went in, however the bytes are cut', () => {
  const line = fc.string({ unit: 'binary' }).filter((text) => !/[\r\n]/.test(text) && text !== '')
  const ending = fc.constantFrom('\n', '\r\n', '\n\n')
  const cuts = fc.array(fc.nat())
  fc.assert(
    fc.property(fc.array(fc.tuple(line, ending)), cuts, (lines, at) => {
      const bytes = Buffer.from(lines.map((pair) => pair.join('')).join(''))
      expect(split(cut(bytes, at))).toEqual(lines.map(([text]) => text))
    }),
  )
})

test('a line that is too long is told by its ends, and the next one is whole', () => {
  const long = `{"id":1,${'x'.repeat(2_000)},"end":2}`
  const bytes = Buffer.from(`before\n${long}\nafter\n`)
  fc.assert(
    fc.property(fc.array(fc.nat()), (at) => {
      const out = split(cut(bytes, at))
      expect(out).toEqual(['before', { head: long.slice(0, 128), tail: long.slice(-128) }, 'after'])
    }),
  )
})

test('what is not UTF-8 is said to be garbled; what has no end is not a line', () => {
  const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.from([0xff, 0x0a]), Buffer.from('b\nc')])
  expect(split([bytes])).toEqual(['a', 'garbled', 'b'])
})

test('a buffer holds what fits, and says what does not', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), fc.nat(64), (chunks, max) => {
      const buffer = createByteBuffer(max)
      const kept = chunks.filter((chunk) => buffer.append(chunk))
      const all = Buffer.concat(kept)
      expect(buffer.size).toBe(all.length)
      expect(all.length).toBeLessThanOrEqual(max)
      expect(buffer.take()).toEqual(all)
      expect(buffer.size).toBe(0)
    }),
  )
})
