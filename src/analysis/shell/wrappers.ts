/** How a program that runs another one takes it: which of its own words stand in front. */
export interface Wrapper {
  /** One-letter options without a value. */
  readonly plain?: string
  /** One-letter options with one. */
  readonly valued?: string
  /** Long options without a value. */
  readonly long?: readonly string[]
  /** Long options with one, given as the next word. */
  readonly longValued?: readonly string[]
  /** Words between the options and the program. */
  readonly operands?: number
  /** Whether `NAME=value` may stand in front of the program. */
  readonly assigns?: boolean
  /** Whether it hands its words, joined, to a shell. */
  readonly joins?: boolean
  /** Options whose value is a text for a shell. */
  readonly script?: readonly string[]
  /** Whether it starts a shell, which reads what comes, when nothing is named. */
  readonly shell?: boolean
  /** Options that start a shell or an editor besides. */
  readonly starts?: RegExp
}

// Options are those of GNU coreutils, util-linux, busybox, macOS and the programs' manuals. An option
// that is missing here makes what runs `dynamic`, so a gap costs a denial and hides nothing.
export const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  builtin: {},
  busybox: {},
  caffeinate: { plain: 'disum', valued: 'tw' },
  chroot: { longValued: ['userspec', 'groups'], long: ['skip-chdir'], operands: 1, shell: true },
  chrt: { plain: 'abdfimoRpv', valued: 'TPD', operands: 1 },
  command: { plain: 'p' },
  'dbus-run-session': {},
  doas: { plain: 'Lns', valued: 'uC', starts: /^-[a-zA-Z]*s/ },
  env: {
    plain: 'i0v',
    valued: 'uCP',
    long: ['ignore-environment', 'null', 'debug'],
    longValued: ['unset', 'chdir', 'argv0'],
    assigns: true,
    script: ['-S', '--split-string'],
  },
  exec: { plain: 'cl', valued: 'a' },
  fakeroot: {},
  flock: {
    plain: 'sxunoFv',
    valued: 'wE',
    long: ['shared', 'exclusive', 'unlock', 'nonblock', 'nb', 'close', 'no-fork', 'verbose'],
    longValued: ['wait', 'timeout', 'conflict-exit-code'],
    operands: 1,
    script: ['-c', '--command'],
  },
  gosu: { operands: 1 },
  ionice: { plain: 't', valued: 'cn', long: ['ignore'], longValued: ['class', 'classdata'] },
  linux32: {},
  linux64: {},
  ltrace: { plain: 'cCfiLrStT', valued: 'aAbDeFlnopsuwx' },
  nice: { plain: '0123456789', valued: 'n', longValued: ['adjustment'] },
  nocache: {},
  nohup: {},
  numactl: { longValued: ['cpunodebind', 'membind', 'interleave', 'physcpubind'], valued: 'CNmip' },
  pkexec: { longValued: ['user'], long: ['disable-internal-agent', 'keep-cwd'] },
  prlimit: {},
  rlwrap: {},
  run0: { longValued: ['user', 'group', 'unit', 'property', 'description', 'chdir'], shell: true },
  runcon: { valued: 'turl', plain: 'c', operands: 1 },
  script: {
    plain: 'aefq',
    valued: 'EIOBTmoto',
    script: ['-c', '--command'],
    operands: 1,
    shell: true,
  },
  setarch: { operands: 1 },
  setpriv: { longValued: ['reuid', 'regid', 'groups', 'euid', 'ruid', 'egid', 'rgid'] },
  setsid: { plain: 'cfw', long: ['ctty', 'fork', 'wait'] },
  softlimit: {},
  stdbuf: { valued: 'ioe', longValued: ['input', 'output', 'error'] },
  strace: { plain: 'cCdfhiknqrtTvVxyzZDF', valued: 'aEeIoOpPsSUuX' },
  sudo: {
    plain: 'ABbEeHiKkNnPSsVv',
    valued: 'CDghpRrTtUu',
    long: ['preserve-env', 'set-home', 'non-interactive', 'stdin', 'background', 'shell', 'login'],
    longValued: [
      'user',
      'group',
      'host',
      'prompt',
      'chdir',
      'chroot',
      'role',
      'type',
      'close-from',
    ],
    assigns: true,
    starts: /^(?:-[a-zA-Z]*[sie]|--(?:shell|login|edit))$/,
  },
  'su-exec': { operands: 1 },
  'systemd-run': {
    plain: 'GtPqr',
    valued: 'pEuMH',
    long: ['user', 'scope', 'pty', 'pipe', 'wait', 'quiet', 'collect', 'same-dir'],
    longValued: ['unit', 'property', 'setenv', 'uid', 'gid', 'description', 'slice'],
  },
  taskset: { plain: 'apc', operands: 1 },
  time: { plain: 'apvlh', valued: 'fo', long: ['append', 'portability', 'verbose'] },
  timeout: {
    plain: 'fvp',
    valued: 'ks',
    long: ['foreground', 'preserve-status', 'verbose'],
    longValued: ['kill-after', 'signal'],
    operands: 1,
  },
  toybox: {},
  tsocks: {},
  proxychains: { plain: 'q', valued: 'f' },
  proxychains4: { plain: 'q', valued: 'f' },
  torsocks: { plain: 'i', valued: 'uaP' },
  unbuffer: { plain: 'p' },
  unshare: { plain: 'muinpUCTfrc', long: ['mount', 'net', 'pid', 'user', 'fork'], shell: true },
  watch: {
    plain: 'bcdegptx',
    valued: 'nq',
    long: ['differences', 'no-title', 'beep', 'color', 'exec'],
    longValued: ['interval'],
    joins: true,
  },
  xargs: {
    plain: '0oprtx',
    valued: 'adEIJLnPRSs',
    long: ['null', 'no-run-if-empty', 'verbose', 'interactive', 'exit', 'open-tty'],
    longValued: ['arg-file', 'delimiter', 'max-args', 'max-procs', 'max-chars', 'replace'],
  },
}

