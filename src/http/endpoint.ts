import type { Endpoint } from '../mcp/exchange.ts'

const ROOT = '/mcp'
const ALL: Endpoint = { kind: 'all' }

/** Names as they stand in a path: no escapes, so that a name has one spelling. */
const SERVER_PATH = /^\/mcp\/([A-Za-z0-9][A-Za-z0-9._-]{0,127})$/

/** The endpoint that a path names: `/mcp` or `/mcp/{server}`; undefined for every other path. */
export function endpointOf(path: string): Endpoint | undefined {
  if (path === ROOT) return ALL
  const server = SERVER_PATH.exec(path)?.[1]
  return server === undefined ? undefined : { kind: 'server', server }
}
