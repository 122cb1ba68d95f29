import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventReader } from './event-parts.ts'

const STREAM =
  ': hello\r\nid: 7\r\nevent: call\r\ndata: {"a":\r\ndata: 1}\r\n\r\n: still here\n\ndata: x\n\ndata: lost'

test('reads events with their name, id and all lines of their data', () => {
  expect(createEventReader()(STREAM)).toEqual([
    { event: 'call', data: '{"a":\n1}', id: '7' },
    { event: 'message', data: 'x', id: '7' },
  ])
})

test('wherever the stream was cut, the events are the same', () => {
  const whole = createEventReader()(STREAM)
  fc.assert(
    fc.property(fc.array(fc.nat(STREAM.length)), (cuts) => {
      const read = createEventReader()
      const at = [0, ...cuts.toSorted((a, b) => a - b), STREAM.length]
      const events = at.flatMap((start, index) => read(STREAM.slice(start, at[index + 1])))
      expect(events).toEqual(whole)
    }),
  )
})
