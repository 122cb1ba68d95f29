import type { Literal } from './draft.ts'
import type { ShellFlag } from './flags.ts'
import { front } from './options.ts'
import { baseName } from './word.ts'
import {
  DECODERS,
  ENVIRONMENT,
  HOOKS,
  LANGUAGES,
  NETWORK,
  PRIVILEGE,
  SHELLS,
  WRAPPERS,
  type Wrapper,
} from './wrappers.ts'

/** What a command makes run besides itself. */
export interface Runs {
  /** Commands that it runs, as words. */
  readonly commands: readonly (readonly Literal[])[]
  /** Texts that it hands to a shell. */
  readonly scripts: readonly string[]
  readonly flags: readonly ShellFlag[]
}

/** One command, as far as the words say. */
export interface Call {
  /** Its program, without folders and in lower case. */
  readonly name: string
  /** All that follows. */
  readonly words: readonly Literal[]
  /** What it reads, where the text itself says so: a here-document or a here-string. */
  readonly input: Literal | undefined
}

/** What runs when a command runs: itself apart. Linear in its words. */
export function runsOf(call: Call): Runs {
  const special = Object.hasOwn(SPECIAL, call.name) ? SPECIAL[call.name] : undefined
  if (special) return joined([special(call), traits(call)])
  const wrapper = Object.hasOwn(WRAPPERS, call.name) ? WRAPPERS[call.name] : undefined
  if (wrapper) return joined([wrapped(call, wrapper), traits(call)])
  if (SHELLS.has(call.name)) return joined([shell(call), traits(call)])
  return joined([language(call), traits(call)])
}

type Reader = (call: Call) => Runs

const NOTHING: Runs = { commands: [], scripts: [], flags: [] }
const DYNAMIC: Runs = flagged('dynamic')

function flagged(...flags: readonly ShellFlag[]): Runs {
  return { ...NOTHING, flags }
}

function joined(all: readonly Runs[]): Runs {
  return {
    commands: all.flatMap(({ commands }) => commands),
    scripts: all.flatMap(({ scripts }) => scripts),
    flags: all.flatMap(({ flags }) => flags),
  }
}

function runs(words: readonly Literal[]): Runs {
  return words.length === 0 ? NOTHING : { ...NOTHING, commands: [words] }
}

/** Words that a shell reads in turn, joined by blanks. */
function read(words: readonly Literal[]): Runs {
  const text = words.every((word) => word !== null) ? words.join(' ') : undefined
  return text === undefined
    ? flagged('eval', 'dynamic')
    : { commands: [], scripts: [text], flags: ['eval'] }
}

const SPECIAL: Readonly<Record<string, Reader>> = {
  '.': () => flagged('eval', 'dynamic'),
  source: () => flagged('eval', 'dynamic'),
  eval: ({ words }) =>
    words.length === 0 ? NOTHING : read(words[0] === '--' ? words.slice(1) : words),
  trap: ({ words }) => trap(words[0] === '--' ? words.slice(1) : words),
  alias: ({ words }) => (words.length === 0 ? NOTHING : flagged('alias', 'dynamic')),
  command: (call) =>
    /^-p?[vV]/.test(call.words[0] ?? '') ? NOTHING : wrapped(call, WRAPPERS['command'] ?? {}),
  find: ({ words }) => find(words),
  gfind: ({ words }) => find(words),
  ssh: (call) => ssh(call),
  su: (call) => su(call),
  runuser: (call) => su(call),
  sudoedit: () => flagged('dynamic'),
  xargs: (call) => xargs(call),
  parallel: () => flagged('dynamic', 'eval'),
  at: () => flagged('dynamic', 'eval'),
  batch: () => flagged('dynamic', 'eval'),
  crontab: () => flagged('dynamic', 'eval'),
  screen: () => flagged('dynamic', 'eval'),
  tmux: () => flagged('dynamic', 'eval'),
  nsenter: () => DYNAMIC,
  firejail: () => DYNAMIC,
  bwrap: () => DYNAMIC,
  socat: () => DYNAMIC,
  iex: () => flagged('eval', 'dynamic', 'windows'),
  'invoke-expression': () => flagged('eval', 'dynamic', 'windows'),
}

function trap([action]: readonly Literal[]): Runs {
  if (action === undefined || action === '-' || action === '' || /^-[lpP]/.test(action ?? ''))
    return NOTHING
  return read([action])
}

