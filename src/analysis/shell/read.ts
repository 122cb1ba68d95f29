import { type ParsedScript, parse } from 'unbash'
import { type Command, collect, type Difference } from './collect.ts'
import { hasComment } from './comment.ts'
import { type Draft, type Literal, spend, UnreadableError } from './draft.ts'
import { EVALUATORS, runsOf } from './runs.ts'
import { baseName } from './word.ts'

/**
 * Linux gives a program no longer argument than this (MAX_ARG_STRLEN, 32 pages), so no shell is
 * handed a longer line by `-c`.
 */
export const MAX_LENGTH = 131_072

/** Shells within shells within shells: a command line that means something has two or three. */
const MAX_DEPTH = 8

/** Programs that run programs that run programs. */
const MAX_WRAPPED = 16

/** Here-documents wait in a queue of the parser that it goes through for each. */
const MAX_HERE = 256

/**
 * Reads a text as bash and as a POSIX shell do, and all texts that it hands to shells in turn. What
 * either of them would run is in the draft.
 *
 * @throws {UnreadableError}
 */
export function readScript(draft: Draft, text: string): void {
  draft.pending.push({ text, depth: 0 })
  for (let next = draft.pending.pop(); next !== undefined; next = draft.pending.pop())
    readText(draft, next.text, next.depth)
}

/**
 * Reads words that run without a shell in between.
 *
 * @throws {UnreadableError}
 */
export function readWords(draft: Draft, words: readonly Literal[]): void {
  const [first] = words
  run(draft, { words, program: first == null ? null : baseName(first), input: undefined }, 0)
  for (let next = draft.pending.pop(); next !== undefined; next = draft.pending.pop())
    readText(draft, next.text, next.depth)
}

function readText(draft: Draft, text: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new UnreadableError('shells are nested too deeply')
  const script = parsed(draft, text)
  const differences: Difference[] = []
  collect(draft, script, text, (command) => run(draft, command, depth), differences)
  if (hasComment(script, text)) draft.flags.add('comment')
  readAsPosix(draft, text, depth, differences)
}

function parsed(draft: Draft, text: string): ParsedScript {
  if (text.length > MAX_LENGTH) throw new UnreadableError('the command is too long')
  if (text.includes('\0')) throw new UnreadableError('a command cannot hold the character NUL')
  if ((text.match(/<</g)?.length ?? 0) > MAX_HERE)
    throw new UnreadableError('too many here-documents')
  spend(draft, text.length)
  try {
    return parse(text)
  } catch (cause) {
    throw new UnreadableError('commands are nested too deeply', { cause })
  }
}

/** The same text where what only bash knows is taken literally, as other shells do. */
function readAsPosix(
  draft: Draft,
  bash: string,
  depth: number,
  differences: readonly Difference[],
): void {
  let [text, found] = [bash, differences]
  // What was taken for arithmetic may hold more of what only bash knows.
  while (found.length > 0) {
    text = without(text, found)
    const script = parsed(draft, text)
    if (script.errors?.length) {
      const deep = script.errors.some(({ message }) => message.includes('depth'))
      // A shell reads line by line, and runs nothing of a line that it cannot read.
      if (deep || text.includes('\n')) throw new UnreadableError('shells read it differently')
      return
    }
    const more: Difference[] = []
    collect(draft, script, text, (command) => run(draft, command, depth), more)
    found = more
  }
}

function without(text: string, differences: readonly Difference[]): string {
  const places = differences.map(({ at, insert }) => {
    if (at === undefined) throw new UnreadableError('shells read it differently')
    return { at, insert }
  })
  const pieces: string[] = []
  let from = 0
  for (const { at, insert } of places.sort((a, b) => a.at - b.at)) {
    pieces.push(text.slice(from, at), insert)
    from = at
  }
  return pieces.join('') + text.slice(from)
}

function run(draft: Draft, command: Command, depth: number): void {
  const waiting: Waiting[] = [{ ...command, wrapped: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.wrapped > MAX_WRAPPED) throw new UnreadableError('commands are nested too deeply')
    draft.commands.push([...next.words])
    if (next.program === null || next.program === '') draft.flags.add('dynamic')
    else waiting.push(...runInside(draft, next, next.program, depth))
  }
}

interface Waiting extends Command {
  /** How many programs run it. */
  readonly wrapped: number
}

/** Takes note of a program, and gives the commands that it runs, last first. */
function runInside(
  draft: Draft,
  { words, input, wrapped }: Waiting,
  program: string,
  depth: number,
): readonly Waiting[] {
  name(draft, program)
  if (EVALUATORS.has(program)) draft.evaluates = true
  const runs = runsOf({ name: program.toLowerCase(), words: words.slice(1), input })
  for (const flag of runs.flags) draft.flags.add(flag)
  for (const text of runs.scripts) draft.pending.push({ text, depth: depth + 1 })
  return runs.commands
    .map((inner) => {
      const known = typeof inner[0] === 'string' ? baseName(inner[0]) : null
      return { words: inner, program: known, input, wrapped: wrapped + 1 }
    })
    .reverse()
}

/** As written, and in lower case: some file systems do not tell them apart. */
function name(draft: Draft, program: string): void {
  draft.programs.add(program)
  draft.programs.add(program.toLowerCase())
}
