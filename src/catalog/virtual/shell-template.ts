import { type Command, shellWords, type Word } from './shell-words.ts'
import { argumentsIn, type Fill, join, type Template, textIn } from './template.ts'

/** Programs that read their arguments as commands, here or on another machine. */
const READS_COMMANDS: ReadonlySet<string> = new Set(
  'eval trap alias source . ssh su watch parallel xargs find awk sed'.split(' '),
)
/** Programs whose first operand is a program or a script; what follows are its arguments. */
const RUNS_OPERAND: ReadonlySet<string> = new Set(
  (
    'sudo doas env nice nohup setsid stdbuf timeout time exec command builtin busybox ' +
    'sh bash dash zsh ksh ash fish python python2 python3 node deno bun perl ruby php ' +
    'osascript powershell pwsh cmd'
  ).split(' '),
)
/** Words that begin a compound command. */
const RESERVED: ReadonlySet<string> = new Set(
  'if then else elif fi for while until do done case esac in select function coproc [['.split(' '),
)

/**
 * A command line of a POSIX shell in which each value becomes exactly one quoted word, or a part of
 * one. Arguments stand where a word is an operand: never in the place of a program, of a redirection,
 * inside quotes, or in what another program reads as a command again. A value that would be read as
 * an option is refused unless `--` stands before it.
 */
export function shellTemplate(template: Template): Fill | string {
  if (argumentsIn(template).size === 0) return () => ({ text: join(template, () => '') })
  const commands = shellWords(template)
  if (typeof commands === 'string') return commands
  const wrong = commands.map(misplaced).find((problem) => problem !== undefined)
  if (wrong !== undefined) return wrong
  const options = new Set(commands.flatMap(maybeOptions))
  return (values) => {
    for (const [index, part] of template.entries()) {
      if (typeof part === 'string') continue
      const { argument } = part
      const why = unfit(textIn(values, argument), options.has(index))
      if (why !== undefined) return { argument, why }
    }
    return { text: join(template, (argument) => quoted(textIn(values, argument))) }
  }
}

function unfit(value: string, mayBeOption: boolean): string | undefined {
  if (value.includes('\0') || !value.isWellFormed()) return 'must be Unicode without a zero byte'
  return mayBeOption && value.startsWith('-')
    ? 'must not begin with `-`: it would be an option'
    : undefined
}

/** Within single quotes, nothing but a single quote means anything (POSIX.1-2024, 2.2.2). */
function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`
}

function misplaced(command: Command): string | undefined {
  if (command.every(isFixed)) return undefined
  if (command.some((word) => word.redirected && !isFixed(word)))
    return 'an argument must not name the file of a redirection'
  return misplacedProgram(command.filter((word) => !word.redirected && !isAssignment(word)))
}

/** Follows programs that run their first operand, up to the one that is run in the end. */
function misplacedProgram(words: Command): string | undefined {
  const [program, ...others] = words
  if (program === undefined) return undefined
  const { text } = program
  const name = text.slice(text.lastIndexOf('/') + 1)
  if (!isFixed(program) || text.startsWith('$')) return 'the program of a template must be fixed'
  if (RESERVED.has(name)) return `a template with arguments holds no \`${name}\``
  if (READS_COMMANDS.has(name)) return `\`${name}\` would read an argument as a command`
  if (!RUNS_OPERAND.has(name)) return undefined
  const operand = others.findIndex((word) => !isOption(word))
  return operand < 0 ? undefined : misplacedProgram(others.slice(operand))
}

function isFixed({ arguments: held }: Word): boolean {
  return held.length === 0
}

/** Options, durations and priorities stand before the operand that is run. */
function isOption({ text, arguments: held }: Word): boolean {
  return held.length === 0 && /^(-.*|[\d.]+[smhd]?)$/.test(text)
}

function isAssignment({ text, open }: Word): boolean {
  return !open && /^[A-Za-z_][A-Za-z0-9_]*=/.test(text)
}

/** Arguments that begin a word which could be an option. */
function maybeOptions(command: Command): readonly number[] {
  const end = command.findIndex((word) => word.text === '--' && word.arguments.length === 0)
  const before = end < 0 ? command : command.slice(0, end)
  return before.flatMap(({ open, arguments: [first] }) =>
    open && first !== undefined ? [first] : [],
  )
}