/** Options and operands in front, then the program and its words. */
function wrapped({ words }: Call, wrapper: Wrapper): Runs {
  const first = front(words, wrapper)
  const from = wrapper.assigns ? countWhile(first.rest, isAssignment) : 0
  const behind = first.rest.slice(from + (wrapper.operands ?? 0))
  // `flock file -c 'x'`, `script file -c 'x'`: the text may stand behind the operands.
  const second = front(behind, wrapper.script && wrapper.operands ? wrapper : undefined)
  const command = second.rest
  const scripts = [...first.scripts, ...second.scripts]
  const starts = first.options.some((word) => wrapper.starts?.test(word ?? ''))
  const alone = wrapper.shell === true && command.length + scripts.length === 0
  return joined([
    { commands: [], scripts, flags: scripts.length > 0 ? ['eval'] : [] },
    // Words behind such a text are added to it in ways of their own.
    when(first.unsure || second.unsure || (scripts.length > 0 && command.length > 0), 'dynamic'),
    when(first.rest.slice(0, from).some(setsEnvironment), 'environment', 'dynamic'),
    when(starts || alone, 'eval', 'dynamic'),
    wrapper.joins && command.length > 0 ? read(command) : runs(command),
  ])
}

function when(holds: boolean, ...flags: readonly ShellFlag[]): Runs {
  return holds ? flagged(...flags) : NOTHING
}

function countWhile(words: readonly Literal[], test: (word: Literal) => boolean): number {
  const end = words.findIndex((word) => !test(word))
  return end < 0 ? words.length : end
}

function isAssignment(word: Literal): boolean {
  return word !== null && /^[A-Za-z_]\w*=/.test(word)
}

/** Whether a word `NAME=value`, or `NAME`, names a variable that changes what runs. */
export function setsEnvironment(word: Literal): boolean {
  return word !== null && ENVIRONMENT.test(word.split(/\+?=|\[/, 1)[0] ?? '')
}

/** POSIX, sh: the text behind `-c`, the file that is named, or what comes by the standard input. */
function shell({ words, input }: Call): Runs {
  const { options, rest } = front(words, SHELL)
  const letters = options.filter((word) => /^-[^-]/.test(word ?? '')).join('')
  const [first] = rest
  // A value that is not known may be several words, and `-c` among them.
  if (options.includes(null)) return flagged('eval', 'dynamic')
  if (letters.includes('c')) return first === undefined ? NOTHING : read([first])
  if (/^--(?:version|help)$/.test(words[0] ?? '')) return NOTHING
  const byInput = first === undefined || first === '-' || letters.includes('s')
  return byInput && typeof input === 'string' ? read([input]) : flagged('eval', 'dynamic')
}

/** findutils, `-exec`: up to `;`, or `+`. */
function find(words: readonly Literal[]): Runs {
  const all: Runs[] = words.includes(null) ? [DYNAMIC] : []
  for (let index = 0; index < words.length; index++) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(words[index] ?? '')) continue
    const start = index + 1
    while (index < words.length && words[index] !== ';' && words[index] !== '+') index += 1
    const command = words.slice(start, index)
    all.push(runs(command), /\{\}/.test(command[0] ?? '') ? DYNAMIC : NOTHING)
  }
  return joined(all)
}

const SHELL: Wrapper = {
  plain: 'abcefhiklmnpqrstuvxBCDEHPT-',
  valued: 'oO',
  longValued: ['rcfile', 'init-file'],
}

const SSH: Wrapper = { plain: '46AaCfGgKkMNnqsTtVvXxYy', valued: 'BbcDEeFIiJLlmOoPpQRSWw' }

/** OpenSSH joins the words behind the host, and a shell reads them there. */
function ssh({ words, input }: Call): Runs {
  const { rest, unsure } = front(words, SSH)
  // Options may also stand behind the host.
  const [host, ...behind] = rest
  const after = front(behind, SSH)
  const flags = flagged(...(unsure || after.unsure || host === null ? (['dynamic'] as const) : []))
  return joined([flags, read(after.rest.length > 0 ? after.rest : [input ?? null])])
}

const SU: Wrapper = {
  plain: 'flmpP-',
  valued: 'sguGw',
  long: ['login', 'preserve-environment', 'pty', 'fast'],
  longValued: ['shell', 'group', 'supp-group', 'user', 'whitelist-environment'],
  script: ['-c', '--command', '--session-command'],
}

