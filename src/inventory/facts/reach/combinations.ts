import type { Evidence } from '../evidence.ts'
import type { ServerFacts } from '../facts.ts'
import { type Sureness, surer } from './capability.ts'
import { kindsOf, type Leg } from './kinds.ts'
import { type KnownTool, legOf } from './tool-reach.ts'

/** A server among others. */
export interface Member {
  readonly facts: ServerFacts
  readonly tools?: readonly KnownTool[]
}

/** A server's part in a combination. */
export interface Part {
  readonly server: string
  readonly file: string
  readonly sure: Sureness
  readonly evidence: readonly Evidence[]
}

/**
 * Servers that one model uses together, and that are worse than each alone. `private_untrusted_way_out`: whoever
 * writes what one hands out can have what another holds sent away by a third. `execute_network`: what comes from
 * elsewhere can be run, and what is run reaches elsewhere.
 */
export interface Combination {
  readonly kind: keyof typeof COMBINATIONS
  readonly host: string
  /** The project in whose folder they meet; absent: everywhere. */
  readonly project?: string
  /** As sure as its least sure part; `unknown` where a part is only brought by servers of which nothing is known. */
  readonly sure: 'can' | 'may' | 'unknown'
  readonly parts: readonly { readonly leg: Leg; readonly servers: readonly Part[] }[]
}

const COMBINATIONS = {
  private_untrusted_way_out: ['private', 'untrusted', 'way_out'],
  execute_network: ['execute', 'network'],
} as const satisfies Record<string, readonly Leg[]>

const KINDS = Object.keys(COMBINATIONS) as readonly Combination['kind'][]

/** Dangerous combinations of enabled servers, by host and project, in the order of the hosts. */
export function combinationsOf(members: readonly Member[]): readonly Combination[] {
  const enabled = members.filter(({ facts }) => facts.enabled)
  return [...Map.groupBy(enabled, ({ facts }) => facts.host)].flatMap(([host, all]) =>
    meetings(all).flatMap(({ project, met }) => {
      const known = met.map((member) => ({ member, kinds: kindsOf(member.facts) }))
      const around = { host, ...(project === undefined ? {} : { project }) }
      return KINDS.flatMap((kind) => combination(kind, known, around))
    }),
  )
}

interface Meeting {
  readonly project?: string | undefined
  readonly met: readonly Member[]
}

/** Those that count everywhere meet; those of a project meet these as well. */
function meetings(members: readonly Member[]): readonly Meeting[] {
  const everywhere = members.filter(({ facts }) => facts.entry.project === undefined)
  const projects = Map.groupBy(members, ({ facts }) => facts.entry.project)
  return [
    { met: everywhere },
    ...[...projects]
      .filter(([project]) => project !== undefined)
      .map(([project, own]) => ({ project, met: [...everywhere, ...own] })),
  ]
}

interface Known {
  readonly member: Member
  readonly kinds: ReturnType<typeof kindsOf>
}

function combination(
  kind: Combination['kind'],
  known: readonly Known[],
  around: Pick<Combination, 'host' | 'project'>,
): readonly Combination[] {
  const parts = COMBINATIONS[kind].map((leg) => ({ leg, servers: partsOf(leg, known) }))
  const sure = parts
    .map(({ servers }) => surest(servers))
    .reduce((a, b) => (surer(a, b) === a ? b : a))
  if (sure !== 'can' && sure !== 'may' && sure !== 'unknown') return []
  const isOfProject = parts.some(({ servers }) => known.some((one) => isOwn(one, around, servers)))
  return around.project === undefined || isOfProject ? [{ kind, ...around, sure, parts }] : []
}

/** What meets everywhere is not said again for each project. */
function isOwn(
  { member: { facts } }: Known,
  { project }: Pick<Combination, 'project'>,
  servers: readonly Part[],
): boolean {
  return (
    facts.entry.project === project &&
    servers.some(({ server, file }) => server === facts.name && file === facts.file)
  )
}

/** The servers that bring a part: of whom nothing is known only where nobody else brings it. */
function partsOf(leg: Leg, known: readonly Known[]): readonly Part[] {
  const all = known.map((one) => partOf(leg, one))
  const sure = all.filter((part) => part.sure === 'can' || part.sure === 'may')
  return sure.length > 0 ? sure : all.filter((part) => part.sure === 'unknown')
}

function partOf(leg: Leg, { member: { facts, tools }, kinds }: Known): Part {
  const { name: server, file } = facts
  if (tools !== undefined) return { server, file, ...legOf(tools, leg) }
  const found = kinds.filter(({ legs }) => legs.includes(leg))
  const evidence = found.map((one) => one.evidence)
  if (found.length > 0)
    return { server, file, sure: found.some((one) => one.sure === 'can') ? 'can' : 'may', evidence }
  // What is known of its kind is what it does; of one without a kind nothing is.
  return { server, file, sure: kinds.length > 0 ? 'not_seen' : 'unknown', evidence }
}

function surest(parts: readonly Part[]): Sureness {
  return parts.reduce<Sureness>((best, { sure }) => surer(best, sure), 'cannot')
}
