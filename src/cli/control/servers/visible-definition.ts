import { isObject, type Json, type JsonObject } from '../../../kernel/json.ts'
import { isVisible, spellOut } from '../../../kernel/visible-text.ts'

/** Characters of one text that are shown. */
const MOST_TEXT = 8_000
const MOST_HIDDEN = 100

/** A definition for those who judge it: no text in it hides anything. */
export interface VisibleDefinition {
  readonly definition: JsonObject
  /** JSON Pointers of texts, and of names of members, in which something was invisible. */
  readonly hidden: readonly string[]
}

/** Spells out what is invisible in all texts of a definition. */
export function visibleDefinition(definition: JsonObject): VisibleDefinition {
  const hidden: string[] = []
  const note = (text: string, pointer: string): string => {
    if (!isVisible(plain(text)) && hidden.length < MOST_HIDDEN) hidden.push(pointer)
    return text
      .split('\n')
      .map(spell)
      .join('\n')
      .slice(0, 2 * MOST_TEXT)
  }
  const show = (value: Json, pointer: string): Json => {
    if (typeof value === 'string') return note(value, pointer)
    if (Array.isArray(value)) return value.map((one, index) => show(one, `${pointer}/${index}`))
    if (!isObject(value)) return value
    const members = Object.entries(value).map(([name, inner]) => {
      const at = `${pointer}/${spell(name)}`
      return [note(name, at), show(inner ?? null, at)] as const
    })
    return Object.fromEntries(members)
  }
  return { definition: show(definition, '') as JsonObject, hidden }
}

function spell(text: string): string {
  return spellOut(text.replaceAll('\t', '  ').replace(/\r$/, ''), MOST_TEXT)
}

/** Texts have lines: what ends them hides nothing. */
function plain(text: string): string {
  return text.replaceAll(/[\n\t]|\r\n/g, ' ')
}
