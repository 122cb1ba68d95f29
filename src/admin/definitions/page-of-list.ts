import { invalid } from '../operation.ts'

const DEFAULT_LIMIT = 50

/** A page of a list that is there as a whole; its next one begins after the last item of this. */
export function pageOfList<T>(
  items: readonly T[],
  { limit = DEFAULT_LIMIT, cursor }: { readonly limit?: number; readonly cursor?: string },
  keyOf: (item: T) => string,
): { readonly items: readonly T[]; readonly next?: string } {
  const after = cursor === undefined ? -1 : items.findIndex((item) => keyOf(item) === cursor)
  if (cursor !== undefined && after === -1)
    throw invalid('`cursor` is not one of this list, or what it names has gone: begin again')
  const page = items.slice(after + 1, after + 1 + limit)
  const last = page.at(-1)
  if (last === undefined || items.length <= after + 1 + limit) return { items: page }
  return { items: page, next: keyOf(last) }
}
