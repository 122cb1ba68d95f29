import { canonicalJson } from '../../kernel/canonical-json.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { InstalledPackage } from '../../kernel/packages.ts'
import { type Lock, type LockedPackage, readLock } from '../lock/lock.ts'
import { purlOf } from '../purl.ts'
import { componentOf, properties } from './component.ts'

/** What a bill of materials is made of. */
export interface SbomSource {
  readonly package: InstalledPackage
  /** Text of its lockfile. */
  readonly lock: string
  /** Milliseconds since the epoch: the time that the bill bears. */
  readonly at: number
  /** Version of the product, which made it. */
  readonly tool: string
}

/**
 * The bill of materials of a server's program (CycloneDX 1.6, ECMA-424): every package that its lockfile
 * pins, with hashes, licences and who needs whom. The same source gives the same bytes.
 *
 * @throws GatewayError as `readLock` does.
 */
export function sbomOf(source: SbomSource): JsonObject {
  const installed = source.package
  const lock = readLock(installed.ecosystem, source.lock)
  const own = ownPlace(installed, lock)
  const refs = refsOf(installed, lock, own)
  const content = {
    metadata: {
      timestamp: new Date(source.at).toISOString(),
      tools: { components: [{ type: 'application', name: 'bailiwick', version: source.tool }] },
      component: subject(installed, lock.packages.get(own ?? ''), refOf(installed)),
    },
    components: components(installed, lock, refs),
    dependencies: dependencies(installed, lock, refs, own),
  }
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(content)}`,
    version: 1,
    ...content,
  }
}

/** Reference in the bill by place in the lockfile; copies of one archive are one component. */
type Refs = ReadonlyMap<string, string>

function refOf({ ecosystem, name, version }: InstalledPackage): string {
  return purlOf(ecosystem, name, version)
}

function ownPlace({ ecosystem, name, version }: InstalledPackage, lock: Lock): string | undefined {
  const purl = purlOf(ecosystem, name, version)
  return lock.roots.find((place) => {
    const found = lock.packages.get(place)
    return found !== undefined && purlOf(ecosystem, found.name, found.version) === purl
  })
}

function refsOf(installed: InstalledPackage, lock: Lock, own: string | undefined): Refs {
  const { ecosystem } = installed
  const refs = new Map<string, string>()
  const archives = new Map<string, string>()
  const taken = new Set([refOf(installed)])
  for (const [place, { name, version, integrity }] of sorted(lock)) {
    const purl = purlOf(ecosystem, name, version)
    const archive = `${purl} ${integrity.join(' ')}`
    const known = place === own ? refOf(installed) : archives.get(archive)
    const ref = known ?? free(purl, taken)
    taken.add(ref)
    archives.set(archive, ref)
    refs.set(place, ref)
  }
  return refs
}

function free(purl: string, taken: ReadonlySet<string>): string {
  for (let copy = 1; ; copy += 1) {
    const ref = copy === 1 ? purl : `${purl}#${copy}`
    if (!taken.has(ref)) return ref
  }
}

function components(installed: InstalledPackage, lock: Lock, refs: Refs): readonly JsonObject[] {
  const made = new Map<string, JsonObject>()
  for (const [place, locked] of sorted(lock)) {
    const ref = refs.get(place) ?? ''
    if (ref === refOf(installed) || made.has(ref)) continue
    made.set(ref, componentOf(installed.ecosystem, locked, ref))
  }
  return [...made.values()]
}

function dependencies(
  installed: InstalledPackage,
  lock: Lock,
  refs: Refs,
  own: string | undefined,
): readonly JsonObject[] {
  const needs = new Map<string, Set<string>>([[refOf(installed), new Set()]])
  const add = (ref: string, places: readonly string[]): void => {
    const all = needs.get(ref) ?? new Set<string>()
    for (const place of places) {
      const needed = refs.get(place)
      if (needed !== undefined && needed !== ref) all.add(needed)
    }
    needs.set(ref, all)
  }
  // A lockfile that does not say which of its roots the program is still needs all of them.
  if (own === undefined) add(refOf(installed), lock.roots)
  for (const [place, locked] of sorted(lock)) add(refs.get(place) ?? '', locked.needs)
  return [...needs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn].sort() }))
}

function subject(
  installed: InstalledPackage,
  locked: LockedPackage | undefined,
  ref: string,
): JsonObject {
  const { ecosystem, name, version, integrity, provenance, server } = installed
  const plain = {
    ...{ name, version, integrity: integrity.split(' '), place: '', needs: [] },
    ...{ resolved: locked?.resolved, license: locked?.license, scripted: false },
    ...{ optional: false, dev: false },
  }
  const { scope: _, ...component } = componentOf(ecosystem, plain, ref)
  return {
    ...component,
    type: 'application',
    properties: properties([
      ['bailiwick:server', server],
      ['bailiwick:lock', installed.lock],
      ['bailiwick:tree', installed.tree],
      ['bailiwick:provenance', provenance.kind],
      ...(provenance.kind === 'verified'
        ? ([
            ['bailiwick:provenance:repository', provenance.repository],
            ['bailiwick:provenance:builder', provenance.builder],
          ] as const)
        : []),
      ...installed.scripted.map((scripted) => ['bailiwick:install-scripts', scripted] as const),
    ]),
  }
}

function sorted({ packages }: Lock): readonly (readonly [string, LockedPackage])[] {
  return [...packages].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** A UUID of the content (RFC 9562, 5.8: version 8). */
function uuidOf(content: Json): string {
  const hex = sha256(canonicalJson(content))
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
