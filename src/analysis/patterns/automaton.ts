import type { AST } from '@eslint-community/regexpp'
import type { Atom } from './characters.ts'

/** What an expression repeats, as an automaton (V. Glushkov, 1961): each position is one atom. */
export interface Automaton {
  readonly atoms: Atom[]
  /** By position: what may follow, and in how many ways: one, or more (2). */
  readonly follow: Map<number, number>[]
}

/** Work that is done for one expression at most; more of it is not shown to be harmless. */
export interface Budget {
  left: number
}

/** The expression is too large to be judged. */
export class OverBudget extends Error {}

export function spend(budget: Budget, work: number): void {
  budget.left -= work
  if (budget.left < 0) throw new OverBudget('over budget')
}

/** Positions, and in how many ways each is reached: one, or more (2). */
type Ways = ReadonlyMap<number, number>

/** A part of an expression. */
interface Part {
  readonly first: Ways
  readonly last: Ways
  /** In how many ways it matches the empty text: none, one, or more (2). */
  readonly empty: number
}

interface Build extends Automaton {
  readonly budget: Budget
}

/** A count from here on is as good as without end: 2^8 ways are many, and 8 is a high power. */
const MANY = 8
/** Copies of a part at most; more of them are taken for one that repeats. */
const MAX_COPIES = 64

const EMPTY: Part = { first: new Map(), last: new Map(), empty: 1 }

/**
 * Whether an expression repeats something without end. High counts of what varies in length count
 * too: an engine tries all ways to divide a text among them.
 */
export function isEndless({ min, max, element }: AST.Quantifier): boolean {
  if (max === Number.POSITIVE_INFINITY) return true
  return max >= MANY && (min !== max || varies(element))
}

/** The automaton of what a quantifier repeats, with the way back to its start. */
export function loopOf(quantifier: AST.Quantifier, budget: Budget): Automaton {
  const build: Build = { atoms: [], follow: [], budget }
  repeat(build, partOf(build, quantifier.element))
  return build
}

function varies(element: AST.Element): boolean {
  if (element.type === 'Quantifier') return element.min !== element.max || varies(element.element)
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return false
  return (
    element.alternatives.length > 1 ||
    element.alternatives.some(({ elements }) => elements.some(varies))
  )
}

function partOf(build: Build, element: AST.Element): Part {
  switch (element.type) {
    case 'Group':
    case 'CapturingGroup':
      return choiceOf(element.alternatives.map((one) => sequenceOf(build, one.elements)))
    case 'Quantifier':
      return quantified(build, element)
    case 'Backreference':
      return repeated(repeat(build, atomOf(build, element)), 0)
    // What it looks at is looked at by itself; here it consumes nothing.
    case 'Assertion':
      return EMPTY
    case 'Character':
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass':
      return atomOf(build, element)
  }
}

function atomOf(build: Build, atom: Atom): Part {
  const position = build.atoms.push(atom) - 1
  build.follow.push(new Map())
  spend(build.budget, 1)
  const here: Ways = new Map([[position, 1]])
  return { first: here, last: here, empty: 0 }
}

function choiceOf(parts: readonly Part[]): Part {
  return {
    first: new Map(parts.flatMap(({ first }) => [...first])),
    last: new Map(parts.flatMap(({ last }) => [...last])),
    empty: Math.min(
      2,
      parts.reduce((sum, { empty }) => sum + empty, 0),
    ),
  }
}

function sequenceOf(build: Build, elements: readonly AST.Element[]): Part {
  let whole = EMPTY
  for (const element of elements) whole = joined(build, whole, partOf(build, element))
  return whole
}

function joined(build: Build, before: Part, after: Part): Part {
  connect(build, before.last, after.first)
  spend(build.budget, before.first.size + after.last.size)
  return {
    first: union(before.first, after.first, before.empty),
    last: union(after.last, before.last, after.empty),
    empty: Math.min(2, before.empty * after.empty),
  }
}

/** What is reached at once, and what is reached in some ways past it. */
function union(near: Ways, far: Ways, ways: number): Ways {
  if (ways === 0) return near
  const all = new Map(near)
  for (const [position, count] of far) all.set(position, Math.min(2, count * ways))
  return all
}

function connect({ follow, budget }: Build, from: Ways, to: Ways): void {
  spend(budget, from.size * to.size)
  for (const [source, ways] of from) {
    const next = follow[source]
    for (const [target, more] of to) {
      next?.set(target, Math.min(2, (next.get(target) ?? 0) + ways * more))
    }
  }
}

function repeat(build: Build, part: Part): Part {
  connect(build, part.last, part.first)
  return part
}

/**
 * An engine does not repeat what matched nothing, unless it must (ECMA-262 §22.2.2.3.1): beside no
 * repetition there is no other way to match nothing, but a first one that must be may be empty, and
 * so what comes first may as well come second.
 */
function repeated(part: Part, min: number): Part {
  if (min === 0) return { ...part, empty: 1 }
  return part.empty === 0 ? part : { ...part, first: union(new Map(), part.first, 2) }
}

function quantified(build: Build, quantifier: AST.Quantifier): Part {
  const { min, max, element } = quantifier
  const copies = max * sizeOf(element)
  if (isEndless(quantifier) || copies > MAX_COPIES) {
    return repeated(repeat(build, partOf(build, element)), min)
  }
  // x{1,3} is x(x(x)?)?: in no other form has each text one way.
  let rest = EMPTY
  for (let count = max; count > 0; count -= 1) {
    const part = partOf(build, element)
    rest =
      count > min
        ? repeated(joined(build, { ...part, empty: 0 }, rest), 0)
        : joined(build, part, rest)
  }
  return rest
}

/** Positions that one copy of it takes, at least. */
function sizeOf(element: AST.Element): number {
  if (element.type === 'Quantifier') return Math.max(1, element.min) * sizeOf(element.element)
  if (element.type !== 'Group' && element.type !== 'CapturingGroup') return 1
  const sizes = element.alternatives.flatMap(({ elements }) => elements.map(sizeOf))
  return sizes.reduce((sum, size) => sum + size, 1)
}
