/** Where a client connects to. */
export type Target =
  | { readonly kind: 'http'; readonly url: string; readonly token?: string }
  | { readonly kind: 'sse'; readonly url: string }
  | { readonly kind: 'stdio'; readonly command: string; readonly args: readonly string[] }

/** HTTP headers for a target that wants a token. */
export function headersFor(target: Target): Record<string, string> {
  const token = target.kind === 'http' ? target.token : undefined
  return token === undefined ? {} : { Authorization: `Bearer ${token}` }
}
