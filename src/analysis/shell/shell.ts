import type { ShellFact } from '../../kernel/facts.ts'
import type { Json } from '../../kernel/json.ts'
import type { Analyser, Place, Reading } from '../analyser.ts'
import { draftFor, factOf, UnreadableError } from './draft.ts'
import { findCommand } from './find-command.ts'
import { readScript, readWords } from './read.ts'

/**
 * Reads command lines by the grammar of bash 5.3 and POSIX sh (XCU 2), and by what known programs do
 * with their words. What runs is among `programs`, unless a flag says that only the run can tell:
 * `dynamic`, `eval`, `inline-code`. Which shell will read the text is not known: what bash and a
 * POSIX shell make of it is joined, and a text that one of them may read in another way is not
 * readable at all.
 */
export const shellAnalyser: Analyser<'shell'> = {
  kind: 'shell',
  declared: (value, place) => {
    try {
      return declared(value, place)
    } catch (error) {
      if (error instanceof UnreadableError) return { unparsable: error.message }
      throw error
    }
  },
  found: (text, { at }) => {
    const draft = draftFor(text.length)
    try {
      return findCommand(draft, text) ? [factOf(draft, at, 'found', text)] : []
    } catch (error) {
      if (error instanceof UnreadableError) return []
      throw error
    }
  },
}

function declared(value: Json, { at }: Place): Reading<ShellFact> {
  if (typeof value === 'string') return { facts: [factOfText(value, at)] }
  if (!Array.isArray(value) || !value.every((word) => typeof word === 'string'))
    return { unparsable: 'a command is a text, or a list of words' }
  // Named for several, it is a list of command lines; else the words of one.
  if (LINES.test(at))
    return { facts: value.map((line, index) => factOfText(line, `${at}/${index}`)) }
  return { facts: [factOfWords(value, at)] }
}

const LINES =
  /\/(?:[^/]*[-_.])?(?:commands|cmds|scripts|lines|steps)(?:\/\d+)?$|[a-z](?:Commands|Scripts)$/

function factOfText(text: string, at: string): ShellFact {
  const draft = draftFor(text.length)
  readScript(draft, text)
  return factOf(draft, at, 'declared', text)
}

function factOfWords(words: readonly string[], at: string): ShellFact {
  const text = words.join(' ')
  const draft = draftFor(text.length)
  if (words.some((word) => word.includes('\0')))
    throw new UnreadableError('a command cannot hold the character NUL')
  readWords(draft, words)
  // A first word that no program is named by is a command line that the rest is added to.
  if (/[\s;&|<>$`'"]/.test(words[0] ?? '')) readScript(draft, text)
  return factOf(draft, at, 'declared', text)
}