/** util-linux: options may stand on both sides of the user. */
function su({ name, words }: Call): Runs {
  const texts: Runs[] = []
  let rest = words
  let first = true
  while (rest.length > 0) {
    const taken = front(rest, SU)
    texts.push(...taken.scripts.map((text) => read([text])), taken.unsure ? DYNAMIC : NOTHING)
    // With `-u`, runuser runs the words that follow.
    if (first && name === 'runuser' && words.some((word) => /^(?:-u|--user)/.test(word ?? '')))
      return joined([...texts, runs(taken.rest)])
    rest = taken.rest.slice(1)
    first = false
  }
  return texts.some(({ scripts }) => scripts.length > 0)
    ? joined(texts)
    : joined([...texts, DYNAMIC])
}

const XARGS = WRAPPERS['xargs'] ?? {}

/** xargs: what comes by the input may be the program too, or bring one. */
function xargs(call: Call): Runs {
  const plain = wrapped(call, XARGS)
  const [command] = plain.commands
  // Without a program it prints.
  if (command === undefined) return plain
  const place = placeholder(front(call.words, XARGS).options)
  const filled = place !== undefined && (command[0]?.includes(place) || runsOthers(nameOf(command)))
  return filled || hungry(command) ? joined([plain, DYNAMIC]) : plain
}

/** What xargs replaces by its input, if it does. */
function placeholder(options: readonly Literal[]): string | undefined {
  for (const [index, word] of options.entries()) {
    const [, attached] = /^-[a-z0-9]*[IiJ](.*)$/.exec(word ?? '') ?? []
    if (attached !== undefined) return attached || (options[index + 1] ?? '{}')
    if (/^--replace/.test(word ?? '')) return word?.split('=')[1] || '{}'
  }
  return undefined
}

/** Whether more words behind a command may bring it another program. */
function hungry(words: readonly Literal[], depth = 0): boolean {
  const name = nameOf(words)
  if (depth > MAX_WRAPPED) return true
  if (!runsOthers(name)) return false
  const call = { name, words: words.slice(1), input: undefined }
  // Itself apart: it would ask this again for each of a long row of them.
  const { commands, scripts } = name === 'xargs' ? wrapped(call, XARGS) : runsOf(call)
  const [inner] = commands
  return inner === undefined ? scripts.length === 0 : hungry(inner, depth + 1)
}

const MAX_WRAPPED = 16

function nameOf([first]: readonly Literal[]): string {
  return typeof first === 'string' ? baseName(first).toLowerCase() : ''
}

function runsOthers(name: string): boolean {
  const named = Object.hasOwn(WRAPPERS, name) || Object.hasOwn(SPECIAL, name)
  return named || SHELLS.has(name) || languageOf(name) !== undefined
}

function languageOf(name: string): (typeof LANGUAGES)[number] | undefined {
  return LANGUAGES.find((language) => language.name.test(name))
}

function language({ name, words }: Call): Runs {
  const known = languageOf(name)
  if (known === undefined) return NOTHING
  const code = words.some((word) => word === null || known.code.test(word))
  return code ? flagged('inline-code') : NOTHING
}

/** What the name of a program, and its words one by one, say by themselves. */
function traits({ name, words }: Call): Runs {
  const some = (test: RegExp): boolean => words.some((word) => word !== null && test.test(word))
  const has: readonly (readonly [boolean, readonly ShellFlag[]])[] = [
    [PRIVILEGE.has(name), ['privilege']],
    [NETWORK.has(name), ['network']],
    [DECODERS.has(name) && some(/^-+(?:[a-z]*[dDr]|decode)/), ['encoded']],
    [/^(?:echo|printf)$/.test(name) && some(/\\(?:x[\da-f]|0?[0-7]{2}|u[\da-f])/i), ['encoded']],
    [
      HOOKS.some(
        (hook) =>
          hook.name.test(name) &&
          (hook.first ? hook.option.test(words[0] ?? '') : some(hook.option)),
      ),
      ['dynamic'],
    ],
    [SETTERS.has(name) && words.some(setsEnvironment), ['environment', 'dynamic']],
    [WINDOWS.test(name), ['windows']],
  ]
  return flagged(...has.flatMap(([holds, flags]) => (holds ? flags : [])))
}

const WINDOWS =
  /\.(?:exe|bat|cmd|ps1)$|^(?:pwsh|powershell|cmd|wscript|cscript|mshta)$|^(?:get|set|new|remove|invoke|start|stop|add|out|write|import|export|copy|move|rename|clear|test)-[a-z]{3,}$/

const SETTERS: ReadonlySet<string> = new Set(
  'declare export getopts let local mapfile printf read readarray readonly typeset unset wait'.split(
    ' ',
  ),
)

/** Builtins that read a word as the name of a variable, with the index of an array in it. */
export const EVALUATORS: ReadonlySet<string> = new Set([...SETTERS, 'test', '['])
