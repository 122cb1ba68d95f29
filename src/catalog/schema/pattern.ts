import { type Pattern, readPattern } from './pattern-syntax.ts'
import { type Run, spend } from './run.ts'
import { type PatternTest, unsupported } from './source.ts'

const MAX_LENGTH = 4_096
const MAX_STATES = 10_000

/** A character that stands for itself, with or without a backslash. */
const LITERAL = /^\\?([^A-Za-z0-9.\\]|(?<!\\)[A-Za-z0-9])$/u

/** A set of characters, by code point. */
type Characters = (code: number) => boolean

/** One instruction of the automaton. `next` is where it goes on. */
type State =
  | { readonly kind: 'character'; readonly test: Characters }
  | { readonly kind: 'split'; targets: readonly number[] }
  | { readonly kind: 'assertion'; readonly where: 'start' | 'end' | 'boundary' | 'inside' }
  | { readonly kind: 'match' }

interface Program {
  readonly states: State[]
  readonly unicode: boolean
  readonly characters: Map<string, Characters>
}

export interface CompiledPattern {
  readonly test: PatternTest
  /** Size of the automaton: states, and eight for each class of characters. */
  readonly states: number
}

/**
 * Compiles an ECMAScript regular expression, as JSON Schema means it (2020-12, core, section 6.4:
 * `u` flag, unanchored), to an automaton that is simulated state by state (K. Thompson, 1968). Its
 * time is linear in the text for every expression and every text, which V8's own engines do not
 * promise. An expression that is well formed only without the `u` flag is read without it.
 *
 * @throws GatewayError `definition_unsupported` when it is malformed, too large, or needs
 *   lookaround or back references.
 */
export function compilePattern(expression: string): CompiledPattern {
  if (expression.length > MAX_LENGTH) throw unsupported('has too large patterns')
  const unicode = wellFormed(expression, 'u')
  if (!unicode && !wellFormed(expression, '')) throw unsupported('has a malformed pattern')
  const program: Program = { states: [], unicode, characters: new Map() }
  emit(program, readPattern(expression, unicode))
  push(program, { kind: 'match' })
  return {
    test: (text, run) => simulate(program, text, run),
    states: program.states.length + program.characters.size * 8,
  }
}

function wellFormed(expression: string, flags: string): boolean {
  try {
    return new RegExp(expression, flags) !== undefined
  } catch {
    return false
  }
}

function push({ states }: Program, state: State): number {
  if (states.length >= MAX_STATES) throw unsupported('has too large patterns')
  return states.push(state) - 1
}

/** Appends the states of a pattern; what follows it is the state after the last one. */
function emit(program: Program, pattern: Pattern): void {
  switch (pattern.kind) {
    case 'sequence':
      for (const part of pattern.parts) emit(program, part)
      return
    case 'choice':
      emitChoice(program, pattern.branches)
      return
    case 'repeat':
      emitRepeat(program, pattern)
      return
    case 'character':
      push(program, { kind: 'character', test: charactersOf(program, pattern.expression) })
      return
    case 'assertion':
      push(program, pattern)
      return
  }
}

function emitChoice(program: Program, branches: readonly Pattern[]): void {
  const fork = split(program)
  const starts: number[] = []
  const ends: Extract<State, { kind: 'split' }>[] = []
  for (const branch of branches) {
    starts.push(program.states.length)
    emit(program, branch)
    ends.push(split(program))
  }
  fork.targets = starts
  for (const end of ends) end.targets = [program.states.length]
}

function emitRepeat(
  program: Program,
  { part, least, most }: Extract<Pattern, { kind: 'repeat' }>,
): void {
  for (let i = 0; i < least; i += 1) {
    const before = program.states.length
    emit(program, part)
    if (program.states.length === before) break
  }
  if (most === Number.POSITIVE_INFINITY) {
    const start = program.states.length
    const loop = split(program)
    emit(program, part)
    split(program).targets = [start]
    loop.targets = [start + 1, program.states.length]
    return
  }
  const exits: { readonly fork: Extract<State, { kind: 'split' }>; readonly inner: number }[] = []
  for (let i = least; i < most; i += 1) {
    const fork = split(program)
    exits.push({ fork, inner: program.states.length })
    emit(program, part)
  }
  for (const { fork, inner } of exits) fork.targets = [inner, program.states.length]
}

function split(program: Program): Extract<State, { kind: 'split' }> {
  const state: State = { kind: 'split', targets: [] }
  push(program, state)
  return state
}

/**
 * What an expression for one character matches, decided by V8 on that one character alone (where
 * there is nothing to backtrack over) and remembered for the first 256.
 */
function charactersOf(program: Program, expression: string): Characters {
  const literal = LITERAL.exec(expression)?.[1]?.codePointAt(0)
  if (literal !== undefined) return (code) => code === literal
  const existing = program.characters.get(expression)
  if (existing) return existing
  const single = new RegExp(`^(?:${expression})$`, program.unicode ? 'u' : '')
  const known = new Int8Array(256)
  const characters: Characters = (code) => {
    const remembered = known[code]
    if (remembered) return remembered > 0
    const matches = single.test(String.fromCodePoint(code))
    if (code < 256) known[code] = matches ? 1 : -1
    return matches
  }
  program.characters.set(expression, characters)
  return characters
}

/** A set of states that keeps its order of arrival; cleared in constant time. */
interface StateSet {
  readonly list: Uint32Array
  readonly place: Uint32Array
  size: number
}

function stateSet(capacity: number): StateSet {
  return { list: new Uint32Array(capacity), place: new Uint32Array(capacity), size: 0 }
}

function add(set: StateSet, state: number): void {
  const place = set.place[state] ?? 0
  if (place < set.size && set.list[place] === state) return
  set.list[set.size] = state
  set.place[state] = set.size
  set.size += 1
}

function simulate(program: Program, text: string, run: Run): boolean {
  const { states, unicode } = program
  let current = stateSet(states.length)
  let following = stateSet(states.length)
  for (let at = 0; ; ) {
    add(current, 0)
    if (close(states, current, text, at)) return true
    spend(run, current.size)
    if (at >= text.length) return false
    const code = (unicode ? text.codePointAt(at) : text.charCodeAt(at)) ?? 0
    at += code > 0xffff ? 2 : 1
    step(states, current, following, code)
    ;[current, following] = [following, current]
  }
}

/** Takes one character: where each state of the one set goes on is the other set. */
function step(states: readonly State[], from: StateSet, into: StateSet, code: number): void {
  into.size = 0
  for (let i = 0; i < from.size; i += 1) {
    const index = from.list[i] ?? 0
    const state = states[index]
    if (state?.kind === 'character' && state.test(code)) add(into, index + 1)
  }
}

/** Follows everything that consumes nothing. True when the match state is among what is reached. */
function close(states: readonly State[], set: StateSet, text: string, at: number): boolean {
  for (let i = 0; i < set.size; i += 1) {
    const index = set.list[i] ?? 0
    const state = states[index]
    if (state?.kind === 'match') return true
    if (state?.kind === 'split') for (const target of state.targets) add(set, target)
    else if (state?.kind === 'assertion' && holds(state.where, text, at)) add(set, index + 1)
  }
  return false
}

function holds(
  where: Extract<State, { kind: 'assertion' }>['where'],
  text: string,
  at: number,
): boolean {
  if (where === 'start') return at === 0
  if (where === 'end') return at === text.length
  const boundary = isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at))
  return boundary === (where === 'boundary')
}

/** `[A-Za-z0-9_]`; what lies outside the text (NaN) is none. */
function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95
  )
}
