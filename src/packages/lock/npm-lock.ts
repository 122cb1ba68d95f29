import { z } from 'zod'
import type { Lock, LockedPackage } from './lock.ts'

const names = z.record(z.string(), z.unknown()).optional()

const ENTRY = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  license: z.unknown().optional(),
  link: z.boolean().optional(),
  dev: z.boolean().optional(),
  optional: z.boolean().optional(),
  devOptional: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
})
type Entry = z.infer<typeof ENTRY>

const LOCK = z.object({
  lockfileVersion: z.union([z.literal(2), z.literal(3)]),
  packages: z.record(z.string().max(1024), ENTRY),
})

const FOLDER = 'node_modules/'

/** Reads a `package-lock.json`. @throws when it is none. */
export function readNpmLock(text: string): Lock {
  const entries = new Map(Object.entries(LOCK.parse(JSON.parse(text)).packages))
  const root = entries.get('')
  if (root === undefined) throw new Error('a lockfile has a root')
  const packages = new Map<string, LockedPackage>()
  for (const [place, entry] of entries)
    if (place !== '' && entry.link !== true) packages.set(place, locked(place, entry, entries))
  return { roots: needsOf('', root, entries), packages }
}

function locked(place: string, entry: Entry, entries: ReadonlyMap<string, Entry>): LockedPackage {
  const { version, integrity, resolved, license } = entry
  if (version === undefined) throw new Error(`\`${place}\` has no version`)
  if (place.startsWith('/') || place.split('/').includes('..'))
    throw new Error(`\`${place}\` lies elsewhere`)
  return {
    place,
    name: entry.name ?? place.slice(place.lastIndexOf(FOLDER) + FOLDER.length),
    version,
    // npm writes several with spaces between; the strongest counts, and any of that strength.
    integrity: integrity?.split(' ').filter((one) => one !== '') ?? [],
    resolved,
    license: typeof license === 'string' ? license : undefined,
    optional: entry.optional === true || entry.devOptional === true,
    dev: entry.dev === true,
    scripted: entry.hasInstallScript === true,
    needs: needsOf(place, entry, entries),
  }
}

function needsOf(place: string, entry: Entry, entries: ReadonlyMap<string, Entry>): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = entry
  const wanted = { ...dependencies, ...optionalDependencies, ...peerDependencies }
  const found = Object.keys(wanted).flatMap((name) => lookUp(place, name, entries) ?? [])
  return [...new Set(found)].sort()
}

/** Where Node finds a package from a place: in its own folder, then in those above. */
function lookUp(
  place: string,
  name: string,
  entries: ReadonlyMap<string, Entry>,
): string | undefined {
  for (let at = place; ; ) {
    const candidate = at === '' ? `${FOLDER}${name}` : `${at}/${FOLDER}${name}`
    const entry = entries.get(candidate)
    if (entry !== undefined) return entry.link === true ? entry.resolved : candidate
    if (at === '') return undefined
    const above = at.lastIndexOf(`/${FOLDER}`)
    at = above === -1 ? '' : at.slice(0, above)
  }
}
