import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { programName } from '../command/options.ts'
import { type Acceptable, packageAround } from './package-root.ts'
import { isWithin } from './paths.ts'
import { findProgram, interpreterOf, type Program, type Search } from './program.ts'
import { baseOf, environmentAround, libraryOf } from './python.ts'
import { codeArguments, moduleArgument } from './script.ts'

/** Where a file lies, and where the sandbox has to show it. */
export interface Part {
  readonly from: string
  readonly to: string
}

/** A command, with everything that it takes to run it. */
export interface Code {
  /** The program, absolute, and its arguments. */
  readonly argv: readonly string[]
  /** Outside of the system’s own folders. */
  readonly parts: readonly Part[]
  /** Places in `argv` that are code. */
  readonly places: ReadonlySet<number>
}

/** The command that was given, and what may be shown for its sake. */
export interface Command extends Search {
  readonly command: string
  readonly args: readonly string[]
  readonly acceptable: Acceptable
}

/** Folders that every sandbox shows. */
const SYSTEM = ['/usr', '/bin', '/lib', '/lib32', '/lib64', '/libx32', '/sbin']
/** A script may be run by a script: as often as Linux allows (`BINPRM` depth). */
const MOST_INTERPRETERS = 4

export function isOfSystem(path: string): boolean {
  return SYSTEM.some((folder) => isWithin(path, folder))
}

/**
 * Finds the program of a command and what it needs to read: its own installation where it is none of the
 * system, the package of its script, its virtual environment. Undefined when there is no such program.
 */
export async function codeOf(command: Command): Promise<Code | undefined> {
  const found = await findProgram(command.command, command)
  return found && run(command, found, [], command.args, MOST_INTERPRETERS)
}

/** What it takes to run a program with these arguments, of which the first `own` are a script’s own. */
async function run(
  command: Command,
  program: Program,
  before: readonly string[],
  args: readonly string[],
  left: number,
): Promise<Code | undefined> {
  const words = left > 0 ? await interpreterOf(program.real) : undefined
  if (words !== undefined) {
    const [name = '', ...options] = words
    const interpreter = await findProgram(name, command)
    if (interpreter === undefined) return undefined
    const environment = await environmentAround(program.path)
    const script = environment === undefined ? program.real : program.path
    const code = await run(
      command,
      interpreter,
      [...options, script],
      [...before, ...args],
      left - 1,
    )
    const own = environment === undefined ? [program.real] : []
    const parts = await packagesAround(own, command.acceptable)
    return code && withScript(code, parts, script)
  }
  const all = [...before, ...args]
  const own = await interpreterParts(command, program)
  const scripts = await scriptParts(command, own.path, all)
  return {
    argv: [own.path, ...scripts.args],
    parts: [...own.parts, ...scripts.parts].filter(
      ({ from, to }) => from !== to || !isOfSystem(to),
    ),
    places: new Set([0, ...[...scripts.places].map((at) => at + 1)]),
  }
}

/** A script is code, whether or not its interpreter is one that is known here. */
function withScript(code: Code, parts: readonly Part[], script: string): Code {
  const at = code.argv.indexOf(script)
  return { ...code, parts: [...code.parts, ...parts], places: new Set([...code.places, at]) }
}

interface Interpreter {
  readonly path: string
  readonly parts: readonly Part[]
}

async function interpreterParts({ acceptable }: Command, program: Program): Promise<Interpreter> {
  if (/^(?:python|pypy)/.test(programName(program.path))) return pythonParts(acceptable, program)
  const { path, real } = program
  if (isOfSystem(real)) return { path: isOfSystem(path) ? path : real, parts: [] }
  // Some programs look at the name that they are called by.
  const name = basename(path) === basename(real) ? real : path
  const shared = real.includes('/node_modules/') && programName(real) !== 'node'
  const around = shared ? await packageAround(real, acceptable) : [real]
  const parts = around.map((part) => ({ from: part, to: part }))
  return { path: name, parts: name === real ? parts : [...parts, { from: real, to: name }] }
}

