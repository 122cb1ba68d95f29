import { CommandError } from '../command-error.ts'
import { type Diff, itemName, type Version, versionName } from '../definition-text.ts'
import { printable } from '../terminal.ts'
import type { AdminClient } from './admin-client.ts'

type Ask = AdminClient['ask']

interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/** Pages of a list at most. */
const MAX_PAGES = 500

/** All items of a list, page by page. */
export async function allOf<T>(
  ask: Ask,
  id: string,
  query: Readonly<Record<string, unknown>>,
): Promise<readonly T[]> {
  const all: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, next } = await ask<Page<T>>(id, { ...query, limit: 200, cursor })
    all.push(...items)
    cursor = next
    if (cursor === undefined) break
  }
  return all
}

/** Definitions of a server on which nobody has decided. */
export function waitingOf(ask: Ask, server?: string): Promise<readonly Version[]> {
  return allOf<Version>(ask, 'definitions.list', { server, status: 'quarantined' })
}

export function diffOf(ask: Ask, { server, kind, digest, name }: Version): Promise<Diff> {
  return ask<Diff>('definitions.show', { server, kind, digest, name })
}

/**
 * Whether a text of the command line names a version: `name`, `kind/name`, each with `@digest` or not, or the
 * beginning of the digest alone, which no shell takes for anything else.
 */
export function isNamed(version: Version, text: string): boolean {
  const { name, shownName, kind, digest } = version
  const names = [itemName(version), shownName, `${kind}/${name}`].filter((one) => one !== '')
  if (names.includes(text)) return true
  if (isPrefix(text) && digest.startsWith(text)) return true
  const at = text.lastIndexOf('@')
  const prefix = text.slice(at + 1)
  return (
    at > 0 && isPrefix(prefix) && digest.startsWith(prefix) && names.includes(text.slice(0, at))
  )
}

/** Whether a text can be the beginning of a digest: short ones are hit by chance. */
export function isPrefix(text: string): boolean {
  return /^[0-9a-f]{8,64}$/.test(text)
}

/**
 * The one version that a text names.
 *
 * @throws {CommandError} `usage` for none and for several: between a look and a decision the server may have
 *   come with another one, and nobody decides on what they have not seen.
 */
export function theOne(versions: readonly Version[], text: string, server: string): Version {
  const named = versions.filter((version) => isNamed(version, text))
  const [only, ...others] = named
  const said = printable(text.slice(0, 200))
  if (only === undefined)
    throw new CommandError(`nothing that is called \`${said}\` waits`, {
      exit: 'usage',
      fix: `\`bailiwick servers diff ${server}\` shows what waits`,
    })
  if (others.length > 0)
    throw new CommandError(`\`${said}\` names ${named.length} definitions`, {
      exit: 'usage',
      fix: `look at them, and name one: ${named.slice(0, 5).map(labelled).join(', ')}`,
    })
  return only
}

function labelled(version: Version): string {
  return `\`${printable(`${version.name === '' ? '' : `${version.kind}/`}${versionName(version)}`)}\``
}
