import type { SqlFact } from '../../../kernel/facts.ts'

/** What a letter of a case stands for. */
const SETS: Readonly<Record<string, (fact: SqlFact) => readonly string[]>> = {
  C: (fact) => fact.classes,
  T: (fact) => fact.tables,
  c: (fact) => fact.columns,
  f: (fact) => fact.functions,
  F: (fact) => fact.flags,
  S: (fact) => fact.statements,
  L: (fact) => (fact.limit === undefined ? [] : [String(fact.limit)]),
}

/** What a fact lacks, or has too much, of what a case says; empty if it holds. */
export function misses(fact: SqlFact, holds: string): readonly string[] {
  return holds.split(' ').flatMap((part) => {
    const [, letter = '', sign, words = ''] = /^(\w)([:=])(.*)$/.exec(part) ?? []
    const has = SETS[letter]?.(fact)
    if (has === undefined) throw new Error(`no such letter: ${part}`)
    const wanted = words === '' ? [] : words.split(',')
    const missing = wanted.filter((word) => !has.includes(word)).map((word) => `-${word}`)
    const extra = sign === '=' ? has.filter((word) => !wanted.includes(word)) : []
    return [...missing, ...extra.map((word) => `+${word}`)].map((each) => `${letter}${each}`)
  })
}
