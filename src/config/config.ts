import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { z } from 'zod'
import { check } from './checks.ts'
import { issueMessage, unknownKeyMessage } from './messages.ts'
import { type Places, userConfigFile, withPlaces } from './places.ts'
import { ConfigError, dotted, type Position, type Problem } from './problem.ts'
import { configSchema } from './schema.ts'
import { jsonSchema, knownKeys, member, schemasAt } from './schema-tree.ts'
import { readYaml } from './yaml-source.ts'

/** The configuration: defaults filled, durations in milliseconds, sizes in bytes, paths absolute. */
export type Config = ReturnType<typeof withPlaces>

/** One server of the configuration. */
export type ServerConfig = Config['servers'][string]

/** Where a configuration came from, for those who explain or change it. */
export interface Source {
  readonly text: string
  /** The file as plain data, before defaults. */
  readonly value: unknown
  keyAt(path: readonly PropertyKey[]): Position
  /** What overrides a key of the file, by its dotted path: `dataDir` → `--data-dir`. */
  readonly overrides: Readonly<Record<string, string>>
}

export interface Loaded {
  readonly config: Config
  readonly source: Source
  /** The file, absolute. Undefined when there is none and all is default. */
  readonly path: string | undefined
}

export interface LoadOptions extends Places {
  /** The file to read. Without it: `$BAILIWICK_CONFIG`, `bailiwick.yaml` in `cwd`, the user's own. */
  readonly file?: string | undefined
  /** Stands above `$BAILIWICK_DATA_DIR`, which stands above `dataDir` in the file. */
  readonly dataDir?: string | undefined
  /** Stands above `sandbox.allowUnsandboxed` in the file. */
  readonly allowUnsandboxed?: boolean | undefined
  /** The data directory when there is no file and nothing names another. */
  readonly ownDataDir?: string | undefined
  /** Undefined: no file is looked for in the current folder, which somebody else may have chosen. */
  readonly cwd: string | undefined
}

/**
 * Finds, reads and checks the configuration.
 *
 * @throws {ConfigError} with every problem; also when a file cannot be read.
 */
export function loadConfig(options: LoadOptions): Loaded {
  const folder = options.cwd ?? options.homedir
  const { BAILIWICK_CONFIG } = options.env
  const named = options.file ?? nonEmpty(BAILIWICK_CONFIG)
  const found = named === undefined ? searchFile(options) : readFile(resolve(folder, named))
  const dataDir = dataDirOverride(options, folder)
  const { allowUnsandboxed = false } = options
  const over = { dataDir, allowUnsandboxed }
  if (found !== undefined) return parse({ ...found, ...over, folder: dirname(found.path) }, options)
  const own = dataDir ?? ownDataDir(options)
  return parse({ ...over, text: '', path: undefined, folder, dataDir: own }, options)
}

/**
 * Reads and checks the text of a configuration. Relative paths count from the folder of `file`.
 *
 * @throws {ConfigError} with every problem. Nothing else is thrown.
 */
export function parseConfig(text: string, file: string, places: Places): Loaded {
  const over = { dataDir: undefined, allowUnsandboxed: false }
  return parse({ ...over, text, path: file, folder: dirname(file) }, places)
}

/**
 * Checks a configuration given as data, in the form of the file. Relative paths count from `folder`.
 *
 * @throws {ConfigError} with every problem, without positions.
 */
export function configFrom(value: unknown, folder: string, places: Places): Config {
  const shaped = shape(value)
  if (!shaped.ok) {
    const problems = shaped.findings.map(withoutPosition)
    throw new ConfigError(problems, { file: undefined })
  }
  return withPlaces(shaped.config, folder, places)
}

interface Override {
  readonly path: string
  readonly origin: string
}

interface Unparsed {
  readonly text: string
  readonly path: string | undefined
  readonly folder: string
  readonly dataDir: Override | undefined
  readonly allowUnsandboxed: boolean
}

function parse(unparsed: Unparsed, places: Places): Loaded {
  const { text, path, folder, dataDir, allowUnsandboxed } = unparsed
  const yaml = readYaml(text)
  const value = overridden(yaml.value, unparsed)
  const shaped = shape(value)
  const unread = new Set(yaml.problems.map((problem) => problem.path))
  const found = shaped.ok || yaml.value === undefined ? [] : shaped.findings
  const findings = found.filter((finding) => !unread.has(dotted(finding.path)))
  const problems = [
    ...yaml.problems,
    ...findings.map((finding): Problem => {
      const at = finding.on === 'key' ? yaml.keyAt : yaml.valueAt
      const position = path === undefined ? undefined : at(finding.path)
      return { path: dotted(finding.path), message: finding.message, position }
    }),
  ].sort((left, right) => order(left) - order(right))
  if (!shaped.ok || problems.length > 0) throw new ConfigError(problems, { file: path })
  const overrides: Record<string, string> = {
    ...(dataDir === undefined ? {} : { dataDir: dataDir.origin }),
    ...(allowUnsandboxed ? { 'sandbox.allowUnsandboxed': '--allow-unsandboxed' } : {}),
  }
  const source = { text, value: yaml.value, keyAt: yaml.keyAt, overrides }
  return { config: withPlaces(shaped.config, folder, places), source, path }
}

