const NAME =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/**
 * Reads a pattern of hosts: a name stands for itself alone, a name after a dot for all hosts below
 * it and not for itself.
 *
 * @throws TypeError for anything else.
 */
export function hostPattern(pattern: string): (host: string) => boolean {
  const below = pattern.startsWith('.')
  const name = below ? pattern.slice(1) : pattern
  if (pattern.length > 254 || !NAME.test(name))
    throw new TypeError(`\`${pattern}\` is neither a host nor a dot and a domain, in lower case`)
  return below ? (host) => host.endsWith(pattern) && host !== pattern : (host) => host === name
}

/** Whether one of the patterns fits the host. */
export function hostMatcher(patterns: readonly string[]): (host: string) => boolean {
  const tests = patterns.map(hostPattern)
  return (host) => tests.some((test) => test(host))
}
