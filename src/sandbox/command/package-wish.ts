import npa from 'npm-package-arg'
import type { PackageEcosystem, PackageWish } from '../../kernel/packages.ts'
import { type OptionRules, programName, type ReadArgument, readOptions } from './options.ts'

/**
 * The package that a start-up command fetches and runs: of `npx`, `npm exec`, `bunx`, `pnpm dlx`, `yarn dlx`,
 * `uvx`, `uv tool run` and `pipx run`. Undefined for every other command, for a package that does not come
 * from a registry (a folder, an address, a repository), and for one with options that would make something
 * else of it: what cannot be told apart is not guessed.
 */
export function packageWishOf(argv: readonly string[]): PackageWish | undefined {
  const fetcher = fetcherOf(argv)
  if (fetcher === undefined) return undefined
  const read = readOptions(fetcher.args, fetcher)
  const options = read.filter((argument) => argument.kind === 'option')
  if (options.some(({ name }) => !fetcher.packages.has(name) && !fetcher.harmless.has(name)))
    return undefined
  const named = options.filter(({ name }) => fetcher.packages.has(name))
  // Several packages at once are an environment, not a package.
  if (named.length > 1) return undefined
  const first = read.find((argument) => argument.kind === 'plain')
  if (first === undefined) return undefined
  return wishOf(fetcher, named[0], first)
}

/** A program that fetches a package and runs it, and how it reads its arguments. */
export interface Fetcher extends OptionRules {
  readonly ecosystem: PackageEcosystem
  /** What it was called as, such as `npm exec`. */
  readonly words: string
  /** What follows it and its subcommand. */
  readonly args: readonly string[]
  /** Options that name the package, where the first argument is the program. */
  readonly packages: ReadonlySet<string>
  /** Options that change nothing about which package runs. */
  readonly harmless: ReadonlySet<string>
}

const NPM = {
  ecosystem: 'npm',
  packages: new Set(['-p', '--package']),
  harmless: new Set([
    '-y',
    '--yes',
    '-q',
    '--quiet',
    '-s',
    '--silent',
    '--prefer-offline',
    '--offline',
  ]),
} as const
const PYPI = {
  ecosystem: 'pypi',
  packages: new Set(['--from', '--spec']),
  harmless: new Set([
    '-q',
    '--quiet',
    '--offline',
    '--isolated',
    '--no-progress',
    '-n',
    '--no-cache',
  ]),
} as const

/** By program and subcommand. */
const FETCHERS: Readonly<Record<string, Omit<Fetcher, 'args' | 'words' | 'withValue'>>> = {
  npx: NPM,
  'npm exec': NPM,
  'npm x': NPM,
  bunx: { ...NPM, harmless: new Set(['--bun', '--silent']) },
  'bun x': { ...NPM, harmless: new Set(['--bun', '--silent']) },
  pnpx: { ...NPM, packages: new Set(['--package']) },
  'pnpm dlx': { ...NPM, packages: new Set(['--package']) },
  'yarn dlx': NPM,
  uvx: PYPI,
  'uv tool run': PYPI,
  'pipx run': PYPI,
}

/** The program that a command uses to fetch what it runs; undefined when it uses none. */
export function fetcherOf(argv: readonly string[]): Fetcher | undefined {
  const [program = '', ...rest] = argv
  const name = programName(program)
  for (const count of [2, 1, 0]) {
    const words = [name, ...rest.slice(0, count)].join(' ')
    if (!Object.hasOwn(FETCHERS, words)) continue
    const rules = FETCHERS[words]
    if (rules === undefined) continue
    return { ...rules, words, args: rest.slice(count), withValue: rules.packages }
  }
  return undefined
}

type Option = Extract<ReadArgument, { readonly kind: 'option' }>

function wishOf(
  { ecosystem, args }: Fetcher,
  named: Option | undefined,
  first: ReadArgument,
): PackageWish | undefined {
  const written = named === undefined ? first.value : named.value
  if (written === undefined) return undefined
  const spec = ecosystem === 'npm' ? npmSpec(written) : pypiSpec(written)
  if (spec === undefined) return undefined
  const bin = named === undefined ? undefined : first.value
  if (bin !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(bin)) return undefined
  const after = args.slice(first.at + 1)
  return {
    ...{ ecosystem, ...spec, integrity: undefined, bin, scripts: false, provenance: 'optional' },
    // npm takes away a `--` that stands right behind its own part.
    args: ecosystem === 'npm' && after[0] === '--' && first.value !== '--' ? after.slice(1) : after,
  }
}

type Spec = Pick<PackageWish, 'name' | 'version'>

function npmSpec(text: string): Spec | undefined {
  try {
    const { type, name, rawSpec } = npa(text)
    if (typeof name !== 'string' || !['version', 'range', 'tag'].includes(type)) return undefined
    const none = rawSpec === '' || (rawSpec === '*' && !text.endsWith('@*'))
    return { name, version: none ? undefined : rawSpec }
  } catch {
    return undefined
  }
}

/** `name`, `name@version`, `name==version`, or `name>=range` (PEP 508 without extras and markers). */
function pypiSpec(text: string): Spec | undefined {
  const [name] = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}/.exec(text) ?? []
  if (name === undefined || /[._-]$/.test(name)) return undefined
  const rest = text.slice(name.length)
  if (rest.length > 128) return undefined
  if (rest === '') return { name, version: undefined }
  const [, at] = /^@([A-Za-z0-9][A-Za-z0-9.+!_-]*)$/.exec(rest) ?? []
  if (at !== undefined) return { name, version: at }
  const [, exact] = /^===?([A-Za-z0-9][A-Za-z0-9.+!_-]*)$/.exec(rest) ?? []
  if (exact !== undefined) return { name, version: exact }
  return /^[<>~!=]=?[A-Za-z0-9.,<>=~!* _-]+$/.test(rest) ? { name, version: rest } : undefined
}
