import { programName } from '../command/options.ts'

/** How an interpreter reads its command line. */
interface Interpreter {
  readonly names: RegExp
  /** Options whose value is the next argument. */
  readonly withValue: ReadonlySet<string>
  /** Of those: options whose value is code of the program. */
  readonly code: ReadonlySet<string>
  /** Options with which there is no script: the code stands in the command, or is a module. */
  readonly inline: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

const INTERPRETERS: readonly Interpreter[] = [
  {
    names: /^(?:node|nodejs|tsx|ts-node|bun|deno)$/,
    withValue: new Set([
      ...['-r', '--require', '--import', '--loader', '--experimental-loader'],
      ...['-C', '--conditions', '--env-file', '--env-file-if-exists', '--input-type', '--title'],
    ]),
    code: new Set([
      '-r',
      '--require',
      '--import',
      '--loader',
      '--experimental-loader',
      '--preload',
    ]),
    inline: new Set(['-e', '--eval', '-p', '--print', '-pe']),
  },
  {
    names: /^(?:python|pypy)[\d.]*$/,
    withValue: new Set(['-X', '-W', '-m', '-c', '--check-hash-based-pycs']),
    code: NONE,
    inline: new Set(['-c', '-m']),
  },
  {
    names: /^(?:sh|bash|dash|zsh|ksh|fish)$/,
    withValue: new Set(['-c', '-o', '--rcfile', '--init-file']),
    code: NONE,
    inline: new Set(['-c', '-lc', '-ic', '-ec', '-xc']),
  },
  {
    names: /^(?:ruby|perl|php|lua)[\d.]*$/,
    withValue: new Set(['-e', '-r', '-I']),
    code: NONE,
    inline: new Set(['-e', '-r', '-E']),
  },
  {
    names: /^java$/,
    withValue: new Set(['-cp', '-classpath', '--class-path']),
    code: NONE,
    inline: NONE,
  },
]

/** Which arguments of a command are code of the program: places in `args`, and what is written there. */
export interface CodeArgument {
  readonly at: number
  /** The path as written; what stands before it in the argument, such as `--import=`, is `before`. */
  readonly path: string
  readonly before: string
}

/** The code that a command gives its interpreter to run. Empty for a program that is none. */
export function codeArguments(command: string, args: readonly string[]): readonly CodeArgument[] {
  const interpreter = INTERPRETERS.find(({ names }) => names.test(programName(command)))
  if (interpreter === undefined) return []
  const found: CodeArgument[] = []
  let at = 0
  for (; at < args.length; at += 1) {
    const text = args[at] ?? ''
    if (text === '--') break
    if (!text.startsWith('-')) break
    const { code, more, ends } = readOption(interpreter, args, at)
    if (ends) return found
    found.push(...code)
    at += more
  }
  const script = args[at] === '--' ? at + 1 : at
  const path = args[script]
  return path === undefined || path === '-' ? found : [...found, { at: script, path, before: '' }]
}

interface OptionReading {
  readonly code: readonly CodeArgument[]
  /** How many arguments it takes besides itself. */
  readonly more: number
  readonly ends: boolean
}

function readOption(
  { withValue, code, inline }: Interpreter,
  args: readonly string[],
  at: number,
): OptionReading {
  const text = args[at] ?? ''
  const [name = ''] = text.split('=', 1)
  if (inline.has(name)) return { code: [], more: 0, ends: true }
  if (name !== text) {
    const path = text.slice(name.length + 1)
    const found = code.has(name) ? [{ at, path, before: `${name}=` }] : []
    return { code: found, more: 0, ends: false }
  }
  if (!withValue.has(text)) return { code: [], more: 0, ends: false }
  const path = args[at + 1]
  const found = code.has(text) && path !== undefined ? [{ at: at + 1, path, before: '' }] : []
  return { code: found, more: 1, ends: false }
}

/** The module that a command of Python runs (`-m`); undefined when it runs none. */
export function moduleArgument(command: string, args: readonly string[]): string | undefined {
  if (!/^(?:python|pypy)[\d.]*$/.test(programName(command))) return undefined
  const at = args.indexOf('-m')
  const name = at < 0 ? undefined : args[at + 1]
  return name !== undefined && /^\w+(?:\.\w+)*$/.test(name) ? name : undefined
}
