import { type AST, visitRegExpAST } from '@eslint-community/regexpp'
import type { PatternFact } from '../../kernel/facts.ts'
import type { Json } from '../../kernel/json.ts'
import type { Analyser, Place, Reading } from '../analyser.ts'
import { isExponential } from './ambiguity.ts'
import { isEndless } from './automaton.ts'
import type { PatternFlag } from './flags.ts'
import { matchesAll } from './matches-all.ts'
import { MAX_LENGTH, type ReadPattern, readPattern } from './read-pattern.ts'

/** Expressions in one list at most. */
const MAX_ITEMS = 100

/**
 * Reads regular expressions: what would the server spend on them? None is found in text, for every
 * text is one. Work for each is bounded.
 */
export const patternAnalyser: Analyser<'pattern'> = {
  kind: 'pattern',
  declared(value, place) {
    if (!Array.isArray(value)) return readDeclared(value, place)
    if (value.length > MAX_ITEMS) return { unparsable: `more than ${MAX_ITEMS} expressions` }
    const facts: PatternFact[] = []
    for (const [index, item] of value.entries()) {
      const reading = readDeclared(item, { ...place, at: `${place.at}/${index}` })
      if ('unparsable' in reading) return reading
      facts.push(...reading.facts)
    }
    return { facts }
  },
  found: () => [],
}

function readDeclared(value: Json, { at }: Place): Reading<PatternFact> {
  if (typeof value !== 'string') return { unparsable: 'is not a text' }
  if (value.length > MAX_LENGTH) return { unparsable: 'is too long' }
  const read = readPattern(value)
  if (!read) return { unparsable: 'cannot be read as a regular expression' }
  return { facts: [{ at, origin: 'declared', flags: flagsOf(read), source: read.source }] }
}

/** What a walk over the tree meets. */
interface Survey {
  readonly flags: Set<PatternFlag>
  /** Quantifiers without end that no other such contains, but for a look around. */
  readonly loops: AST.Quantifier[]
  readonly named: number[]
  /** Whether a group changes what letters match. */
  ignoresCase: boolean
}

function flagsOf(read: ReadPattern): readonly string[] {
  const { flags, loops, named, ignoresCase } = survey(read.pattern)
  const mode = ignoresCase && !read.mode.includes('i') ? `${read.mode}i` : read.mode
  if (isExponential(loops, named, mode)) flags.add('catastrophic')
  if (matchesAll(read.pattern)) flags.add('matches-all')
  if (read.foreign) flags.add('foreign')
  return [...flags].sort()
}

function survey(pattern: AST.Pattern): Survey {
  const found: Survey = { flags: new Set(), loops: [], named: [], ignoresCase: false }
  const { flags, loops, named } = found
  // How many endless quantifiers are open, outside of the innermost look around.
  const open: number[] = [0]
  visitRegExpAST(pattern, {
    onQuantifierEnter(node) {
      if (node.max === Number.POSITIVE_INFINITY) flags.add('unbounded')
      if (!isEndless(node)) return
      if (open.at(-1) === 0) loops.push(node)
      open[open.length - 1] = (open.at(-1) ?? 0) + 1
    },
    onQuantifierLeave(node) {
      if (isEndless(node)) open[open.length - 1] = (open.at(-1) ?? 0) - 1
    },
    onAssertionEnter(node) {
      if (node.kind !== 'lookahead' && node.kind !== 'lookbehind') return
      flags.add('lookaround')
      open.push(0)
    },
    onAssertionLeave(node) {
      if (node.kind === 'lookahead' || node.kind === 'lookbehind') open.pop()
    },
    onBackreferenceEnter: () => flags.add('backreference'),
    onCharacterEnter: ({ value }) => named.push(value),
    onModifierFlagsEnter(node) {
      found.ignoresCase ||= node.ignoreCase
    },
  })
  return found
}