/** An interpreter with its libraries, and the virtual environment that it is called in. */
async function pythonParts(acceptable: Acceptable, program: Program): Promise<Interpreter> {
  const { path, real } = program
  const environment = await environmentAround(path)
  const base = environment === undefined ? undefined : await baseOf(environment)
  const hops = await linksOf(path)
  const names = [...hops, real].filter(
    (hop) => environment === undefined || !isWithin(hop, environment),
  )
  const folders = [...new Set([...names.map(dirname), ...(base === undefined ? [] : [base])])]
  const libraries = isOfSystem(real) ? [] : await libraryOf(program)
  const parts = [
    ...names.map((hop) => ({ from: real, to: hop })),
    ...libraries.flatMap((from) =>
      folders.map((folder) => ({ from, to: join(dirname(folder), 'lib', basename(from)) })),
    ),
  ].filter(({ to }) => !isOfSystem(to))
  if (environment === undefined) return { path: isOfSystem(path) ? path : real, parts }
  const place = await realpath(environment)
  const editable = await editablesOf(place, acceptable)
  const own = acceptable(place) ? [{ from: place, to: environment }, ...editable] : []
  return { path, parts: [...own, ...parts] }
}

/** The names that lead to a file, each but the last a link. */
async function linksOf(path: string): Promise<readonly string[]> {
  const hops: string[] = []
  let at = path
  for (let steps = 0; steps < 40; steps += 1) {
    hops.push(at)
    const next = await readlink(at).catch(() => undefined)
    if (next === undefined) return hops
    at = resolve(dirname(at), next)
  }
  return hops
}

/** Folders outside of a virtual environment that its packages are read from (site, `.pth` files). */
async function editablesOf(environment: string, acceptable: Acceptable): Promise<readonly Part[]> {
  const libraries = await namesIn(join(environment, 'lib'))
  const folders = libraries.map((name) => join(environment, 'lib', name, 'site-packages'))
  const lines = (await Promise.all(folders.map(pathLinesIn))).flat()
  const parts = await Promise.all(lines.map(async (to) => ({ from: await realFolder(to), to })))
  return parts.flatMap(({ from, to }) =>
    from !== undefined && acceptable(from) ? [{ from, to }] : [],
  )
}

async function pathLinesIn(folder: string): Promise<readonly string[]> {
  const files = (await namesIn(folder)).filter((name) => name.endsWith('.pth')).slice(0, 100)
  const texts = await Promise.all(
    files.map((file) => readFile(join(folder, file), 'utf8').catch(() => '')),
  )
  const lines = texts.flatMap((text) => text.slice(0, 65_536).split('\n'))
  return lines
    .map((line) => line.trim())
    .filter(isAbsolute)
    .slice(0, 100)
}

interface Scripts {
  readonly args: readonly string[]
  readonly parts: readonly Part[]
  readonly places: ReadonlySet<number>
}

/** The scripts among the arguments, with their packages; their arguments become absolute. */
async function scriptParts(
  command: Command,
  program: string,
  args: readonly string[],
): Promise<Scripts> {
  const { cwd, acceptable } = command
  const roots: string[] = []
  const places = new Set<number>()
  const changed = [...args]
  for (const { at, path, before } of codeArguments(program, args)) {
    const real = await scriptAt(resolve(cwd, path))
    if (real === undefined) continue
    places.add(at)
    // The script of a virtual environment finds it by its own name.
    if ((await environmentAround(resolve(cwd, path))) !== undefined) continue
    changed[at] = before + real
    roots.push(real)
  }
  const name = moduleArgument(program, args)
  const module = name === undefined ? undefined : await moduleIn(cwd, name)
  if (module !== undefined) roots.push(module)
  return { args: changed, parts: await packagesAround(roots, acceptable), places }
}

async function packagesAround(
  paths: readonly string[],
  acceptable: Acceptable,
): Promise<readonly Part[]> {
  const outside = paths.filter((path) => !isOfSystem(path))
  const found = await Promise.all(outside.map((path) => packageAround(path, acceptable)))
  return found.flat().map((part) => ({ from: part, to: part }))
}

/** Node finds a script without its ending. */
async function scriptAt(path: string): Promise<string | undefined> {
  for (const end of ['', '.js', '.mjs', '.cjs']) {
    const real = await realpath(path + end).catch(() => undefined)
    if (real === undefined) continue
    const found = await stat(real).catch(() => undefined)
    if (found?.isFile() === true || found?.isDirectory() === true) return real
  }
  return undefined
}

async function moduleIn(cwd: string, name: string): Promise<string | undefined> {
  const [top = ''] = name.split('.')
  for (const path of [join(cwd, top), join(cwd, `${top}.py`)]) {
    const found = await lstat(path).catch(() => undefined)
    if (found !== undefined) return realpath(path)
  }
  return undefined
}

async function realFolder(path: string): Promise<string | undefined> {
  const real = await realpath(path).catch(() => undefined)
  const found = real === undefined ? undefined : await stat(real).catch(() => undefined)
  return found?.isDirectory() === true ? real : undefined
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}
