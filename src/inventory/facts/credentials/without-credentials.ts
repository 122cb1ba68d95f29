import type { ConfiguredServer } from '../../../kernel/inventory.ts'
import type { FindSecrets } from '../find-secrets.ts'
import { type LocatedCredential, locateCredentials } from './locate.ts'

/** What stands where a credential was. */
export const WITHHELD = '[credential]'

/**
 * The same entry without the values of its credentials: everything that is said about a server is said from this
 * one, so that no statement can hold a value.
 */
export function withoutCredentials(server: ConfiguredServer, find: FindSecrets): ConfiguredServer {
  const located = locateCredentials(server, find)
  if (located.length === 0) return server
  const byPart = Map.groupBy(located, ({ part }) => JSON.stringify(part))
  const clean = (text: string, ...part: readonly (string | number)[]): string =>
    cut(text, byPart.get(JSON.stringify(part)) ?? [])
  const members = (all: Readonly<Record<string, string>>, key: string): Record<string, string> =>
    Object.fromEntries(Object.entries(all).map(([name, text]) => [name, clean(text, key, name)]))
  const { transport } = server
  if (transport.kind !== 'stdio') {
    const headers = members(transport.headers, 'headers')
    return { ...server, transport: { ...transport, url: clean(transport.url, 'url'), headers } }
  }
  return {
    ...server,
    transport: {
      ...transport,
      command: clean(transport.command, 'command'),
      args: transport.args.map((text, at) => clean(text, 'args', at)),
      env: members(transport.env, 'env'),
    },
  }
}

function cut(text: string, located: readonly LocatedCredential[]): string {
  let [left, from] = ['', 0]
  for (const { start, end } of located) {
    left += text.slice(from, start) + WITHHELD
    from = end
  }
  return left + text.slice(from)
}
