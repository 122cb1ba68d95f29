import type { Assignment, CommandArgument, DoubleQuotedChild, Word, WordPart } from 'unbash'
import type { Literal } from './draft.ts'

/** The text of a word after quotes and escapes, or `null` if only the run decides it. */
export function literalOf(word: Word): Literal {
  const known = settle(word)
  return known.whole ? known.text : null
}

/**
 * The name of the program that a word in front of a command stands for: known as well when only the
 * folder before it is not, as in `"$HOME/bin/tool"`.
 */
export function programOf(word: Word): Literal {
  const { whole, splits, text } = settle(word)
  if (whole) return baseName(text)
  return !splits && text.includes('/') ? baseName(text) : null
}

/** A word or an assignment behind a command, as its program sees it. */
export function argumentOf(argument: CommandArgument): Literal {
  return argument.type === 'Word' ? literalOf(argument) : assignmentOf(argument)
}

function assignmentOf(assignment: Assignment): Literal {
  if (assignment.value.type === 'ArrayValue' || assignment.index !== undefined) return null
  const value = literalOf(assignment.value)
  // A home folder may also stand behind each colon.
  if (value === null || /(?:^|:)~/.test(assignment.value.text)) return null
  return `${assignment.name}${assignment.append ? '+=' : '='}${value}`
}

/** Without folders, as a program is named. */
export function baseName(path: string): string {
  let end = path.length
  while (end > 0 && path.charAt(end - 1) === '/') end -= 1
  return path.slice(path.lastIndexOf('/', end - 1) + 1)
}

interface Known {
  /** Whether all of it is known. */
  readonly whole: boolean
  /** Whether what is not known may become several words. */
  readonly splits: boolean
  /** What follows the last unknown part. */
  readonly text: string
}

function settle(word: Word): Known {
  const home = word.text.startsWith('~')
  const parts = word.parts
  if (parts === undefined) return { whole: !home, splits: false, text: word.value }
  let [whole, splits, text] = [!home, false, '']
  for (const part of parts.flatMap(pieces)) {
    if (part.text !== null) text += part.text
    else {
      ;[whole, text] = [false, '']
      splits ||= part.splits
    }
  }
  return { whole, splits, text }
}

interface Piece {
  readonly text: Literal
  readonly splits: boolean
}

function pieces(part: WordPart): readonly Piece[] {
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') return part.parts.map(quoted)
  if (part.type === 'Literal' || part.type === 'SingleQuoted') return [exact(part.value)]
  // Bytes that are no UTF-8 have no character: what they name is not known here.
  if (part.type === 'AnsiCQuoted') return [part.value.includes('\ufffd') ? OPEN : exact(part.value)]
  return [OPEN]
}

const OPEN: Piece = { text: null, splits: true }

function exact(text: string): Piece {
  return { text, splits: false }
}

function quoted(part: DoubleQuotedChild): Piece {
  if (part.type === 'Literal') return exact(part.value)
  // "$@" and "${list[@]}" become several words although they are quoted.
  return { text: null, splits: part.text.includes('@') }
}
