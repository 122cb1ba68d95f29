import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { sqlAnalyser } from './sql.ts'
import { compose } from './testing/compose.ts'
import { sqlPlace } from './testing/place.ts'
import { SENTENCES, STATEMENTS } from './testing/prose.ts'

beforeAll(async () => {
  await sqlAnalyser.load?.()
})

const found = (text: string) => sqlAnalyser.found(text, { ...sqlPlace(), hint: undefined })

describe('a text', () => {
  test.each(SENTENCES)('%j is no statement', (text) => {
    expect(found(text)).toEqual([])
  })

  test.each(STATEMENTS)('%j is a statement', (text) => {
    expect(found(text)).toMatchObject([{ at: '/query', origin: 'found' }])
  })

  test('that only some dialects read is told to be ambiguous', () => {
    const [fact] = found('do $$ begin delete from users; end $$')
    expect(fact?.flags).toContain('ambiguous')
    expect(found('select id from users')[0]?.flags).not.toContain('ambiguous')
  })

  test('that is too long, or holds NUL, is not looked into', () => {
    expect(found(`select '${'x'.repeat(1 << 20)}' from users`)).toEqual([])
    expect(found('select id from users\0')).toEqual([])
  })

  test('is found whatever stands before it', () => {
    const before = fc
      .array(fc.constantFrom(' ', '\n', '\t', ';', '/* x */', '-- x\n', '/**/', '('), {
        maxLength: 6,
      })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(before, fc.array(fc.nat({ max: 59 }), { maxLength: 40 }), (first, choices) => {
        const closed = ')'.repeat(first.split('(').length - 1)
        // A bracket before a semicolon is not SQL.
        fc.pre(!/\(.*;/s.test(first))
        expect(found(`${first}${compose(choices).sql}${closed}`)).toHaveLength(1)
      }),
      { numRuns: 100 },
    )
  })
})
