import { invalid } from '../operation.ts'

const DEFAULT_LIMIT = 50

/** A page of a list that goes down by number. */
export async function pageByNumber<T, V>(
  {
    limit = DEFAULT_LIMIT,
    cursor,
  }: { readonly limit?: number | undefined; readonly cursor?: string | undefined },
  numberOf: (item: T) => number,
  list: (part: { readonly limit: number; readonly before?: number }) => Promise<readonly T[]>,
  show: (item: T) => V,
): Promise<{ items: V[]; next?: string }> {
  if (cursor !== undefined && !/^\d{1,9}$/.test(cursor))
    throw invalid('`cursor` is not one of this list')
  const before = cursor === undefined ? {} : { before: Number(cursor) }
  const found = await list({ limit: limit + 1, ...before })
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  const items = shown.map(show)
  return found.length > limit && last !== undefined
    ? { items, next: String(numberOf(last)) }
    : { items }
}
