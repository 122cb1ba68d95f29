import type { DocumentPath } from './document.ts'
import type { PlacedItem } from './toml-tree.ts'

/** A key as TOML writes it. */
export function keyOf(key: string | number): string {
  return /^[\w-]+$/.test(String(key)) ? String(key) : textOf(String(key))
}

/** A value on one line. Throws on what TOML has no word for. */
export function inlineToml(value: unknown): string {
  if (typeof value === 'string') return textOf(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map(inlineToml).join(', ')}]`
  if (typeof value !== 'object' || value === null) throw new TypeError('TOML has no such value')
  const pairs = Object.entries(value).map(([key, item]) => `${keyOf(key)} = ${inlineToml(item)}`)
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}

/** A header, and a line for each key. */
export function tableLines(
  header: string,
  value: Readonly<Record<string, unknown>>,
  eol: string,
): string {
  const lines = Object.entries(value).map(([key, item]) => `${keyOf(key)} = ${inlineToml(item)}`)
  return [header, ...lines].join(eol)
}

/** The header of the table at a path: as it was written, where it was. */
export function headerOf(text: string, item: PlacedItem | undefined, at: DocumentPath): string {
  if (item !== undefined && item.path.length === at.length) return text.slice(item.start, item.end)
  const keys = at.filter((key) => typeof key === 'string')
  const header = keys.map(keyOf).join('.')
  return typeof at.at(-1) === 'number' ? `[[${header}]]` : `[${header}]`
}

/** JSON writes texts as TOML does, but for one sign. */
function textOf(value: string): string {
  return JSON.stringify(value).replaceAll('\u007f', '\\u007f')
}
