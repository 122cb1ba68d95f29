import { programName, readOptions } from './options.ts'
import { fetcherOf, packageWishOf } from './package-wish.ts'

/** Something that a start-up command does which its reader should know before it runs. */
export interface CommandFinding {
  readonly kind:
    | 'shell'
    | 'download-to-shell'
    | 'inline-code'
    | 'fetches'
    | 'floating-version'
    | 'outside-registry'
    | 'container-escape'
    | 'secret-argument'
    | 'more-rights'
    | 'writes'
    | 'deceptive-text'
  readonly risk: 'low' | 'medium' | 'high'
  /** For a person: lower case, one line. Holds no value that looks like a secret. */
  readonly text: string
  /** Place in the command. */
  readonly at: number
}

/** How a value is told to be a secret. */
export type LooksSecret = (text: string) => boolean

const MOST_ARGUMENTS = 1_000
const LONGEST = 65_536

/**
 * What a start-up command does, in plain words, by how its programs read their arguments. An empty list
 * says that nothing stood out, not that the program is harmless.
 *
 * @param looksSecret for values of arguments.
 */
export function reviewCommand(
  argv: readonly string[],
  looksSecret: LooksSecret,
): readonly CommandFinding[] {
  const command = argv.slice(0, MOST_ARGUMENTS).map((text) => text.slice(0, LONGEST))
  return [
    ...wrapped(command),
    ...shell(command),
    ...inline(command),
    ...fetching(command),
    ...container(command),
    ...secrets(command, looksSecret),
    ...deceptive(command),
  ].sort((left, right) => left.at - right.at)
}

const SHELLS: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'dash',
  'zsh',
  'ksh',
  'fish',
  'ash',
  'cmd',
  'powershell',
  'pwsh',
])
/** Programs that run another one with the rights of somebody else. */
const RIGHTS: ReadonlySet<string> = new Set(['sudo', 'doas', 'su', 'pkexec', 'run0', 'runuser'])

function wrapped([program = '']: readonly string[]): readonly CommandFinding[] {
  if (!RIGHTS.has(programName(program))) return []
  return [finding('more-rights', 'high', `\`${programName(program)}\` runs it with more rights`, 0)]
}

function shell(argv: readonly string[]): readonly CommandFinding[] {
  const at = argv.findIndex(
    (text, index) => SHELLS.has(programName(text)) && isProgram(argv, index),
  )
  if (at < 0) return []
  const script = scriptOf(argv, at)
  if (script === undefined) return [finding('shell', 'medium', 'a shell runs a script', at)]
  const found = [
    finding(
      'shell',
      'high',
      'a shell reads the command: what it runs depends on more than this line',
      at,
    ),
  ]
  if (isDownload(script.text))
    found.push(
      finding(
        'download-to-shell',
        'high',
        'it downloads something and starts what runs code: whoever serves that may decide what runs',
        script.at,
      ),
    )
  if (/(?:^|[^>&\d])>{1,2}\s*[^\s&>]/.test(script.text))
    found.push(finding('writes', 'medium', 'it writes files while it starts', script.at))
  return found
}

/** The text that a shell reads as a command (`-c`, `/c`, `-Command`). */
function scriptOf(
  argv: readonly string[],
  at: number,
): { readonly text: string; readonly at: number } | undefined {
  const option = argv.findIndex(
    (text, index) =>
      index > at && /^(?:-[a-z]{0,4}c|\/[ck]|-command|-encodedcommand|-e|-enc)$/i.test(text),
  )
  const text = argv[option + 1]
  return option < 0 || text === undefined ? undefined : { text, at: option + 1 }
}

const DOWNLOADERS: ReadonlySet<string> = new Set([
  ...['curl', 'wget', 'fetch', 'aria2c', 'lwp-request'],
  ...['invoke-webrequest', 'iwr', 'invoke-restmethod', 'irm'],
])
const RUNNERS: ReadonlySet<string> = new Set([
  ...SHELLS,
  ...['node', 'bun', 'deno', 'python', 'python3', 'ruby', 'perl', 'php'],
  ...['eval', 'source', 'exec', 'chmod', 'iex', 'invoke-expression'],
])

/** A script that downloads, and runs something that reads code, has one hand for each. */
function isDownload(text: string): boolean {
  const words = text.split(/[\s|;&()`<>"'$={}]+/).map(programName)
  return words.some((word) => DOWNLOADERS.has(word)) && words.some((word) => RUNNERS.has(word))
}

/** Options with which an interpreter takes its program from the command line. */
const INLINE: Readonly<Record<string, readonly string[]>> = {
  node: ['-e', '--eval', '-p', '--print', '-pe'],
  bun: ['-e', '--eval'],
  deno: ['eval'],
  python: ['-c'],
  ruby: ['-e'],
  perl: ['-e', '-E'],
  php: ['-r'],
  lua: ['-e'],
}

function inline(argv: readonly string[]): readonly CommandFinding[] {
  const name = /^[a-z]*/.exec(programName(argv[0] ?? ''))?.[0] ?? ''
  const options = Object.hasOwn(INLINE, name) ? INLINE[name] : undefined
  if (options === undefined) return []
  const at = argv.findIndex(
    (text, index) => index > 0 && options.includes(text.split('=', 1)[0] ?? ''),
  )
  const script = argv.findIndex((text, index) => index > 0 && !text.startsWith('-'))
  if (at < 0 || (script >= 0 && script < at)) return []
  return [
    finding(
      'inline-code',
      'high',
      'its code stands in the command, and in no file that could be approved',
      at,
    ),
  ]
}

function fetching(argv: readonly string[]): readonly CommandFinding[] {
  const fetcher = fetcherOf(argv)
  if (fetcher === undefined) return []
  const at = argv.length - fetcher.args.length
  const wish = packageWishOf(argv)
  const found = [
    finding(
      'fetches',
      'medium',
      `\`${fetcher.words}\` fetches what it runs, each time it starts`,
      0,
    ),
  ]
  if (wish === undefined) {
    const text =
      'what it fetches is not one package of the registry, so nobody can say which code runs'
    return [...found, finding('outside-registry', 'high', text, at)]
  }
  if (isExact(wish.version)) return found
  const version = wish.version === undefined ? 'no version' : `\`${wish.version}\``
  return [
    ...found,
    finding(
      'floating-version',
      'high',
      `${version} of \`${wish.name}\` is another program after each release`,
      at,
    ),
  ]
}

