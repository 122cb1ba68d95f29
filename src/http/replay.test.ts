import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createReplay } from './replay.ts'

test('repeats what came after an event, in order, of one stream only', () => {
  const replay = createReplay({ replayEvents: 10, replayBytes: 1000 })
  replay.keep(1, 1, 'a')
  replay.keep(2, 1, 'x')
  replay.keep(1, 2, 'b')
  expect(replay.after(1, 0)).toEqual({ events: ['a', 'b'], whole: true })
  expect(replay.after(1, 1)).toEqual({ events: ['b'], whole: true })
  expect(replay.after(1, 2)).toEqual({ events: [], whole: true })
})

test('says when something is missing', () => {
  const replay = createReplay({ replayEvents: 2, replayBytes: 1000 })
  for (const number of [1, 2, 3]) replay.keep(1, number, String(number))
  expect(replay.after(1, 0)).toEqual({ events: ['2', '3'], whole: false })
  expect(replay.after(1, 1).whole).toBe(true)
  expect(replay.after(1, 4).whole).toBe(false)
  expect(replay.after(9, 0).whole).toBe(false)
})

test('an event larger than the buffer is not kept, and missing', () => {
  const replay = createReplay({ replayEvents: 10, replayBytes: 10 })
  replay.keep(1, 1, 'x'.repeat(11))
  expect(replay.after(1, 0, 1)).toEqual({ events: [], whole: false })
})

test('never keeps more than its bounds, and never calls a gap whole', () => {
  const event = fc.record({
    stream: fc.integer({ min: 0, max: 2 }),
    text: fc.string({ maxLength: 30 }),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), fc.nat(60), (events, after) => {
      const replay = createReplay({ replayEvents: 7, replayBytes: 60 })
      const all = new Map<number, string[]>()
      for (const { stream, text } of events) {
        const own = all.get(stream) ?? []
        all.set(stream, own)
        own.push(text)
        replay.keep(stream, own.length, text)
      }
      let kept = 0
      let bytes = 0
      for (const [stream, own] of all) {
        const { events: missed, whole } = replay.after(stream, after, own.length)
        expect(missed).toEqual(own.slice(after).slice(-missed.length || own.length))
        expect(whole).toBe(missed.length === own.length - after)
        const rest = replay.after(stream, 0, own.length).events
        kept += rest.length
        for (const text of rest) bytes += Buffer.byteLength(text)
      }
      expect(kept).toBeLessThanOrEqual(7)
      expect(bytes).toBeLessThanOrEqual(60)
    }),
  )
})
