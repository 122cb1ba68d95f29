import type { DocumentEdit, DocumentPath } from './document.ts'

/** The value that a document shall have after edits. Throws where one cannot be. */
export function expectEdits(value: unknown, edits: readonly DocumentEdit[]): unknown {
  return edits.reduce<unknown>(
    (current, edit) =>
      'remove' in edit ? without(current, edit.at) : withValue(current, edit.at, edit.value),
    value,
  )
}

function withValue(whole: unknown, at: DocumentPath, value: unknown): unknown {
  const [key, ...rest] = at
  if (key === undefined) return JSON.parse(JSON.stringify(value))
  if (key === '__proto__') throw new TypeError('no such key')
  if (Array.isArray(whole)) {
    if (typeof key !== 'number' || key > whole.length) throw new TypeError('no such index')
    return [...whole.slice(0, key), withValue(whole[key], rest, value), ...whole.slice(key + 1)]
  }
  if (typeof whole === 'object' && whole !== null)
    return { ...whole, [key]: withValue(own(whole, key), rest, value) }
  if (whole !== undefined && whole !== null) throw new TypeError('no map')
  return { [key]: withValue(undefined, rest, value) }
}

function without(whole: unknown, at: DocumentPath): unknown {
  const [key, ...rest] = at
  if (key === undefined) throw new TypeError('the whole cannot be removed')
  if (Array.isArray(whole)) {
    if (typeof key !== 'number' || key >= whole.length) return whole
    if (rest.length === 0) return whole.toSpliced(key, 1)
    return whole.with(key, without(whole[key], rest))
  }
  if (typeof whole !== 'object' || whole === null || !Object.hasOwn(whole, key)) return whole
  const { [key]: below, ...others } = whole as Readonly<Record<string, unknown>>
  return rest.length === 0 ? others : { ...whole, [key]: without(below, rest) }
}

function own(map: object, key: string | number): unknown {
  return Object.hasOwn(map, key) ? (map as Readonly<Record<string, unknown>>)[key] : undefined
}
