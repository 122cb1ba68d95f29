/** A program as it is started in the end, and through what. */
export interface Launch {
  /** Its name without folder and extension, in lower case. */
  readonly program: string
  readonly args: readonly string[]
  /** Programs around it, outermost first, each with its own arguments. */
  readonly through: readonly Wrapper[]
  /** The text of a shell that starts it; then it is what the text begins with, as far as that can be read. */
  readonly script?: string
}

export interface Wrapper {
  readonly program: string
  readonly args: readonly string[]
}

const MOST_LAYERS = 8
/** They start what follows their own options. */
const PLAIN = new Set(
  'env sudo doas nohup nice time timeout setsid stdbuf cross-env command exec firejail catchsegv arch wsl start'.split(
    ' ',
  ),
)
/** They start what follows `--`, or nothing that can be seen. */
const DASHED = new Set(
  'bailiwick op doppler infisical dotenv dotenvx bwrap mise asdf direnv aws-vault chamber envchain teller varlock with-env unshare systemd-run sandbox-exec nsjail proot wsl'.split(
    ' ',
  ),
)
const SHELLS = new Set('sh bash zsh dash fish ksh ash cmd powershell pwsh'.split(' '))
/** Options of wrappers that take the next word along. */
const TAKES_NEXT = new Set(['-u', '-g', '-n', '-p', '-f', '-k', '-s', '-d', '-C', '-S', '-D', '-e'])

/** Unwraps shells and starters, eight deep at most; what cannot be read stays the program. */
export function launchOf(command: string, args: readonly string[]): Launch {
  let now: Launch = { ...firstOf(command, args), through: [] }
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const next = within(now)
    if (next === undefined) return now
    now = next
  }
  return now
}

function firstOf(command: string, args: readonly string[]): Wrapper {
  // Some hosts take a whole command line as the command.
  const words = /\s/.test(command) && !/[\\/]/.test(command) ? wordsOf(command) : [command]
  return { program: programName(words[0] ?? ''), args: [...words.slice(1), ...args] }
}

/** `C:\nodejs\NPX.cmd` is `npx`. */
export function programName(command: string): string {
  const base = command.trim().split(/[\\/]/).at(-1) ?? ''
  return base.toLowerCase().replace(/\.(?:exe|cmd|bat|ps1)$/, '')
}

function within(launch: Launch): Launch | undefined {
  const { program, args, through } = launch
  const outer = [...through, { program, args }]
  const script = SHELLS.has(program) ? scriptIn(program, args) : undefined
  if (script !== undefined) {
    const words = startIn(wordsOf(script))
    return { ...inner(words, outer), script: launch.script ?? script }
  }
  const from = startOf(program, args)
  if (from === undefined || args[from] === undefined) return undefined
  const carried = launch.script === undefined ? {} : { script: launch.script }
  return { ...inner(args.slice(from), outer), ...carried }
}

function inner(words: readonly string[], through: readonly Wrapper[]): Launch {
  return { program: programName(words[0] ?? ''), args: words.slice(1), through }
}

/** What only prepares: the server is what comes behind. */
const PREPARES = new Set('cd pushd export set source . echo sleep umask ulimit trap'.split(' '))

/** Of the commands that a text joins the first that does more than prepare, without its variables. */
function startIn(words: readonly string[]): readonly string[] {
  const commands: string[][] = [[]]
  for (const word of words) {
    const bare = word.replace(/;$/, '')
    if (/^(?:&&|\|\|?|;|&)$/.test(word)) commands.push([])
    else if (commands.at(-1)?.length !== 0 || !/^[A-Za-z_]\w{0,120}=/.test(word))
      commands.at(-1)?.push(bare)
    if (bare !== word) commands.push([])
  }
  const isStart = ([first]: readonly string[]): boolean =>
    first !== undefined && !PREPARES.has(first)
  return commands.find(isStart) ?? words
}

/** The text that a shell is given: after `-c`, `/c`, `-Command`. */
function scriptIn(shell: string, args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => /^(?:-[a-z]{0,4}c|\/[ck]|-command)$/i.test(arg))
  if (at < 0 || at + 1 >= args.length) return undefined
  const rest = args.slice(at + 1)
  // Others take one word as text, and the rest as parameters of it.
  return shell === 'cmd' || /^p/.test(shell) ? rest.join(' ') : rest[0]
}

function startOf(program: string, args: readonly string[]): number | undefined {
  const dashes = args.indexOf('--')
  if (DASHED.has(program) && dashes >= 0) return dashes + 1
  if (program === 'sandbox-exec') return afterOptions(args, 0)
  return PLAIN.has(program) ? afterOptions(args, program === 'timeout' ? 1 : 0) : undefined
}

function afterOptions(args: readonly string[], positional: number): number {
  let [at, left] = [0, positional]
  while (at < args.length) {
    const arg = args[at] ?? ''
    if (TAKES_NEXT.has(arg)) at += 2
    else if (arg === '--') return at + 1
    else if (arg.startsWith('-') || /^[A-Za-z_]\w{0,120}=/.test(arg)) at += 1
    else if (left > 0) [at, left] = [at + 1, left - 1]
    else return at
  }
  return at
}

const WORD = /"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+)/g

/** Words of a command line, quotes taken off; what an operator joins stays in, as a word. */
export function wordsOf(line: string): readonly string[] {
  return [...line.slice(0, 16_384).matchAll(WORD)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  )
}
