import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSseDecoder, encodeComment, encodeEvent, type SseEvent } from './sse.ts'
import { codeOf } from './testing/failure-of.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const decode = (text: string): readonly SseEvent[] => createSseDecoder(1_000).push(bytes(text))

describe('writing', () => {
  test.each([
    [{ data: '{"a":1}' }, 'data: {"a":1}\n\n'],
    [
      { data: 'x', event: 'endpoint', id: '1-2', retry: 500 },
      'event: endpoint\nid: 1-2\nretry: 500\ndata: x\n\n',
    ],
    [{ data: '', id: '7' }, 'id: 7\ndata: \n\n'],
    [{ data: 'a\nb\r\nc\rd' }, 'data: a\ndata: b\ndata: c\ndata: d\n\n'],
    [{ data: ' x' }, 'data:  x\n\n'],
  ])('%j', (event, text) => {
    expect(encodeEvent(event)).toBe(text)
  })

  test('a comment', () => {
    expect(encodeComment('alive')).toBe(': alive\n\n')
    expect(decode(encodeComment('alive'))).toEqual([])
  })

  test.each([
    { data: '', id: 'a\nb' },
    { data: '', id: 'a\0' },
    { data: '', event: 'a\rdata: x' },
  ])('%j would break out of its line', (event) => {
    expect(codeOf(() => encodeEvent(event))).toBe('internal')
    expect(codeOf(() => encodeComment('\n'))).toBe('internal')
  })
})

describe('reading, by the examples of the standard', () => {
  const message = (data: string, id = '') => ({ event: 'message', data, id })
  test.each([
    ['data: a\n\n', [message('a')]],
    ['data: a\r\n\r\ndata:b\r\rdata:  c\n\n', [message('a'), message('b'), message(' c')]],
    ['data: YHOO\ndata: +2\ndata: 10\n\n', [message('YHOO\n+2\n10')]],
    ['data\n\ndata\ndata\n\ndata:', [message(''), message('\n')]],
    ['\u{feff}data: a\n\n', [message('a')]],
    ['data: a\n\n\u{feff}data: b\n\n', [message('a')]],
    [': comment\n\nevent: x\n\ndata: a\n\n', [message('a')]],
    ['event: add\ndata: 7\n\ndata: 8\n\n', [{ event: 'add', data: '7', id: '' }, message('8')]],
    [
      'id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n',
      [message('a', '1'), message('b', '1'), message('c')],
    ],
    ['id: 1\0\ndata: a\n\n', [message('a')]],
    ['Data: a\ndatas: b\n data: c\n\n', []],
    ['data: a', []],
    ['data: a\n', []],
    ['data: 世界\n\n', [message('世界')]],
  ])('%j', (text, events) => {
    expect(decode(text)).toEqual(events)
  })

  test('retry takes digits alone', () => {
    const decoder = createSseDecoder(100)
    expect(decoder.retry()).toBeUndefined()
    decoder.push(bytes('retry: 1500\n\nretry: 2s\nretry: -1\nretry:\nretry: 1e3\n'))
    expect(decoder.retry()).toBe(1500)
  })

  test('the last event id is that of a whole block', () => {
    const decoder = createSseDecoder(100)
    decoder.push(bytes('id: 1\n\nid: 2\ndata: x\n'))
    expect(decoder.lastEventId()).toBe('1')
    decoder.push(bytes('\n'))
    expect(decoder.lastEventId()).toBe('2')
  })
})

describe('bounds', () => {
  const chunks = (text: string, decoder = createSseDecoder(100)) =>
    [...text].flatMap((character) => decoder.push(bytes(character)))

  test('an event may be as large as allowed, and no larger', () => {
    expect(decode(`data: ${'x'.repeat(1_000)}\n\n`)).toHaveLength(1)
    expect(codeOf(() => decode(`data: ${'x'.repeat(1_002)}\n\n`))).toBe('upstream_too_large')
  })

  test.each([
    ['one endless line', `data: ${'x'.repeat(200)}`],
    ['an endless comment', `: ${'x'.repeat(200)}`],
    ['lines without end', 'data: xxxxxxxx\n'.repeat(20)],
    ['empty lines of data without end', 'data\n'.repeat(200)],
  ])('%s is refused', (_what, text) => {
    expect(codeOf(() => chunks(text))).toBe('upstream_too_large')
    expect(codeOf(() => createSseDecoder(100).push(bytes(text)))).toBe('upstream_too_large')
  })

  test('what is complete or skipped does not count', () => {
    expect(chunks('data: x\n\n: alive\n\n'.repeat(50))).toHaveLength(50)
  })

  test('what is not UTF-8 is refused', () => {
    const code = codeOf(() => createSseDecoder(100).push(Uint8Array.from([0x64, 0xff])))
    expect(code).toBe('upstream_malformed')
  })
})

const line = fc.string({
  unit: fc.constantFrom('a', ':', ' ', 'é', '世', '😀', '\0'),
  maxLength: 8,
})
const field = fc
  .tuple(
    fc.constantFrom('data', 'event', 'id', 'retry', '', 'x', 'data '),
    fc.constantFrom(':', ': ', ''),
    line,
  )
  .map((parts) => parts.join(''))
const stream = fc
  .array(fc.tuple(fc.oneof(field, fc.constant('')), fc.constantFrom('\n', '\r', '\r\n')), {
    maxLength: 20,
  })
  .map((lines) => lines.flat().join(''))

/** The standard's algorithm on a whole text, block by block. */
function readWhole(text: string): SseEvent[] {
  let id = ''
  const blocks = text
    .split(/\r\n|\r|\n/)
    .join('\n')
    .split(/(?<=^|\n)\n/)
  return blocks.slice(0, -1).flatMap((block) => {
    const fields = block.split('\n').map((each) => {
      const [, name = each, value = ''] = /^([^:]*): ?(.*)$/su.exec(each) ?? []
      return { name, value }
    })
    const of = (wanted: string) =>
      fields.filter(({ name }) => name === wanted).map(({ value }) => value)
    id = of('id').findLast((value) => !value.includes('\0')) ?? id
    // The block ends with a line break, after which stands nothing.
    const data = of('data')
    return data.length === 0
      ? []
      : [{ event: of('event').at(-1) || 'message', data: data.join('\n'), id }]
  })
}

test('chunks may end anywhere', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(200)), (text, cuts) => {
      const octets = bytes(text)
      const ends = [...cuts.map((cut) => cut % (octets.length + 1)), octets.length].sort(
        (a, b) => a - b,
      )
      const decoder = createSseDecoder(1_000)
      let start = 0
      const events = ends.flatMap((end) => {
        const chunk = octets.subarray(start, end)
        start = end
        return decoder.push(chunk)
      })
      expect(events).toEqual(readWhole(text))
    }),
    { numRuns: 2_000 },
  )
})

test('what was written is read', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '世', ' ', ':'), maxLength: 20 })
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (all) => {
      const written = all.map((data) => encodeEvent({ data, id: '1' })).join('')
      expect(decode(written).map(({ data }) => data)).toEqual(all)
    }),
  )
})
