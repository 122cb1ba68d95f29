import type { Template } from './template.ts'

/** One word of a command, as far as it is fixed. */
export interface Word {
  readonly text: string
  /** Positions in the template of the arguments in it. */
  readonly arguments: readonly number[]
  /** Whether the first thing in it is an argument. */
  readonly open: boolean
  /** Whether a redirection leads to it. */
  readonly redirected: boolean
}

export type Command = readonly Word[]

/** What a value could become part of: not a word of a simple command. */
const COMPOUND = /[(){}!`]/
const BLANK = /[ \t]/
const BETWEEN = /[;&|\n]/

interface Scan {
  readonly commands: Word[][]
  text: string
  arguments: number[]
  open: boolean
  started: boolean
  redirected: boolean
  quote: '' | "'" | '"'
  /** The character before, where nothing stands between. */
  last: string
}

/**
 * Splits a template of a POSIX shell into simple commands and words (POSIX.1-2024, Shell Command
 * Language, 2.3). A message for what is more than that: an argument has no place there where it
 * surely is one word. Linear.
 */
export function shellWords(template: Template): readonly Command[] | string {
  const scan: Scan = {
    commands: [[]],
    text: '',
    arguments: [],
    open: false,
    started: false,
    redirected: false,
    quote: '',
    last: '',
  }
  for (const [index, part] of template.entries()) {
    const wrong = typeof part === 'string' ? takeText(scan, part) : takeArgument(scan, index)
    if (wrong !== undefined) return wrong
  }
  if (scan.quote !== '') return 'a quote is not closed'
  if (scan.last === '\\') return 'it ends in a backslash'
  endWord(scan)
  return scan.commands.filter((command) => command.length > 0)
}

function takeArgument(scan: Scan, index: number): string | undefined {
  if (scan.quote !== '') return 'an argument must not stand in quotes: it is quoted already'
  if (scan.last === '\\' || scan.last === '$')
    return `an argument must not stand behind \`${scan.last}\``
  if (!scan.started) scan.open = true
  scan.started = true
  scan.arguments.push(index)
  scan.last = ''
  return undefined
}

function takeText(scan: Scan, text: string): string | undefined {
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    const wrong =
      scan.last === '\\' && scan.quote !== "'"
        ? takeEscaped(scan, character)
        : scan.quote === ''
          ? takeUnquoted(scan, character)
          : takeQuoted(scan, character)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function takeEscaped(scan: Scan, character: string): string | undefined {
  if (character === '\n') return 'a template with arguments continues no line'
  scan.text += character
  scan.started = true
  // Not a backslash that escapes what follows.
  scan.last = character === '\\' ? '' : character
  return undefined
}

function takeQuoted(scan: Scan, character: string): string | undefined {
  if (character === '`' && scan.quote === '"') return 'a template runs no command inside of another'
  if (character === '(' && scan.quote === '"' && scan.last === '$')
    return 'a template runs no command inside of another'
  if (character === scan.quote) {
    scan.quote = ''
    scan.last = ''
    return undefined
  }
  if (character !== '\\' || scan.quote === "'") scan.text += character
  scan.last = character
  return undefined
}

function takeUnquoted(scan: Scan, character: string): string | undefined {
  const wrong = refusedUnquoted(scan, character)
  if (wrong !== undefined) return wrong
  const last = scan.last
  scan.last = character
  if (character === '<' || character === '>') {
    endWord(scan)
    scan.redirected = true
  } else if (character === '&' && last === '>') {
    scan.redirected = true
  } else if (BETWEEN.test(character)) {
    endWord(scan)
    scan.redirected = false
    scan.commands.push([])
  } else if (BLANK.test(character)) {
    endWord(scan)
  } else {
    takeWord(scan, character)
  }
  return undefined
}

function refusedUnquoted({ started, last }: Scan, character: string): string | undefined {
  if (COMPOUND.test(character)) return `a template with arguments holds no bare \`${character}\``
  if (character === '#' && !started) return 'a template with arguments holds no comment'
  if (character === '<' && last === '<') return 'a template with arguments holds no `<<`'
  return isQuote(character) && last === '$'
    ? 'a template with arguments holds no `$` before a quote'
    : undefined
}

function takeWord(scan: Scan, character: string): void {
  scan.started = true
  if (isQuote(character)) {
    scan.quote = character
    scan.last = ''
  } else if (character !== '\\') {
    scan.text += character
  }
}

function isQuote(character: string): character is "'" | '"' {
  return character === "'" || character === '"'
}

function endWord(scan: Scan): void {
  if (!scan.started) return
  const { text, arguments: held, open, redirected } = scan
  scan.commands.at(-1)?.push({ text, arguments: held, open, redirected })
  scan.text = ''
  scan.arguments = []
  scan.open = false
  scan.started = false
  scan.redirected = false
}