function isExact(version: string | undefined): boolean {
  return version !== undefined && /^v?\d+\.\d[\w.+!-]*$/.test(version) && !/[x*]/.test(version)
}

/** Options of `docker run` and its like that open the container, with what they give away. */
const OPENINGS: readonly (readonly [RegExp, string])[] = [
  [/^--privileged(?:=true)?$/, 'the container has all rights on this machine'],
  [/^--(?:pid|ipc|uts|userns|cgroupns)=host$/, 'it shares a namespace with this machine'],
  [/^--(?:net|network)=host$/, 'it shares the network of this machine'],
  [/^--(?:net|network|pid|ipc)=container:/, 'it shares a namespace with another container'],
  [/^--cap-add=/, 'it has more capabilities'],
  [/^--device(?:-cgroup-rule)?=/, 'it has devices of this machine'],
  [/^--security-opt=.*(?:unconfined|disable|=false)/, 'what confines the container is off'],
  [
    /^(?:-v|--volume|--mount)=.*docker\.sock/,
    'it commands the container engine, and so this machine',
  ],
  [/^(?:-v|--volume)=(?:\/|~|\$HOME|%USERPROFILE%)(?::|$)/, 'it sees a whole file system or home'],
  [/^--mount=.*(?:source|src)=\/(?:,|$)/, 'it sees a whole file system'],
  [/^--pull=always$/, 'it runs whatever the registry serves now'],
]
const WITH_VALUE = new Set([
  ...[
    '-v',
    '--volume',
    '--mount',
    '--net',
    '--network',
    '--pid',
    '--ipc',
    '--uts',
    '--userns',
    '--cgroupns',
  ],
  ...[
    '--cap-add',
    '--cap-drop',
    '--device',
    '--security-opt',
    '--pull',
    '-e',
    '--env',
    '--env-file',
    '-u',
    '--user',
  ],
  ...[
    '--name',
    '-w',
    '--workdir',
    '-p',
    '--publish',
    '-m',
    '--memory',
    '--cpus',
    '--entrypoint',
    '-l',
    '--label',
  ],
  ...[
    '--platform',
    '--add-host',
    '--tmpfs',
    '--ulimit',
    '--pids-limit',
    '-h',
    '--hostname',
    '--dns',
    '--gpus',
  ],
])

function container(argv: readonly string[]): readonly CommandFinding[] {
  const name = programName(argv[0] ?? '')
  const run = argv.indexOf('run')
  if (!['docker', 'podman', 'nerdctl'].includes(name) || run < 0) return []
  const read = readOptions(argv.slice(run + 1), { withValue: WITH_VALUE })
  const found = read.flatMap((argument) => {
    if (argument.kind === 'plain') return image(argument.value, run + 1 + argument.at)
    const text = argument.value === undefined ? argument.name : `${argument.name}=${argument.value}`
    const opening = OPENINGS.find(([pattern]) => pattern.test(text))
    return opening === undefined
      ? []
      : [
          finding(
            'container-escape',
            'high',
            `\`${argument.name}\`: ${opening[1]}`,
            run + 1 + argument.at,
          ),
        ]
  })
  return [
    finding('fetches', 'medium', `\`${name} run\` fetches the image where it is not here`, 0),
    ...found,
  ]
}

function image(name: string, at: number): readonly CommandFinding[] {
  if (/@sha256:[0-9a-f]{64}$/.test(name)) return []
  return [
    finding(
      'floating-version',
      'high',
      'the image has no digest: its tag may mean another one tomorrow',
      at,
    ),
  ]
}

function secrets(argv: readonly string[], looksSecret: LooksSecret): readonly CommandFinding[] {
  return argv.flatMap((text, at) => {
    const value = text.slice(text.indexOf('=') + 1)
    if (at === 0 || !(looksSecret(text) || looksSecret(value))) return []
    return [
      finding(
        'secret-argument',
        'high',
        `argument ${at} looks like a secret: all users of the machine see it`,
        at,
      ),
    ]
  })
}

/** Characters that show nothing, or turn around what is shown: a reader would approve something else. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/u

function deceptive(argv: readonly string[]): readonly CommandFinding[] {
  return argv.flatMap((text, at) =>
    UNSEEN.test(text)
      ? [
          finding(
            'deceptive-text',
            'high',
            `argument ${at} holds characters that are not shown as they are`,
            at,
          ),
        ]
      : [],
  )
}

/** Whether a word stands where a program is named: first, or behind a program that runs another. */
function isProgram(argv: readonly string[], at: number): boolean {
  if (at === 0) return true
  const before = argv.slice(0, at)
  const runs =
    /^(?:env|sudo|doas|nice|nohup|timeout|xargs|time|stdbuf|setsid|exec|command|busybox)$/
  return (
    runs.test(programName(before[0] ?? '')) && !before.some((text) => SHELLS.has(programName(text)))
  )
}

function finding(
  kind: CommandFinding['kind'],
  risk: CommandFinding['risk'],
  text: string,
  at: number,
): CommandFinding {
  return { kind, risk, text, at }
}
