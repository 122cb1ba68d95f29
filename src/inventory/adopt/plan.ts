import type { ConfiguredServer, HostId, ReadConfig } from '../../kernel/inventory.ts'
import { leadingEntry } from './host-entry.ts'
import { type LeaveParts, whyLeft } from './leave.ts'
import { gatewayName, secretName } from './names.ts'
import type {
  LeftAlone,
  LeftReason,
  Plan,
  PlannedEntry,
  PlannedFile,
  PlannedSecret,
  PlannedServer,
  Way,
} from './plan-words.ts'
import { foundPlaces, isSecretValue } from './secret-places.ts'
import { SecretValues } from './secret-values.ts'
import { settingsOf } from './settings.ts'

/** What a plan is made from, besides the files. */
export interface PlanParts extends LeaveParts {
  /** Names of servers that the gateway has. */
  readonly servers: readonly string[]
  /** Names of secrets that the vault has. */
  readonly secrets: readonly string[]
  /** Why the gateway's configuration would refuse a server; undefined when it would not. */
  readonly refusal: (
    name: string,
    settings: Readonly<Record<string, unknown>>,
  ) => string | undefined
  /** Take `connect` also where the host speaks HTTP. */
  readonly prefer?: Way
  /** Entries to look at: of this host, with this name. */
  readonly only?: { readonly host?: HostId; readonly server?: string }
}

/** A plan, and apart from it the values that it keeps secret. */
export interface Planned {
  readonly plan: Plan
  readonly values: SecretValues
}

/**
 * Plans how servers of hosts come behind the gateway. Changes nothing. One server that several hosts use
 * becomes one server of the gateway, and one value that several servers use becomes one secret.
 *
 * @param configs the files of the hosts, as they were read.
 */
export function planAdoption(configs: readonly ReadConfig[], parts: PlanParts): Planned {
  const drawing = new Drawing(parts)
  const files = configs.flatMap((config) => {
    const entries = config.servers.flatMap((server) => drawing.entry(server, config))
    return entries.length === 0 ? [] : [fileOf(config, entries, parts)]
  })
  const { servers, secrets, left, values } = drawing
  return { plan: { files, servers, secrets: [...secrets.values()], left }, values }
}

function fileOf(
  { host, scope, file, format, digest, servers }: ReadConfig,
  entries: readonly PlannedEntry[],
  { sense }: PlanParts,
): PlannedFile {
  const holdsSecrets = servers.some(
    (server) =>
      foundPlaces(server, sense).size > 0 ||
      Object.entries(
        server.transport.kind === 'stdio' ? server.transport.env : server.transport.headers,
      ).some(([name, value]) => isSecretValue(name, value, sense)),
  )
  return { host, scope, file, format, digest, holdsSecrets, entries }
}

/** The vault gives a secret to so many servers at most. */
const MOST_SERVERS = 64

/** A plan while it is made. */
class Drawing {
  readonly values = new SecretValues()
  readonly servers: PlannedServer[] = []
  readonly secrets = new Map<string, PlannedSecret>()
  readonly left: LeftAlone[] = []
  readonly #names = new Map<string, string | { readonly refused: string }>()
  readonly #parts: PlanParts

  constructor(parts: PlanParts) {
    this.#parts = parts
  }

  entry(server: ConfiguredServer, config: ReadConfig): readonly PlannedEntry[] {
    const { only = {}, gatewayUrl, connect, prefer } = this.#parts
    if (only.host !== undefined && only.host !== server.host) return []
    if (only.server !== undefined && only.server !== server.name) return []
    const why = whyLeft(server, config, this.#parts)
    if (why !== undefined) return this.#leave(server, ...why)
    const gateway = this.#gatewayServer(server)
    if (typeof gateway !== 'string') return this.#leave(server, 'settings_refused', gateway.refused)
    const url = new URL(`/mcp/${gateway}`, gatewayUrl).href
    const command = [...connect, gateway]
    const to = { url, command, ...(prefer !== undefined && { prefer }) }
    return [{ server: server.name, at: server.at, gateway, ...leadingEntry(server, to) }]
  }

  #leave(
    { host, file, name }: ConfiguredServer,
    reason: LeftReason,
    message: string,
  ): readonly PlannedEntry[] {
    this.left.push({ host, file, server: name, reason, message })
    return []
  }

  /** The gateway's server for an entry: the same one for all that say the same. */
  #gatewayServer(server: ConfiguredServer): string | { readonly refused: string } {
    const same = JSON.stringify([sorted(server.transport), server.project])
    const known = this.#names.get(same)
    if (known !== undefined) return known
    const made = this.#newServer(server)
    this.#names.set(same, made)
    return made
  }

  #newServer(server: ConfiguredServer): string | { readonly refused: string } {
    const { servers, sense, refusal } = this.#parts
    const taken = (name: string): boolean =>
      servers.includes(name) || this.servers.some((one) => one.name === name)
    const name = gatewayName(server.name, taken)
    const kept: { readonly secret: PlannedSecret; readonly value: string }[] = []
    const settings = settingsOf(server, sense, (place, what, value) => {
      const secret = this.#secretFor({ name, place, what, value }, kept)
      kept.push({ secret, value })
      return `secret://vault/${secret.name}`
    })
    const refused = refusal(name, settings)
    if (refused !== undefined) return { refused }
    for (const { secret, value } of kept) {
      this.values.set(secret.name, value)
      this.secrets.set(secret.name, secret)
    }
    const secrets = [...new Set(kept.map(({ secret }) => secret.name))]
    this.servers.push({ name, settings, secrets })
    return name
  }

  #secretFor(
    of: {
      readonly name: string
      readonly place: string
      readonly what: string
      readonly value: string
    },
    kept: readonly { readonly secret: PlannedSecret; readonly value: string }[],
  ): PlannedSecret {
    const here = kept.find(({ value }) => value === of.value)
    if (here !== undefined) return here.secret
    const known = this.secrets.get(this.values.nameOf(of.value) ?? '')
    if (known !== undefined && known.servers.length < MOST_SERVERS)
      return { ...known, servers: [...known.servers, of.name] }
    const taken = (name: string): boolean =>
      this.#parts.secrets.includes(name) ||
      this.secrets.has(name) ||
      kept.some(({ secret }) => secret.name === name)
    const name = secretName(of.name, of.what, taken)
    const purpose = `${of.place === 'env' ? 'variable' : 'header'} ${of.what.slice(0, 128)}`
    return { name, servers: [of.name], purpose }
  }
}

/** The same for the same members in whatever order. */
function sorted(value: object): unknown {
  return Object.entries(value)
    .map(([name, inner]): readonly [string, unknown] => [
      name,
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? sorted(inner) : inner,
    ])
    .sort(([one], [other]) => (one < other ? -1 : 1))
}