/** What the file says, under what the command line says. */
function overridden(value: unknown, { dataDir, allowUnsandboxed }: Unparsed): unknown {
  if (!isRecord(value)) return value
  const { sandbox = {} } = value
  return {
    ...value,
    ...(dataDir === undefined ? {} : { dataDir: dataDir.path }),
    ...(allowUnsandboxed && isRecord(sandbox) ? { sandbox: { ...sandbox, allowUnsandboxed } } : {}),
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** Whether a key is wrong (or missing under it), or a value. */
  readonly on: 'key' | 'value'
}

type Shaped =
  | { readonly ok: true; readonly config: z.output<typeof configSchema> }
  | { readonly ok: false; readonly findings: readonly Finding[] }

function shape(value: unknown): Shaped {
  const parsed = configSchema.safeParse(value, { error: issueMessage })
  const issues = parsed.error?.issues ?? []
  const found = issues.flatMap((issue) => findingsOf(issue, value))
  const taken = new Set(found.map(({ path }) => dotted(path)))
  const extra = check(value).filter(({ path }) => !taken.has(dotted(path)))
  const findings = [...found, ...extra.map((finding) => ({ ...finding, on: 'value' as const }))]
  if (parsed.success && findings.length === 0) return { ok: true, config: parsed.data }
  return { ok: false, findings }
}

function findingsOf(issue: z.core.$ZodIssue, value: unknown): readonly Finding[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, path, value)
  const chosen = chosenIssues(issue)
  if (chosen.length > 0) return chosen.flatMap((inner) => findingsOf(inner, value))
  if (issue.code === 'invalid_key')
    return [{ path, message: issue.issues[0]?.message ?? 'not a usable name', on: 'key' }]
  const outer = path.slice(0, -1)
  const parent = outer.reduce<unknown>(member, value)
  const missing = path.length > 0 && member(parent, path.at(-1) ?? '') === undefined
  const here: Finding = { path, message: issue.message, on: missing ? 'key' : 'value' }
  if (!('discriminator' in issue)) return [here]
  // While the choice is open, only keys that no choice knows are certainly wrong.
  return [here, ...unknownKeys(keysNowhereKnown(outer, parent), outer, value)]
}

/**
 * Of a value that may be of several types: what is wrong with it as the type that it is of, where only
 * one fits. Empty when none or several do, and for all other issues.
 */
function chosenIssues(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || 'discriminator' in issue) return []
  const fitting = issue.errors.filter(
    (issues) => !issues.some(({ code, path }) => isTypeWord(code) && path.length === 0),
  )
  const [first = []] = fitting
  if (fitting.length !== 1) return []
  return first.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

function isTypeWord(code: z.core.$ZodIssue['code']): boolean {
  return code === 'invalid_type' || code === 'invalid_value'
}

function unknownKeys(
  keys: readonly string[],
  path: readonly PropertyKey[],
  value: unknown,
): readonly Finding[] {
  return keys.map((key) => {
    const message = unknownKeyMessage(key, path, value)
    return { path: [...path, key], message, on: 'key' }
  })
}

function keysNowhereKnown(path: readonly PropertyKey[], map: unknown): readonly string[] {
  const known = knownKeys(schemasAt(jsonSchema(), path, undefined))
  return Object.keys(Object(map)).filter((key) => !known.includes(key))
}

function withoutPosition({ path, message }: Finding): Problem {
  return { path: dotted(path), message, position: undefined }
}

function order({ position }: Problem): number {
  return position === undefined ? 0 : position.line * 1e6 + position.column
}

function dataDirOverride(options: LoadOptions, folder: string): Override | undefined {
  if (options.dataDir !== undefined)
    return { path: resolve(folder, options.dataDir), origin: '--data-dir' }
  const { BAILIWICK_DATA_DIR } = options.env
  const path = nonEmpty(BAILIWICK_DATA_DIR)
  return path === undefined
    ? undefined
    : { path: resolve(folder, path), origin: '$BAILIWICK_DATA_DIR' }
}

function ownDataDir({ ownDataDir: path }: LoadOptions): Override | undefined {
  return path === undefined ? undefined : { path, origin: 'this checkout' }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

interface Found {
  readonly path: string
  readonly text: string
}

function searchFile(options: LoadOptions): Found | undefined {
  const own = userConfigFile(options)
  const places = options.cwd === undefined ? [own] : [join(options.cwd, 'bailiwick.yaml'), own]
  for (const path of places) {
    try {
      return readFile(path)
    } catch (error) {
      if (!(error instanceof ConfigError && isAbsent(error.cause))) throw error
    }
  }
  return undefined
}

function readFile(path: string): Found {
  try {
    return { path, text: readFileSync(path, 'utf8') }
  } catch (cause) {
    const why = isAbsent(cause) ? 'no such file' : 'the file cannot be read'
    const problem = { path: '', message: why, position: undefined }
    throw new ConfigError([problem], { file: path, cause })
  }
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException | undefined)?.code))
}
