/**
 * What draws nothing, makes text read otherwise than it stands (bidirectional controls), breaks lines, or
 * has no agreed look.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc]/u
const ALL_UNSEEN = new RegExp(UNSEEN, 'gu')
const SPACES = /[\p{Z}\s]/gu
/** A space that is not the one of the keyboard. */
const OTHER_SPACE = /\p{Zs}/u
const MARK = /\p{M}/u
/** Marks that one letter of any living script may need. More of them cover the lines above and below. */
const MAX_MARKS = 3
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu

/** Whether people see all of a text as it stands: nothing invisible, nothing turned round, no piled marks. */
export function isVisible(text: string): boolean {
  return !UNSEEN.test(text) && text.search(PILED_MARKS) === -1
}

/**
 * A text of others as a name: one line in NFC, one space at a time, without what nobody sees, at most
 * `most` characters. May become empty; a clean text stays as it is.
 */
export function cleanText(text: string, most: number): string {
  // Cut before the work, so that its cost is bounded; and after, since composition changes lengths.
  const clean = text
    .slice(0, 8 * most)
    .replace(SPACES, ' ')
    .replace(ALL_UNSEEN, '')
    .replace(/ +/g, ' ')
    .normalize('NFC')
    .replace(PILED_MARKS, '$1')
    .trim()
  return [...clean].slice(0, most).join('').trim()
}

/**
 * A text of others with everything unseen spelled out as `[U+202E]`, for those who have to judge it. At
 * most `most` characters of it, counted before they are spelled out; `…` says that there is more.
 */
export function spellOut(text: string, most: number): string {
  let marks = 0
  let seen = 0
  let shown = ''
  for (const character of text) {
    seen += 1
    if (seen > most) return `${shown.trimEnd()}…`
    marks = MARK.test(character) ? marks + 1 : 0
    shown += spelled(character, marks)
  }
  return shown
}

function spelled(character: string, marks: number): string {
  if (UNSEEN.test(character) || marks > MAX_MARKS) {
    const code = character.codePointAt(0) ?? 0
    return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`
  }
  return OTHER_SPACE.test(character) ? ' ' : character
}
