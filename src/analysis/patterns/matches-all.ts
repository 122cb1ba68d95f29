import type { AST } from '@eslint-community/regexpp'

/** Whether an expression finds something in every text, or in every one that is not empty. */
export function matchesAll({ alternatives }: AST.Pattern): boolean {
  return alternatives.some(({ elements }) => {
    const [start, end] = [edge(elements[0], 'start'), edge(elements.at(-1), 'end')]
    const inner = elements.slice(start ? 1 : 0, end ? -1 : undefined)
    if (!inner.every(isIdle)) return false
    // Between both edges something has to take all that stands there.
    return !(start && end) || inner.some(takesAll)
  })
}

function edge(element: AST.Element | undefined, kind: 'start' | 'end'): boolean {
  return element?.type === 'Assertion' && element.kind === kind
}

/** Whether it matches at any place of a text that is not empty. */
function isIdle(element: AST.Element): boolean {
  switch (element.type) {
    case 'Quantifier':
      return element.min === 0 || isIdle(element.element)
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.some(({ elements }) => elements.every(isIdle))
    default:
      return isAny(element)
  }
}

function takesAll(element: AST.Element): boolean {
  if (element.type === 'Quantifier') {
    return element.max === Number.POSITIVE_INFINITY && isAnyInside(element.element)
  }
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return false
  return element.alternatives.some(
    ({ elements }) => elements.every(isIdle) && elements.some(takesAll),
  )
}

function isAnyInside(element: AST.Element): boolean {
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return isAny(element)
  return element.alternatives.some(
    ({ elements }) =>
      elements.every(isIdle) && elements.some((one) => isAnyInside(one) || takesAll(one)),
  )
}

/** `.`, `[^]`, and classes of a set and its complement, such as `[\s\S]`. */
function isAny(element: AST.Element): boolean {
  if (element.type === 'CharacterSet') return element.kind === 'any'
  if (element.type !== 'CharacterClass') return false
  if (element.negate) return element.elements.length === 0
  const all: readonly AST.CharacterClassElement[] = element.elements
  const sets = all.filter((one) => one.type === 'CharacterSet').filter(isEscape)
  const names = sets.map(({ kind, negate }) => `${kind} ${negate}`)
  return sets.some(({ kind, negate }) => names.includes(`${kind} ${!negate}`))
}

function isEscape(set: AST.CharacterSet): set is AST.EscapeCharacterSet {
  return set.kind === 'digit' || set.kind === 'space' || set.kind === 'word'
}
