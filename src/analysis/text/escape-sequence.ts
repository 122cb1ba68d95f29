import type { Judged } from './hidden-kind.ts'

/** What follows the introducer of a control sequence (ECMA-48, 5.4). Bounded, so that broken ones cost nothing. */
const PARAMETERS = /[0-?]{0,64}[ -/]{0,8}[@-~]/y
/** Colours and weights: what tools print all the time. */
const COLOUR = /^[0-9;:]*m$/
/** Concealed text is not among them; the eighth colour is. */
const CONCEALS = /(?:^|[;:])0?8[;:m]/
const NUMBERED = /[345]8[;:][25]/

/** A command string (ECMA-48, 5.6), such as a title or a link. */
const COMMAND = /[^\p{Cc}]{0,512}/uy
/** A sequence of two or three characters (ECMA-48, 5.3). */
const SHORT = /[ -/]{0,4}[0-~]/y

/** Introducers of one character (C1), by the last character of those of two. */
const C1: Readonly<Record<string, string>> = {
  '\u009b': '[',
  '\u009d': ']',
  '\u0090': 'P',
  '\u0098': 'X',
  '\u009e': '^',
  '\u009f': '_',
}

/** The control character at an offset, with the escape sequence that it begins. */
export function controlOf(text: string, at: number): Judged {
  const character = text.charAt(at)
  const escaped = character === '\u001b'
  const introducer = escaped ? text.charAt(at + 1) : (C1[character] ?? '')
  const sequence = sequenceOf(text, at + (escaped ? 2 : 1), introducer)
  if (sequence !== undefined)
    return { kind: 'ansi', certainty: sequence.certainty, length: sequence.end - at }
  const short = escaped ? take(SHORT, text, at + 1) : ''
  if (short !== '') return { kind: 'ansi', certainty: 'likely', length: 1 + short.length }
  // Vertical tabs and form feeds come from typesetting, C1 from a wrong encoding; others are no text.
  const honest = character === '\v' || character === '\f' || character > '\u007f'
  return { kind: 'control', certainty: honest ? 'hint' : 'likely', length: 1 }
}

function sequenceOf(text: string, from: number, introducer: string) {
  if (introducer === '[') {
    const parameters = take(PARAMETERS, text, from)
    if (parameters === '') return undefined
    const certainty = isColour(parameters) ? ('hint' as const) : ('proved' as const)
    return { certainty, end: from + parameters.length }
  }
  if (introducer === '' || !']PX^_'.includes(introducer)) return undefined
  const end = commandEnd(text, from)
  return end === 0 ? undefined : { certainty: 'proved' as const, end }
}

function isColour(parameters: string): boolean {
  return COLOUR.test(parameters) && (!CONCEALS.test(parameters) || NUMBERED.test(parameters))
}

/** Where a command string ends, its terminator included; 0 where it has none. */
function commandEnd(text: string, from: number): number {
  const end = from + take(COMMAND, text, from).length
  const terminator = text.charAt(end)
  if (terminator === '\u0007' || terminator === '\u009c') return end + 1
  return text.startsWith('\u001b\\', end) ? end + 2 : 0
}

function take(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}
