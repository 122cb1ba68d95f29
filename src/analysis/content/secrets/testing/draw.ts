import type { AST } from '@eslint-community/regexpp'
import { parseRegExpLiteral } from '@eslint-community/regexpp'

/** A generator of numbers from 0 to 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed + 0x9e3779b9
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Characters of an alphabet, drawn. */
export function drawn(alphabet: string, length: number, seed: number): string {
  const next = random(seed)
  return Array.from({ length }, () => alphabet[Math.floor(next() * alphabet.length)]).join('')
}

/**
 * A text of an expression's form, drawn anew until it is accepted: tests hold no token, so that nobody has to wonder
 * whether it is a real one.
 */
export function drawMatch(form: RegExp, accept: (text: string) => boolean): string | undefined {
  const { pattern } = parseRegExpLiteral(form)
  for (let seed = 0; seed < 300; seed++) {
    const text = drawAny(pattern.alternatives, random(seed * 7919))
    if (accept(text)) return text
  }
  return undefined
}

function drawAny(alternatives: readonly AST.Alternative[], next: () => number): string {
  const one = alternatives[Math.floor(next() * alternatives.length)]
  return (one?.elements ?? []).map((element) => drawElement(element, next)).join('')
}

function drawElement(element: AST.Element, next: () => number): string {
  switch (element.type) {
    case 'Character':
      return String.fromCodePoint(element.value)
    case 'CharacterClass':
      return drawClass(element, next)
    case 'CharacterSet':
      return element.kind === 'digit' ? String(Math.floor(next() * 10)) : 'q'
    case 'CapturingGroup':
    case 'Group':
      return drawAny(element.alternatives, next)
    case 'Quantifier': {
      const most = Math.min(element.max, element.min + 40)
      const times = element.min + Math.floor(next() * (most - element.min + 1))
      return Array.from({ length: times }, () => drawElement(element.element, next)).join('')
    }
    default:
      return ''
  }
}

function drawClass(form: AST.CharacterClass, next: () => number): string {
  if (form.negate) return 'k7Qz9'[Math.floor(next() * 5)] ?? 'k'
  const chars = form.elements.flatMap((element) => {
    if (element.type === 'Character') return [element.value]
    if (element.type === 'CharacterClassRange')
      return Array.from(
        { length: element.max.value - element.min.value + 1 },
        (_, at) => element.min.value + at,
      )
    return [48 + Math.floor(next() * 10)]
  })
  return String.fromCodePoint(chars[Math.floor(next() * chars.length)] ?? 65)
}
