/** Filters of a page, as they stand in its address. */
export type Search = Readonly<Record<string, string>>

/** Reads a query. The last of several equal names counts. */
export function searchOf(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text))
}

/** Writes a query; what is empty is left out. */
export function searchText(search: Readonly<Record<string, unknown>>): string {
  const there = Object.entries(search).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, value] as [string, string]] : [],
  )
  const query = new URLSearchParams(there).toString()
  return query === '' ? '' : `?${query}`
}