/** Shells whose language is read. */
export const SHELLS: ReadonlySet<string> = new Set(
  'ash bash dash ksh ksh93 lksh mksh oksh posh rbash rksh rzsh sh yash zsh'.split(' '),
)

/** Programs that become another user. */
export const PRIVILEGE: ReadonlySet<string> = new Set(
  'doas gosu pkexec run0 runuser setpriv su su-exec sudo sudoedit'.split(' '),
)

/** Programs whose purpose is a connection. */
export const NETWORK: ReadonlySet<string> = new Set(
  (
    'aria2c axel curl dig ftp host lftp lynx mosh nc ncat netcat nslookup rcp rsync scp sftp socat ' +
    'ssh ssh-copy-id sshfs telnet tftp w3m wget websocat xh http https openssl-s_client'
  ).split(' '),
)

/** Programs whose purpose is to turn an encoding into bytes. */
export const DECODERS: ReadonlySet<string> = new Set(
  'base32 base64 basenc uudecode xxd openssl'.split(' '),
)

/**
 * Programs with a language of their own, and how to tell that code in it is among their words. Code
 * can also come from a file or the standard input; what then runs is not known at all.
 */
export const LANGUAGES: readonly { readonly name: RegExp; readonly code: RegExp }[] = [
  { name: /^(?:python|pypy|ipython)[\d.]*w?$/, code: /^-[A-Za-z]*c/ },
  { name: /^(?:node|nodejs|bun|deno|tsx|ts-node)$/, code: /^(?:-[a-z]*[ep]|--eval|--print|eval)/ },
  { name: /^perl[\d.]*$/, code: /^-[A-Za-z0-9]*[eE]/ },
  { name: /^(?:ruby|jruby)[\d.]*$/, code: /^-[A-Za-z0-9]*e/ },
  { name: /^php[\d.]*$/, code: /^(?:-[rBRE]|--run)/ },
  { name: /^(?:lua|luajit)[\d.]*$/, code: /^-e/ },
  { name: /^(?:r|rscript)$/, code: /^-e/ },
  { name: /^(?:tclsh|wish|expect)[\d.]*$/, code: /^-c/ },
  { name: /^(?:fish|nu|elvish|xonsh|csh|tcsh|rc|es)$/, code: /^-[a-z]*c/ },
  { name: /^(?:pwsh|powershell)(?:\.exe)?$/, code: /^[-/](?:c|e|f)/i },
  { name: /^cmd(?:\.exe)?$/, code: /^[-/][a-z]*[ck]/i },
  { name: /^osascript$/, code: /^-[a-z]*e/ },
  { name: /^(?:gawk|mawk|nawk|awk|original-awk)$/, code: /system|\||getline|^-[fiEl]|@/ },
  {
    name: /^g?sed$/,
    code: /(?:^|[;{}\n\d$/!, ])e(?:\s|$)|\W[a-zA-Z\d]{0,16}e[a-zA-Z\d]{0,16}\s{0,8}(?:[;}\n]|$)|^-f/,
  },
  { name: /^(?:vim?|view|nvim|ex|ed|emacs|nano)$/, code: /!|^-[cSu]|^--(?:cmd|eval)|^\+/ },
  { name: /^(?:gdb|lldb)$/, code: /^--?(?:ex|eval|batch|o|x)/ },
  { name: /^(?:psql|mysql|sqlite3|mariadb)$/, code: /\\!|\.(?:shell|system)|\bsystem\b/i },
  { name: /^(?:jshell|groovy|scala|ghc|erl|elixir|julia|octave|clojure|sbcl)$/, code: /^-{1,2}e/ },
]

