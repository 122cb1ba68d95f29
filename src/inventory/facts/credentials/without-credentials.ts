import type { ConfiguredServer } from '../../../kernel/inventory.ts'
import type { FindSecrets } from '../find-secrets.ts'
import { LONGEST_TEXT, type LocatedCredential, locateCredentials } from './locate.ts'

/** What stands where a credential was. */
export const WITHHELD = '[credential]'

/**
 * The same entry without the values of its credentials: everything that is said about a server is said from this
 * one, so that no statement can hold a value. What was too long to be looked at is left out.
 */
export function withoutCredentials(server: ConfiguredServer, find: FindSecrets): ConfiguredServer {
  const located = locateCredentials(server, find)
  const values = valuesOf(located)
  const byPart = Map.groupBy(located, ({ part }) => JSON.stringify(part))
  const clean = (text: string, ...part: readonly (string | number)[]): string =>
    everywhere(cut(text.slice(0, LONGEST_TEXT), byPart.get(JSON.stringify(part)) ?? []), values)
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

/** Shorter ones are words of other texts as well. */
const LEAST = 6
const MOST_VALUES = 256

function valuesOf(located: readonly LocatedCredential[]): readonly string[] {
  const values = new Set(located.map(({ value }) => value).filter((one) => one.length >= LEAST))
  return [...values].toSorted((a, b) => b.length - a.length).slice(0, MOST_VALUES)
}

/** A value that was found in one place is taken out where no rule saw it, too. */
function everywhere(text: string, values: readonly string[]): string {
  return values.reduce((left, value) => left.replaceAll(value, () => WITHHELD), text)
}
