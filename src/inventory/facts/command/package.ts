import type { Launch } from './launch.ts'
import { ociOf } from './oci.ts'

export const SOURCES = ['npm', 'pypi', 'oci', 'go', 'nuget', 'deno', 'maven', 'git', 'url'] as const

/** What a launcher fetches and starts. */
export interface ServerPackage {
  readonly source: (typeof SOURCES)[number]
  /** As its source names it; for `git` and `url` the address without a revision. */
  readonly name: string
  readonly version?: string
  /** Whether tomorrow's start may run other bytes than today's. */
  readonly floating: boolean
}

/** Options of launchers that take the next word along. */
const TAKES_NEXT = new Set(
  '-c --call --cache --registry --prefix --python -p --with --with-requirements --index-url -i --default-index --directory --project --env-file --index --extra-index-url --config-file --pip-args --spec -w --workspace'.split(
    ' ',
  ),
)

type Read = (args: readonly string[]) => ServerPackage | undefined

/** How each launcher is told what to fetch; the first words that match decide. */
const LAUNCHERS: readonly (readonly [string, Read])[] = [
  ...['npx', 'pnpx', 'bunx', 'npm exec', 'npm x', 'pnpm dlx', 'yarn dlx', 'bun x'].map(
    (words) => [words, npm] as const,
  ),
  ...['uvx', 'uv tool run'].map(
    (words) => [words, (args: readonly string[]) => pypi(args, ['--from'])] as const,
  ),
  ['pipx run', (args) => pypi(args, ['--spec'])],
  ['uv run', (args) => withOption(args, '--with', pypiOf)],
  ...['docker', 'podman', 'nerdctl'].map((words) => [words, ociOf] as const),
  ['go run', (args) => go(positional(args))],
  ['deno run', (args) => deno(positional(args))],
  ['dnx', nuget],
  ['dotnet tool exec', nuget],
  ['jbang', (args) => maven(positional(args))],
  ['nix run', (args) => flake(positional(args))],
]

/** What a command fetches and runs; nothing where it starts what is already on the machine. */
export function packageOf({ program, args }: Launch): ServerPackage | undefined {
  for (const [words, read] of LAUNCHERS) {
    const [first, ...more] = words.split(' ')
    if (first === program && more.every((word, at) => word === args[at]))
      return read(args.slice(more.length))
  }
  return undefined
}

function positional(args: readonly string[]): string | undefined {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (TAKES_NEXT.has(arg)) at += 1
    else if (!arg.startsWith('-')) return arg
  }
  return undefined
}

function optionOf(args: readonly string[], names: readonly string[]): string | undefined {
  for (const [at, arg] of args.entries()) {
    if (names.includes(arg)) return args[at + 1]
    const equals = arg.indexOf('=')
    if (equals > 0 && names.includes(arg.slice(0, equals))) return arg.slice(equals + 1)
  }
  return undefined
}

function npm(args: readonly string[]): ServerPackage | undefined {
  const own = args.slice(0, firstPlain(args))
  const spec = optionOf(own, ['-p', '--package']) ?? positional(args)
  if (spec === undefined || /^[./~]|^[A-Za-z]:\\/.test(spec)) return undefined
  const git = gitOf(spec)
  if (git !== undefined) return git
  const at = spec.indexOf('@', 1)
  const [name, version] = at < 0 ? [spec] : [spec.slice(0, at), spec.slice(at + 1)]
  return made('npm', name, version, /^v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/)
}

/** Where the launcher's own options end: those of the server behind may have the same names. */
function firstPlain(args: readonly string[]): number {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (TAKES_NEXT.has(arg) || arg === '--package') at += 1
    else if (!arg.startsWith('-') || arg === '--') return at
  }
  return args.length
}

function pypi(args: readonly string[], names: readonly string[]): ServerPackage | undefined {
  const spec = optionOf(args, names) ?? positional(args)
  return spec === undefined ? undefined : pypiOf(spec)
}

