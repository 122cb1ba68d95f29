import { domainToASCII } from 'node:url'
import { type Html, html } from './html.ts'

/** What draws nothing, changes the direction of what follows, or has no agreed look. */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/u
/** Spaces that are not the one of the keyboard. */
const SPACE = /\p{Zs}/u
const MARK = /\p{M}/u
/** Marks that one letter of any living script may need. */
const MAX_MARKS = 3

/**
 * A text of somebody else as people may see it: everything invisible, and what turns the direction of
 * writing, is spelled out as `[U+202E]`; marks are not piled up; at most `max` characters of it, counted
 * before they are spelled out.
 */
export function plain(text: string, max: number): string {
  let marks = 0
  let seen = 0
  let shown = ''
  for (const char of text) {
    seen += 1
    if (seen > max) return `${shown.trimEnd()}…`
    marks = MARK.test(char) ? marks + 1 : 0
    shown += shownAs(char, marks)
  }
  return shown
}

function shownAs(char: string, marks: number): string {
  if (HIDDEN.test(char) || marks > MAX_MARKS) {
    const code = char.codePointAt(0) ?? 0
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`
  }
  return SPACE.test(char) ? ' ' : char
}

/** A short text of somebody else, kept from mixing with the words around it. */
export function said(text: string, max = 64): Html {
  return html`<bdi>${plain(text, max)}</bdi>`
}

/** An identifier or address of somebody else, character by character. */
export function literal(text: string, max = 2048): Html {
  return html`<bdi class="literal" dir="ltr">${plain(text, max)}</bdi>`
}

/** A host as the network knows it: letters of other scripts in their ASCII form (RFC 5891). */
export function hostText(host: string): string {
  if (/^[\x21-\x7e]*$/.test(host)) return plain(host.toLowerCase(), 255)
  const ascii = domainToASCII(host)
  return ascii === '' ? plain(host, 255) : ascii
}
