import type { AST } from '@eslint-community/regexpp'

/** A set of characters, as those of the samples that are in it. */
export type CharacterSet = Uint32Array

/** What matches one character, or any text (a back reference). */
export type Atom =
  | AST.Character
  | AST.CharacterSet
  | AST.CharacterClass
  | AST.ExpressionCharacterClass
  | AST.Backreference

/** Letters, digits, marks, signs and spaces of many scripts, beside Latin-1. */
const FURTHER = [
  0x100, 0x131, 0x17f, 0x250, 0x2b0, 0x300, 0x3b1, 0x391, 0x430, 0x410, 0x531, 0x5d0, 0x627, 0x660,
  0x905, 0x93e, 0x966, 0xe01, 0x10d0, 0x1100, 0x1e9e, 0x2003, 0x200b, 0x200d, 0x2028, 0x202e,
  0x20ac, 0x212a, 0x2160, 0x2192, 0x2211, 0x2460, 0x3000, 0x3001, 0x3042, 0x30a2, 0x4e00, 0xa000,
  0xac00, 0xd800, 0xe000, 0xfb01, 0xfe0f, 0xfeff, 0xff11, 0xff21, 0xfffd, 0x10400, 0x1d400, 0x1d7d8,
  0x1f600, 0x20000, 0xe0001, 0x10ffff,
] as const

/** Whether sets have a character in common. */
export function overlap(one: CharacterSet, other: CharacterSet): boolean {
  return one.some((bits, index) => (bits & (other[index] ?? 0)) !== 0)
}

/**
 * What each atom of an expression matches, decided by V8 for one character at a time (where there is
 * nothing to backtrack over): Latin-1, samples of all kinds, and what the expression names itself.
 *
 * @param spend is told of the work
 */
export function characterSets(
  named: readonly number[],
  mode: string,
  spend: (work: number) => void,
): (atom: Atom) => CharacterSet {
  const around = named.flatMap((code) => [code - 1, code, code + 1])
  const latin = Array.from({ length: 256 }, (_, code) => code)
  const codes = new Set([...latin, ...FURTHER, ...around.filter(isCode)])
  const samples = [...codes].map((code) => String.fromCodePoint(code))
  const indexOf = new Map([...codes].map((code, index) => [code, index]))
  const known = new Map<string, CharacterSet>()
  return (atom) => {
    const existing = known.get(atom.raw)
    if (existing) return existing
    const letter = atom.type === 'Character' && !mode.includes('i') ? atom.value : undefined
    spend(letter === undefined ? samples.length : 1)
    const set =
      letter === undefined
        ? setOf(atom, samples, mode)
        : single(indexOf.get(letter), samples.length)
    known.set(atom.raw, set)
    return set
  }
}

function single(index: number | undefined, size: number): CharacterSet {
  const set = new Uint32Array(Math.ceil(size / 32))
  return index === undefined
    ? set.fill(0xffffffff)
    : set.fill(1 << (index & 31), index >> 5, (index >> 5) + 1)
}

function isCode(code: number): boolean {
  return code >= 0 && code <= 0x10ffff
}

function setOf(atom: Atom, samples: readonly string[], mode: string): CharacterSet {
  const set = new Uint32Array(Math.ceil(samples.length / 32))
  if (atom.type === 'Backreference') return set.fill(0xffffffff)
  const matches = matcherOf(atom, mode)
  for (const [index, sample] of samples.entries()) {
    if (matches(sample)) set[index >> 5] = (set[index >> 5] ?? 0) | (1 << (index & 31))
  }
  return set
}

function matcherOf(
  atom: Exclude<Atom, AST.Backreference>,
  mode: string,
): (text: string) => boolean {
  try {
    const single = new RegExp(`^(?:${atom.raw})$`, mode)
    return (text) => single.test(text)
  } catch {
    // Valid only where it stood: it may match anything.
    return () => true
  }
}
