import { canonicalJson } from '../../../kernel/canonical-json.ts'
import { sha256 } from '../../../kernel/hash.ts'
import type { Json, JsonObject } from '../../../kernel/json.ts'
import { WITHHELD } from '../credentials/without-credentials.ts'
import type { ServerFacts } from '../facts.ts'
import { purlOf } from './purl.ts'

export interface CycloneDxOptions {
  /** The version of this program. */
  readonly version: string
  readonly specVersion: '1.6' | '1.7'
  /** Milliseconds since the epoch: the time that the bill bears. */
  readonly at: number
}

/**
 * Servers that hosts use as a bill of materials (CycloneDX 1.6 and 1.7, ECMA-424): a service for each, a component
 * for each package that is fetched, and which needs which. The same facts give the same bytes.
 */
export function inventoryBom(
  servers: readonly ServerFacts[],
  { version, specVersion, at }: CycloneDxOptions,
): JsonObject {
  const services = new Map(servers.map((facts) => [refOf(facts), facts]))
  const sorted = [...services].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const content = {
    metadata: {
      timestamp: new Date(at).toISOString(),
      tools: { components: [{ type: 'application', name: 'bailiwick', version }] },
    },
    components: components(servers),
    services: sorted.map(([ref, facts]) => serviceOf(ref, facts)),
    dependencies: sorted.map(([ref, facts]) => dependency(ref, facts)),
  }
  return {
    $schema: `http://cyclonedx.org/schema/bom-${specVersion}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion,
    serialNumber: `urn:uuid:${uuidOf(content)}`,
    version: 1,
    ...content,
  }
}

function refOf({ file, at }: ServerFacts): string {
  return `server:${sha256([file, ...at].join('\n')).slice(0, 32)}`
}

function components(servers: readonly ServerFacts[]): readonly JsonObject[] {
  const made = new Map<string, JsonObject>()
  for (const { package: found } of servers) {
    const purl = found === undefined ? undefined : purlOf(found)
    if (found === undefined || purl === undefined || made.has(purl)) continue
    made.set(purl, {
      type: found.source === 'oci' ? 'container' : 'application',
      'bom-ref': purl,
      name: found.name,
      ...(found.version === undefined ? {} : { version: found.version }),
      purl,
    })
  }
  return [...made].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component)
}

function dependency(ref: string, { package: found }: ServerFacts): JsonObject {
  const purl = found === undefined ? undefined : purlOf(found)
  return { ref, ...(purl === undefined ? {} : { dependsOn: [purl] }) }
}

function serviceOf(ref: string, facts: ServerFacts): JsonObject {
  const { name, authentication, runs } = facts
  const endpoints = endpointsOf(facts)
  const authenticated = AUTHENTICATED[authentication.kind]
  return {
    'bom-ref': ref,
    name,
    ...(endpoints.length === 0 ? {} : { endpoints }),
    ...(authenticated === undefined ? {} : { authenticated }),
    'x-trust-boundary': runs === 'elsewhere',
    properties: propertiesOf(facts),
  }
}

/** What is not visible is not said. */
const AUTHENTICATED: Readonly<Record<ServerFacts['authentication']['kind'], boolean | undefined>> =
  { none: false, static: true, oauth: true, not_visible: undefined }

function endpointsOf({ entry }: ServerFacts): readonly string[] {
  const { transport } = entry
  if (transport.kind === 'stdio') return []
  const url = URL.parse(transport.url.replaceAll(WITHHELD, 'withheld'))
  return url === null ? [] : [`${url.origin}${url.pathname}`]
}

function propertiesOf(facts: ServerFacts): readonly JsonObject[] {
  const { entry, enabled, isolation, link, runsAs, credentials, command, remoteCode } = facts
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['host', facts.host],
    ['scope', entry.scope],
    ['file', facts.file],
    ['enabled', String(enabled)],
    ['transport', entry.transport.kind],
    ['command', command?.join(' ')],
    ['link', link.kind],
    ['authentication', facts.authentication.kind],
    ['isolation', isolation.kind],
    ['runs-as', runsAs.as],
    ['credentials-in-file', String(credentials.length)],
    ...remoteCode.map(({ kind }) => ['remote-code', kind] as const),
  ]
  return pairs.flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: `bailiwick:${name}`, value }],
  )
}

/** A UUID of the content (RFC 9562, 5.8: version 8). */
function uuidOf(content: Json): string {
  const hex = sha256(canonicalJson(content))
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) & 3]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