function pypiOf(spec: string): ServerPackage | undefined {
  if (/^[./~]|^[A-Za-z]:\\/.test(spec)) return undefined
  const git = gitOf(spec)
  if (git !== undefined) return git
  const [, name = spec, version] = /^([\w.-]+(?:\[[\w,.-]+\])?)(?:==|@)?(.*)$/.exec(spec) ?? []
  return made(
    'pypi',
    name.replace(/\[.*/, ''),
    version === '' ? undefined : version,
    /^\d[\w.!+-]*$/,
  )
}

function withOption(
  args: readonly string[],
  name: string,
  read: (spec: string) => ServerPackage | undefined,
): ServerPackage | undefined {
  const spec = optionOf(args, [name])
  return spec === undefined ? undefined : read(spec)
}

function go(spec: string | undefined): ServerPackage | undefined {
  if (spec === undefined || !/^[\w-]+\.[\w.-]+\//.test(spec)) return undefined
  const [name = '', version] = spec.split('@')
  return made('go', name, version, /^v\d+\.\d+\.\d+/)
}

function deno(spec: string | undefined): ServerPackage | undefined {
  if (spec === undefined) return undefined
  if (/^https?:\/\//.test(spec)) return { source: 'url', name: bare(spec), floating: true }
  const [, from, rest] = /^(npm|jsr):\/?(.+)$/.exec(spec) ?? []
  if (rest === undefined) return undefined
  const at = rest.indexOf('@', 1)
  const [name, version] = at < 0 ? [rest] : [rest.slice(0, at), rest.slice(at + 1)]
  return made(from === 'npm' ? 'npm' : 'deno', name, version, /^\d+\.\d+\.\d+/)
}

function nuget(args: readonly string[]): ServerPackage | undefined {
  const spec = positional(args)
  if (spec === undefined) return undefined
  const [name = '', inline] = spec.split('@')
  return made('nuget', name, inline ?? optionOf(args, ['--version']), /^\d+\.\d+\.\d+/)
}

function maven(spec: string | undefined): ServerPackage | undefined {
  if (spec === undefined) return undefined
  if (/^https?:\/\//.test(spec)) return { source: 'url', name: bare(spec), floating: true }
  const [group, artifact, version] = spec.split(':')
  if (artifact === undefined) return undefined
  return made('maven', `${group}:${artifact}`, version, /^\d[\w.-]*$/)
}

function flake(spec: string | undefined): ServerPackage | undefined {
  return spec === undefined ? undefined : gitOf(spec)
}

const GIT =
  /^(?:git\+|git:|github:|gitlab:|bitbucket:|gist:)|\.git(?:[#@]|$)|^https:\/\/(?:github|gitlab)\.com\//

/** A repository as a source; pinned by a whole commit alone, since tags and branches move. */
function gitOf(spec: string): ServerPackage | undefined {
  // As PEP 508 writes it: `name @ git+https://…`.
  const address = spec.replace(/^[\w.[\],-]{1,80} ?@ ?(?=git\+|https:)/, '')
  if (!GIT.test(address) && !/^[\w-]{1,39}\/[\w.-]{1,100}(?:#|$)/.test(address)) return undefined
  const at = Math.max(address.lastIndexOf('#'), address.lastIndexOf('@'))
  const cut = at > address.indexOf('://') + 3 && !address.slice(at).includes('/') ? at : undefined
  const version = cut === undefined ? undefined : address.slice(cut + 1)
  return made('git', bare(address.slice(0, cut)), version, /^[0-9a-f]{40}$/)
}

function bare(address: string): string {
  return address.split(/[?#]/)[0] ?? address
}

function made(
  source: ServerPackage['source'],
  name: string,
  version: string | undefined,
  exact: RegExp,
): ServerPackage {
  const floating = version === undefined || !exact.test(version)
  return { source, name, ...(version === undefined ? {} : { version }), floating }
}
