const SEPARATOR = '__'
const MAX_NAME = 128

/** A server's name as configured: no underscore, so the first `__` ends it. */
const SERVER = /^[a-z0-9][a-z0-9-]*$/

/**
 * The name that a tool or prompt has where all servers are served together: `server__name`. Two
 * different pairs never share one. Undefined when no such name exists: it would be longer than 128
 * characters (2025-11-25, server/tools, "Tool Names"), or the server's name could not be told apart.
 */
export function joinName(server: string, name: string): string | undefined {
  const joined = `${server}${SEPARATOR}${name}`
  return SERVER.test(server) && name !== '' && joined.length <= MAX_NAME ? joined : undefined
}

/** The server and the name that {@link joinName} joined; undefined for what it never makes. */
export function splitName(
  joined: string,
): { readonly server: string; readonly name: string } | undefined {
  const at = joined.indexOf(SEPARATOR)
  if (at < 0) return undefined
  const [server, name] = [joined.slice(0, at), joined.slice(at + SEPARATOR.length)]
  return joinName(server, name) === joined ? { server, name } : undefined
}
