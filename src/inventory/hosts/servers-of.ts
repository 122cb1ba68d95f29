import type { ConfigProblem, ConfigScope, ConfiguredServer } from '../../kernel/inventory.ts'
import type { Holder } from './host.ts'
import type { PlacedFile } from './places.ts'
import { readEntry } from './read-entry.ts'

/** The servers of a document, and what is wrong with entries of it. */
export interface FoundServers {
  readonly servers: readonly ConfiguredServer[]
  readonly problems: readonly ConfigProblem[]
}

/** More entries than this are not read: nobody has them, and each is worked on. */
const MAX_SERVERS = 2000

type Path = readonly (string | number)[]

interface Found {
  readonly at: Path
  readonly name: string
  readonly entry: unknown
  readonly scope: ConfigScope
  readonly project?: string
}

/** Reads the servers out of the value of a file that was parsed. Pure; never throws. */
export function serversOf(placed: PlacedFile, path: string, value: unknown): FoundServers {
  const servers: ConfiguredServer[] = []
  const problems: ConfigProblem[] = []
  const names = new Set<string>()
  const report = (kind: ConfigProblem['kind'], at: Path, message: string): void => {
    problems.push({ file: path, kind, at, message })
  }
  const entries = foundIn(placed, value, (at, message) => report('entry_malformed', at, message))
  if (entries.length > MAX_SERVERS)
    report('entry_malformed', [], `only the first ${MAX_SERVERS} servers are read`)
  for (const { at, name, entry, scope, project } of entries.slice(0, MAX_SERVERS)) {
    const read = readEntry(entry, placed.host.shape)
    if (read.kind === 'malformed') report('entry_malformed', at, read.message)
    if (read.kind !== 'server') continue
    if (read.problem !== undefined) report('entry_malformed', at, read.problem)
    const where = JSON.stringify([scope, project, name])
    if (names.has(where)) report('duplicate_name', at, 'two servers have this name')
    names.add(where)
    servers.push({
      name,
      host: placed.host.id,
      scope,
      file: path,
      at,
      ...(project === undefined ? {} : { project }),
      ...read.server,
    })
  }
  return { servers, problems }
}

type Report = (at: Path, message: string) => void

function foundIn(
  { host, file, project }: PlacedFile,
  value: unknown,
  report: Report,
): readonly Found[] {
  const holders = file.holders ?? host.shape.holders
  const base = { scope: file.scope, ...(project === undefined ? {} : { project }) }
  const found = holders
    .filter(({ keys }) => keys.length > 0)
    .flatMap((holder) => walk(value, holder, base, report))
  // Servers that stand at the top do so only where no holder is around them.
  const isBare = found.length === 0 && holders.some(({ keys }) => keys.length === 0)
  return isBare && looksBare(value) ? inHolder(value, [], base, report) : found
}

function walk(
  value: unknown,
  holder: Holder,
  base: Pick<Found, 'scope' | 'project'>,
  report: Report,
): readonly Found[] {
  let places: readonly { readonly at: Path; readonly value: unknown; readonly project?: string }[] =
    [{ at: [], value }]
  for (const key of holder.keys)
    places = places.flatMap((place) => {
      if (!isMap(place.value)) return []
      const keys = key === '*' ? Object.keys(place.value) : [key]
      return keys
        .filter((name) => Object.hasOwn(place.value as object, name))
        .map((name) => ({
          ...place,
          at: [...place.at, name],
          value: (place.value as Readonly<Record<string, unknown>>)[name],
          ...(key === '*' ? { project: name } : {}),
        }))
    })
  return places.flatMap((place) => {
    const scope = holder.scope ?? base.scope
    const project = place.project ?? base.project
    const found = { scope, ...(project === undefined ? {} : { project }) }
    if (holder.isSingle)
      return [{ ...found, at: place.at, name: topName(value), entry: place.value }]
    return inHolder(place.value, place.at, found, report)
  })
}

function inHolder(
  value: unknown,
  at: Path,
  base: Pick<Found, 'scope' | 'project'>,
  report: Report,
): readonly Found[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value))
    return value.flatMap((entry: unknown, index) => {
      const name = isMap(entry) ? entry['name'] : undefined
      if (typeof name === 'string') return [{ ...base, at: [...at, index], name, entry }]
      report([...at, index], 'the entry has no name')
      return []
    })
  if (isMap(value))
    return Object.entries(value).map(([name, entry]) => ({
      ...base,
      at: [...at, name],
      name,
      entry,
    }))
  report(at, 'what should hold servers is no map')
  return []
}

function looksBare(value: unknown): boolean {
  return (
    isMap(value) &&
    Object.values(value).some((entry) => isMap(entry) && ('command' in entry || 'url' in entry))
  )
}

function topName(value: unknown): string {
  const name = isMap(value) ? value['name'] : undefined
  return typeof name === 'string' ? name : 'extension'
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
