/** What is sent to ask for an operation. */
export interface RequestLine {
  readonly method: string
  /** Path and query below the root of the API. */
  readonly path: string
  readonly body: string | undefined
}

type Members = Readonly<Record<string, unknown>>

/**
 * Places the members of an input: those that the path names stand there, the others in the query of a
 * GET or DELETE, or in the body. Members that are undefined are left out.
 *
 * @throws Error for a member of the path that is missing.
 */
export function requestLine(
  [method, pattern]: readonly [method: string, path: string],
  input: Members,
): RequestLine {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name)
    if (typeof value !== 'string' || value === '') throw new Error(`\`${name}\` is missing`)
    rest.delete(name)
    return encodeURIComponent(value)
  })
  if (method !== 'GET' && method !== 'DELETE')
    return { method, path, body: JSON.stringify(Object.fromEntries(rest)) }
  const query = new URLSearchParams([...rest].map(([name, value]) => [name, String(value)]))
  return { method, path: query.size === 0 ? path : `${path}?${query}`, body: undefined }
}
