import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type PlacedClause, segmentsOf } from './segments.ts'

const clause = (start: number, end: number): PlacedClause => ({
  ...{ text: '', outcome: 'true', decides: true, reached: true, at: { start, end } },
})

test('clauses stand where they are, in the order of the text', () => {
  const text = 'when { a && b };'
  const [b, a] = [clause(12, 13), clause(7, 8)]
  expect(segmentsOf(text, [b, a])).toEqual([
    { start: 0, text: 'when { ', clause: undefined },
    { start: 7, text: 'a', clause: a },
    { start: 8, text: ' && ', clause: undefined },
    { start: 12, text: 'b', clause: b },
    { start: 13, text: ' };', clause: undefined },
  ])
})

test('whatever places it is told, nothing of the text is lost or doubled', () => {
  const place = fc.tuple(fc.integer({ min: -3, max: 40 }), fc.integer({ min: -3, max: 40 }))
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), fc.array(place), (text, places) => {
      const segments = segmentsOf(
        text,
        places.map(([start, end]) => clause(start, end)),
      )
      expect(segments.map((one) => one.text).join('')).toBe(text)
    }),
  )
})
