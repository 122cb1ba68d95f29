import type { Tool } from './server-state.ts'

const SPELLED = /\[U\+([0-9A-F]{4,6})\]/g
const LAST = 0x10ffff

/**
 * A text in which the gateway spelled out what is invisible (`[U+202E]`), with the characters themselves
 * again, for components that mark them.
 */
export function withUnseen(text: string): string {
  return text.replaceAll(SPELLED, (written, digits: string) => {
    const code = Number.parseInt(digits, 16)
    return code > LAST ? written : String.fromCodePoint(code)
  })
}

/**
 * The definition of a tool as its server gave it: in texts that are said to hide something, and nowhere
 * else, what was spelled out is the character again.
 */
export function definitionOf({
  definition,
  hidden,
}: Pick<Tool, 'definition' | 'hidden'>): Tool['definition'] {
  const places = new Set(hidden)
  const restore = (value: unknown, pointer: string): unknown => {
    if (typeof value === 'string') return places.has(pointer) ? withUnseen(value) : value
    if (Array.isArray(value)) return value.map((one, index) => restore(one, `${pointer}/${index}`))
    if (typeof value !== 'object' || value === null) return value
    const members = Object.entries(value).map(([name, inner]) => {
      const at = `${pointer}/${name}`
      return [places.has(at) ? withUnseen(name) : name, restore(inner, at)] as const
    })
    return Object.fromEntries(members)
  }
  return restore(definition, '') as Tool['definition']
}
