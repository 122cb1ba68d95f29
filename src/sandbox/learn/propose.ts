import { posix } from 'node:path'
import type { EgressProtocol, SandboxMount, SandboxProfile } from '../../kernel/sandbox.ts'
import { type Withheld, withheldHost, withheldPath } from '../denials/offer.ts'
import { isWithin } from '../profile/paths.ts'
import type { Observation, Seen, SeenHost, SeenPath } from './observation.ts'

/** One setting that would let a server do what it tried. */
export type ProposedLine = (
  | { readonly key: 'network.allow'; readonly value: ProposedHost }
  | { readonly key: 'fs.ro' | 'fs.rw'; readonly value: string }
) & { readonly evidence: Evidence }

export interface ProposedHost {
  readonly host: string
  readonly ports: readonly number[]
  readonly proto: EgressProtocol
}

/** What speaks for a line. */
export interface Evidence extends Seen {
  /** The first of what it stands for, as it was seen. */
  readonly first: string
}

/** What was seen and is not proposed. */
export interface LeftOut {
  readonly what: string
  readonly why: Withheld | 'socket' | 'own-code' | 'too-many'
  readonly count: number
}

/** What a server's profile could say, going by what was seen. */
export interface Proposal {
  readonly server: string
  readonly lines: readonly ProposedLine[]
  readonly left: readonly LeftOut[]
  /** Hosts that the profile allows and nobody used while it was watched. */
  readonly unused: readonly string[]
}

/** What a proposal goes by. */
export interface ProposalInput {
  readonly server: string
  readonly profile: SandboxProfile
  readonly observation: Observation
  /** The folders that the server's command names: what it is meant to work on. */
  readonly workspace: readonly string[]
  /** Homes of this machine. */
  readonly homes: readonly string[]
  /** What is at a path of this machine, links followed; undefined when nothing is. */
  readonly look: (path: string) => Looked | undefined
}

/** What is at a path. `other` is a socket, a device or a pipe. */
export interface Looked {
  readonly kind: 'file' | 'folder' | 'other'
  /** Without links. */
  readonly real: string
}

/** Lines of one kind at most: a profile that nobody can read protects nobody. */
const MAX_LINES = 40
/** So many files of one folder are proposed one by one; more are proposed as the folder. */
const MAX_SIBLINGS = 3

/**
 * Proposes what would let the server do what it tried: hosts exactly, paths by the folder that they share.
 * Nothing is ever proposed that `withheldHost` or `withheldPath` withholds, that lies in a home (but
 * for what the command itself names), or that is a socket; it is listed with the reason instead.
 */
export function propose(input: ProposalInput): Proposal {
  const left: LeftOut[] = []
  const lines = [...hostLines(input, left), ...pathLines(input, left)]
  return { server: input.server, lines, left: merged(left), unused: unusedHosts(input) }
}

function hostLines({ observation }: ProposalInput, left: LeftOut[]): readonly ProposedLine[] {
  const wanted = observation.hosts.filter(({ allowed }) => !allowed)
  const lines: ProposedLine[] = []
  for (const seen of wanted) {
    const why = withheldHost(seen.host) ?? (lines.length >= MAX_LINES ? 'too-many' : undefined)
    if (why === undefined) lines.push(hostLine(seen))
    else left.push({ what: `${seen.host}:${seen.port}`, why, count: seen.count })
  }
  return lines
}

function hostLine({ host, port, count, call, told }: SeenHost): ProposedLine {
  const proto = port === 443 ? 'tls' : port === 80 ? 'http' : 'tcp'
  const evidence = { count, call, told, first: `${host}:${port}` }
  return { key: 'network.allow', value: { host, ports: [port], proto }, evidence }
}

function unusedHosts({ profile, observation }: ProposalInput): readonly string[] {
  const used = observation.hosts.filter(({ allowed }) => allowed).map(({ host }) => host)
  if (used.length === 0) return []
  return profile.network.allow
    .map(({ host }) => host)
    .filter((host) => !used.some((one) => one === host || one.endsWith(host.replace(/^\*/, ''))))
}

function pathLines(input: ProposalInput, left: LeftOut[]): readonly ProposedLine[] {
  const wanted = input.observation.paths.filter((seen) => isWanted(input, seen, left))
  const lines: ProposedLine[] = []
  for (const [place, seen] of collapsed(input, wanted)) {
    const line = pathLine(place, seen)
    const why =
      whyNot(input, line) ?? (lines.length >= MAX_LINES ? ('too-many' as const) : undefined)
    if (why === undefined) lines.push(line)
    else left.push({ what: place, why, count: line.evidence.count })
  }
  for (const path of input.observation.sockets) left.push({ what: path, why: 'socket', count: 1 })
  return lines.filter((line) => !isCovered(line, lines))
}

type PathLine = Extract<ProposedLine, { readonly value: string }>

