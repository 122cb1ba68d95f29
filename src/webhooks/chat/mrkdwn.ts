import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { isVisible, spellOut } from '../../kernel/visible-text.ts'

const MARKS = /\p{M}/gu
const OTHER_SPACE = /\p{Zs}/u

/** The three characters that begin links, mentions and entities in the markup of chats. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/**
 * A text of others inside a line, as code: nothing in it formats, links or mentions, and what cannot be
 * seen is spelled out. At most `most` characters of it.
 */
export function code(text: string, most = 200): string {
  const shown = spellOut(text, most).replaceAll('`', '[U+0060]').trim()
  return shown === '' ? '–' : `\`${escaped(shown)}\``
}

/**
 * Everything that an object holds, as a block of code: JSON with sorted members, in which every character
 * that could end the block, hide, or look like another is written as its escape. Undefined when it is
 * longer than `most` characters: there is no shortened form.
 */
export function wholeJson(value: JsonObject, most: number): string | undefined {
  const canonical = canonicalJson(value)
  if (canonical.length > most) return undefined
  const pretty = JSON.stringify(JSON.parse(canonical), undefined, 2)
  const plain = pretty.split('\n').map(plainLine).join('\n')
  const block = `\`\`\`\n${escaped(plain)}\n\`\`\``
  return block.length > most ? undefined : block
}

function plainLine(line: string): string {
  const shown = [...line].map((character) =>
    isPlain(character) ? character : jsonEscape(character),
  )
  const whole = shown.join('')
  return isVisible(whole) ? whole : whole.replace(MARKS, jsonEscape)
}

function isPlain(character: string): boolean {
  if (character === ' ') return true
  return character !== '`' && isVisible(character) && !OTHER_SPACE.test(character)
}

function jsonEscape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('')
}
