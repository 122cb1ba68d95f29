import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pathAnalyser } from './paths.ts'
import { ATTACKS, BENIGN, REMOTE } from './testing/corpus.ts'
import { makeTree, remotePlace, type Tree } from './testing/tree.ts'

let tree: Tree
beforeAll(() => {
  tree = makeTree()
})
afterAll(() => tree.remove())

/** Where a value may lead. */
function outcomeOf(text: string, place = tree.place): string {
  const value = fill(text)
  const reading = pathAnalyser.declared(value, place)
  if ('unparsable' in reading) return 'unparsable'
  const inside = reading.facts.every(
    ({ real }) => real !== undefined && (real === tree.work || real.startsWith(`${tree.work}/`)),
  )
  return inside ? 'inside' : 'outside'
}

function fill(text: string): string {
  return text.replaceAll('<base>', tree.base).replaceAll('<work>', tree.work)
}

test('the corpus is large', () => {
  expect(ATTACKS.length).toBeGreaterThan(150)
  expect(BENIGN.length).toBeGreaterThan(90)
})

describe('leads out, or may', () => {
  test.each(ATTACKS)('%j: %s', (text, outcome) => {
    expect(outcomeOf(text)).toBe(outcome)
  })
})

describe('found in a text, none of them seems to stay inside', () => {
  test.each(ATTACKS)('%j', (text) => {
    const facts = pathAnalyser.found(fill(text), tree.place)
    const inside = (real: string | undefined): boolean =>
      real !== undefined && `${real}/`.startsWith(`${tree.work}/`)
    expect(facts.length > 0 && facts.every(({ real }) => inside(real))).toBe(false)
  })
})

describe('stays inside', () => {
  test.each(BENIGN)('%j', (text, ...flags) => {
    const reading = pathAnalyser.declared(fill(text), tree.place)
    expect(outcomeOf(text)).toBe('inside')
    const said = 'facts' in reading ? reading.facts.flatMap((fact) => fact.flags) : []
    expect([...new Set(said)].filter((flag) => flag !== 'alternate').sort()).toEqual(flags)
  })
})

describe('at a server elsewhere', () => {
  test.each(REMOTE)('%j: %j', (text, lexical) => {
    const reading = pathAnalyser.declared(text, remotePlace())
    const read = 'facts' in reading ? reading.facts.map((fact) => fact.lexical) : 'unparsable'
    expect(read).toEqual(lexical)
  })

  test('nothing is real', () => {
    const reading = pathAnalyser.declared(['/etc/passwd', 'a/../b'], remotePlace('/srv'))
    expect(reading).toEqual({
      facts: [
        {
          at: '/path/0',
          origin: 'declared',
          flags: [],
          text: '/etc/passwd',
          style: 'posix',
          lexical: '/etc/passwd',
        },
        {
          at: '/path/1',
          origin: 'declared',
          flags: ['traversal'],
          text: 'a/../b',
          style: 'posix',
          lexical: '/srv/b',
        },
      ],
    })
  })

  test('on Windows a folder and a path are joined', () => {
    const reading = pathAnalyser.declared('..\\x/y', remotePlace('d:\\work'))
    expect(reading).toMatchObject({ facts: [{ style: 'windows', lexical: 'D:\\x\\y' }] })
  })
})
