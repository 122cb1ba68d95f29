import { unescaped } from './escapes.ts'

/** What begins something else than a plain scalar. */
const INDICATOR = /^(?:[-?:](?:\s|$)|[,[\]{}#&*!|>'"%@`])/
/** Read as something else than a string when they are not quoted. */
const TYPED =
  /^(?:~|null|true|false|yes|no|on|off|y|n|[-+.]?\d[\d.,:_TZeE+ -]{0,40}|0x[\da-f]{1,40}|[-+]?\.(?:inf|nan))?$/i

/** Whether nobody who knows YAML writes this string without quotes, in one line. */
export function needsQuotes(text: string): boolean {
  return TYPED.test(text) || !isPlain(text) || text.includes('\n')
}

/** Whether a text can stand without quotes (YAML 1.2 §7.3.3, for block context). */
export function isPlain(text: string): boolean {
  if (INDICATOR.test(text) || text !== text.trim()) return false
  return !(text.includes(': ') || text.includes(' #') || text.endsWith(':') || text.includes('\t'))
}

/** Joins the lines of a scalar: a break is a space, breaks after it stay (YAML 1.2 §6.5). */
export function fold(lines: readonly string[]): string {
  let text = ''
  let isFresh = true
  for (const line of lines) {
    if (line === '') {
      text += '\n'
      isFresh = true
    } else {
      text += isFresh ? line : ` ${line}`
      isFresh = false
    }
  }
  return text
}

/** The lines between double quotes: an escaped break joins without a space (YAML 1.2 §7.3.1). */
export function foldEscaped(lines: readonly string[]): string {
  let text = ''
  let glue = ''
  for (const line of lines) {
    if (line === '') {
      text += '\n'
      glue = ''
      continue
    }
    const open = endsEscaped(line)
    text += glue + (open ? line.slice(0, -1) : line)
    glue = open ? '' : ' '
  }
  return unescaped(text)
}

function endsEscaped(line: string): boolean {
  let from = line.length
  while (line.charAt(from - 1) === '\\') from -= 1
  return (line.length - from) % 2 === 1
}

/** Where a quoted scalar that opened earlier ends in a line: the index of its closing quote, or -1. */
export function closing(line: string, quote: string, from: number): number {
  for (let at = from; at < line.length; at += 1) {
    const sign = line.charAt(at)
    if (sign === '\\' && quote === '"') at += 1
    else if (sign === quote) {
      if (quote !== "'" || line.charAt(at + 1) !== "'") return at
      at += 1
    }
  }
  return -1
}
