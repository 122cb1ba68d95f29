import type { Place } from '../../app/place.tsx'
import type { Search } from '../../app/search-text.ts'
import type { Version } from './words.ts'

/** What names one version of a definition. */
export type Named = Pick<Version, 'server' | 'kind' | 'name' | 'digest'>

/**
 * Where a version of a definition is shown. Its name stands among the filters, whole: it can be any text,
 * and as long as its server likes.
 */
export function itemPlace({ server, kind, name, digest }: Named, search: Search = {}): Place {
  const { name: _, ...rest } = search
  return {
    ...{ page: 'definitions', item: 'all', part: `${server}.${kind}.${digest}` },
    search: name === '' ? rest : { ...rest, name },
  }
}

const PART = /^(?<server>.+)\.(?<kind>[a-zA-Z]+)\.(?<digest>[0-9a-f]{64})$/

/** The version that an address names; undefined where it names none. */
export function namedBy(part: string, search: Search): Named | undefined {
  const { server, kind, digest } = PART.exec(part)?.groups ?? {}
  if (server === undefined || kind === undefined || digest === undefined) return undefined
  return { server, kind: kind as Named['kind'], digest, name: search['name'] ?? '' }
}