/** @param seen at least one. */
function pathLine(place: string, seen: readonly SeenPath[]): PathLine {
  const key = seen.some(({ access }) => access === 'write') ? 'fs.rw' : 'fs.ro'
  // what was seen says more than what the server says
  const first = seen.find(({ told }) => told === 'trace') ?? seen[0]
  const { call = '', told = 'server', path = place } = first ?? {}
  const count = seen.reduce((sum, one) => sum + one.count, 0)
  return { key, value: place, evidence: { count, call, told, first: path } }
}

/** Whether another line lets the server do this already. */
function isCovered(line: ProposedLine, all: readonly ProposedLine[]): boolean {
  return all.some(
    ({ key, value }) =>
      typeof value === 'string' &&
      typeof line.value === 'string' &&
      value !== line.value &&
      (key === 'fs.rw' || key === line.key) &&
      isWithin(line.value, value),
  )
}

/** Whether a path is one that the profile keeps from the server, and that is there to be had. */
function isWanted(input: ProposalInput, seen: SeenPath, left: LeftOut[]): boolean {
  const { fs } = input.profile
  const { path, access, count, allowed } = seen
  if (allowed || BASE.some((folder) => isWithin(path, folder)) || below(fs.rw, path)) return false
  if (below(fs.ro, path) && !inWorkspace(input, path)) {
    if (access === 'write') left.push({ what: path, why: 'own-code', count })
    return false
  }
  const found = input.look(path)
  // what is to be made is made in its folder
  if (found === undefined)
    return access === 'write' && input.look(posix.dirname(path))?.kind === 'folder'
  // whoever only asks whether there is a folder needs nothing of what is in it
  return found.kind !== 'folder' || !ASKS.has(seen.call)
}

/** Calls that say whether something is there, and nothing of what is in it. */
const ASKS: ReadonlySet<string> = new Set([
  ...['stat', 'lstat', 'newfstatat', 'statx', 'stat64', 'lstat64', 'statfs'],
  ...['access', 'faccessat', 'faccessat2', 'readlink', 'readlinkat', 'chdir'],
])

/** By the place that is proposed for them: the workspace, the file itself, or the folder of many. */
function collapsed(
  input: ProposalInput,
  wanted: readonly SeenPath[],
): ReadonlyMap<string, readonly SeenPath[]> {
  const folders = Map.groupBy(wanted, ({ path }) => posix.dirname(path))
  return Map.groupBy(wanted, ({ path, access }) => {
    const root = input.workspace.find((one) => isWithin(path, one))
    if (root !== undefined) return root
    const folder = posix.dirname(path)
    const isNew = access === 'write' && input.look(path) === undefined
    const many = new Set(folders.get(folder)?.map((one) => one.path)).size > MAX_SIBLINGS
    // a folder that may not be proposed hides nothing of what in it may
    return (isNew || many) && placeWhyNot(input, folder) === undefined ? folder : path
  })
}

function whyNot(input: ProposalInput, { key, value }: PathLine): LeftOut['why'] | undefined {
  const why = placeWhyNot(input, value)
  return why ?? (key === 'fs.rw' && holdsCode(input, value) ? 'own-code' : undefined)
}

function placeWhyNot(input: ProposalInput, place: string): LeftOut['why'] | undefined {
  const { kind, real = place } = input.look(place) ?? {}
  if (kind === 'other') return 'socket'
  return pathWhyNot(input, place) ?? pathWhyNot(input, real)
}

function pathWhyNot(input: ProposalInput, path: string): Withheld | undefined {
  const why = withheldPath(path, input.homes)
  if (why !== undefined || inWorkspace(input, path)) return why
  return input.homes.some((home) => isWithin(path, home)) || /^\/(?:home|Users)\//.test(path)
    ? 'home'
    : undefined
}

/** Whether something lies in a folder that the server only reads so far, such as its program. */
function holdsCode({ profile }: ProposalInput, place: string): boolean {
  return profile.fs.ro.some(({ to }) => to !== place && isWithin(to, place))
}

function inWorkspace({ workspace }: ProposalInput, path: string): boolean {
  return workspace.some((folder) => isWithin(path, folder))
}

function below(mounts: readonly SandboxMount[], path: string): boolean {
  return mounts.some(({ to }) => isWithin(path, to))
}

/** What every sandbox shows, or makes itself. */
const BASE = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'],
  ...['/proc', '/dev', '/tmp', '/sys'],
]

/** Each thing once, most seen first; at most a hundred. */
function merged(left: readonly LeftOut[]): readonly LeftOut[] {
  const groups = Map.groupBy(left, ({ what, why }) => JSON.stringify([what, why]))
  return [...groups.values()]
    .flatMap(([first, ...more]) =>
      first === undefined
        ? []
        : [{ ...first, count: more.reduce((sum, { count }) => sum + count, first.count) }],
    )
    .sort((a, b) => b.count - a.count)
    .slice(0, 100)
}
