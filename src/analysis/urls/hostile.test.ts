import { expect, test } from 'vitest'
import type { Place } from '../analyser.ts'
import { recipientAnalyser } from '../recipients/recipients.ts'
import { urlAnalyser } from './urls.ts'

// Long texts in which everything may start something. Work that grew with the square of their length
// would be some 10^11 steps and never end; in their length alone, it is done at once.

const LENGTH = 1 << 18
const place = { at: '/text' } as Place

const PIECES = [
  'a',
  '@',
  'a@b.',
  'é@é.é',
  '"a',
  '((',
  '()',
  '<@a,',
  'a:;',
  '\n',
  ' ',
  '%40',
  'a!',
  '=?utf-8?q?a?= ',
  'a[at]b[dot]',
  'a AT b DOT ',
  '://',
  'http://',
  'http:\\\\',
  'x://a..b/',
  'http:a.b,',
  'www.a,',
  'éwww.a',
  'data:,',
  'javascript:a',
  '](//a',
  'src="//',
  'a[.]',
  'a。',
  'http://[',
  `http:a.b,http:a.b@${'c'.repeat(2_900)}/`,
  'jar:',
  '?bcc=',
]

test.each(PIECES.map((piece) => [piece.slice(0, 24), piece]))('long texts of %j', (_, piece) => {
  const text = piece.repeat(Math.ceil(LENGTH / piece.length))
  for (const start of ['', 'http://', 'mailto:', 'a@b.example <']) {
    for (const analyser of [urlAnalyser, recipientAnalyser]) {
      const reading = analyser.declared(start + text, place)
      expect('unparsable' in reading || reading.facts.length <= 1_024).toBe(true)
    }
  }
  for (const analyser of [urlAnalyser, recipientAnalyser]) {
    const facts = analyser.found(text, place)
    expect(facts.length).toBeLessThanOrEqual(64)
    expect(JSON.stringify(facts).length).toBeLessThan(64 * 20_000)
  }
})