interface Hook {
  readonly name: RegExp
  readonly option: RegExp
  /** Whether only the first word counts, as for the names of subcommands. */
  readonly first?: boolean
}

/** Options by which a program that has another purpose runs what they name. */
export const HOOKS: readonly Hook[] = [
  {
    name: /^(?:g?tar|bsdtar)$/,
    option: /^--(?:checkpoint-a|to-c|use-c|rsh|info-s|new-v)|^-[a-zA-Z]*[IF]/,
  },
  { name: /^rsync$/, option: /^--(?:rsh|rsync-p)|^-[a-zA-Z]*e/ },
  { name: /^(?:ssh|scp|sftp|sshfs|ssh-copy-id)$/, option: /^-[oFS]|^ssh_command/ },
  {
    name: /^git$/,
    option: /^-c|^--(?:upload-pack|receive-pack|exec|config-env|ext|open-files)|^ext::/,
  },
  { name: /^(?:zip|unzip)$/, option: /^-TT|^--unzip/ },
  { name: /^g?make$/, option: /^--eval|^SHELL=/ },
  { name: /^(?:man|less|more|git-grep)$/, option: /^-P|^--pager|^\+/ },
  { name: /^g?sort$/, option: /^--compress-p/ },
  { name: /^(?:docker|podman|kubectl|nerdctl)$/, option: /^(?:run|exec|debug)$/, first: true },
  {
    name: /^(?:npm|pnpm|yarn|bun|pipx|uv)$/,
    option: /^(?:exec|x|dlx|run-script|tool)$/,
    first: true,
  },
  { name: /^(?:tcpdump|nmap|wget|curl)$/, option: /^-z|^--(?:script|use-askpass)/ },
]

/** Variables that decide which programs run, or what else they run. */
export const ENVIRONMENT =
  /^(?:PATH|IFS|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS[0-4]|PROMPT_COMMAND|CDPATH|SHELL|LD_\w+|DYLD_\w+|(?:\w*_)?(?:PAGER|EDITOR|BROWSER|ASKPASS|SSH_COMMAND|SSH|VISUAL)|GIT_\w+|NODE_OPTIONS|NODE_PATH|PYTHON\w+|PERL\w+|RUBY(?:OPT|LIB)|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|LESS(?:OPEN|CLOSE)|MANPATH|TAR_OPTIONS|BASH_FUNC_.*)$/
