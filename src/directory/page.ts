import { invalid } from './names.ts'

const MAX_LIMIT = 200
const DEFAULT_LIMIT = 50
const MAX_CURSOR = 1_000

/** Which part of a list. */
export interface PageRequest {
  /** 1 to 200; 50 if absent. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly cursor?: string
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Absent on the last page. */
  readonly next?: string
}

/** Where a list goes on: after this row, in the order of the list. */
export type Position = readonly [number | string, string]

/** @throws GatewayError `params_invalid` */
export function limitOf({ limit = DEFAULT_LIMIT }: PageRequest): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw invalid(`\`limit\` is a number from 1 to ${MAX_LIMIT}`)
  return limit
}

/** @throws GatewayError `params_invalid` for a cursor that was not ours, or of another list. */
export function positionOf<K extends 'number' | 'string'>(
  { cursor }: PageRequest,
  first: K,
): readonly [K extends 'number' ? number : string, string] | undefined {
  if (cursor === undefined) return undefined
  try {
    const read: unknown =
      cursor.length > MAX_CURSOR
        ? undefined
        : JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(read) && read.length === 2) {
      const [major, id]: readonly unknown[] = read
      // Text with a zero character would be an error of the database.
      const plain = [major, id].every((part) => typeof part !== 'string' || !part.includes('\0'))
      const kept = typeof major !== 'number' || Number.isSafeInteger(major)
      if (plain && kept && typeof id === 'string' && typeof major === first)
        return [major as never, id]
    }
  } catch {}
  throw invalid('`cursor` is not one of this list')
}

/** Makes a page of rows of which one more was asked for than fits. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => Position,
  item: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const items = shown.map(item)
  if (rows.length <= limit || last === undefined) return { items }
  return { items, next: Buffer.from(JSON.stringify(position(last))).toString('base64url') }
}
