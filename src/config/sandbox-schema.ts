import { z } from 'zod'
import { PACKAGE_ECOSYSTEMS } from '../kernel/packages.ts'
import { EGRESS_PROTOCOLS, type EgressRule, SANDBOX_BACKENDS } from '../kernel/sandbox.ts'
import { addressProblem, readEgressHost } from './egress-host.ts'
import { count, size } from './fields.ts'

/** Entries of any one list of a profile. */
const MOST = 100

/** A folder of its own that stays, or a place, at the beginning of a path. */
export const PLACEHOLDER = /^\$\{([a-z][a-z0-9_-]{0,62})\}(?=\/|$)/

/** Names of variables of the environment. */
export const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, {
  error: 'expected the name of an environment variable',
})

function mountPath() {
  return z
    .string()
    .min(1)
    .max(4_096)
    .regex(/^[^\0\n]*$/, { error: 'a path holds no zero byte and no line break' })
    .refine((text) => !text.split(/[/\\]/).includes('..'), {
      error: 'a path that goes up with `..` is refused; write where it leads',
    })
    .refine((text) => !text.replace(PLACEHOLDER, '').includes('$' + '{'), {
      error: 'a placeholder stands at the beginning, followed by `/`',
    })
    .meta({ title: 'path' })
}

const mount = z
  .union(
    [
      mountPath(),
      z
        .strictObject({
          from: mountPath().describe('The file or folder on this machine.'),
          to: mountPath()
            .optional()
            .describe('Where the server sees it, absolute; at the same path by default.'),
          optional: z.boolean().default(false).describe('Whether it may be missing.'),
        })
        .describe('A file or folder that it sees.'),
    ],
    { error: 'expected a path, or a map with `from`' },
  )
  .transform((entry) =>
    typeof entry === 'string' ? { from: entry, to: undefined, optional: false } : entry,
  )
  .meta({ title: 'path, or map' })

const host = z
  .string()
  .min(1)
  .max(300)
  .meta({ title: 'host' })
  .describe(
    'A name, `*.` and a domain for all names below it (not itself), or an address. The metadata addresses of clouds are never reachable.',
  )

const hostRule = z
  .strictObject({
    host,
    ports: z
      .array(z.int().min(1).max(65_535))
      .min(1)
      .max(32)
      .optional()
      .describe('TCP ports; 443 for `tls` and 80 for `http` by default.'),
    proto: z
      .enum(EGRESS_PROTOCOLS)
      .default('tls')
      .describe(
        'What is spoken: `tls` to the very name, `http` with the very `Host`, or `tcp`, of which nothing is looked at.',
      ),
    allowPrivate: z
      .boolean()
      .default(false)
      .describe('Whether the host may lie in a private, loopback or link-local range.'),
    encryptedHello: z
      .boolean()
      .default(false)
      .describe(
        'Whether TLS may hide part of its first message (ECH), as browsers do or pretend to; another host at the same address could be meant then.',
      ),
  })
  .describe('A host that it may reach.')

type HostEntry = string | z.output<typeof hostRule>

/** The rule that an entry of `allow` stands for. */
const egressRule = z
  .union([host, hostRule], { error: 'expected a host, or a map with `host`' })
  .transform((entry, context): EgressRule => {
    const rule = ruleOf(entry)
    if (!('wrong' in rule)) return rule
    const path = typeof entry === 'string' ? [] : [rule.at ?? 'host']
    context.addIssue({ code: 'custom', message: rule.wrong, path })
    return z.NEVER
  })
  .meta({ title: 'host, `host:port`, or map' })

function ruleOf(entry: HostEntry): EgressRule | { readonly wrong: string; readonly at?: string } {
  const short = typeof entry === 'string'
  const read = readEgressHost(short ? entry : entry.host)
  if ('wrong' in read) return read
  const { host: name, port } = read
  const allowPrivate = !short && entry.allowPrivate
  const problem = addressProblem(name, allowPrivate)
  if (problem !== undefined) return { wrong: problem }
  if (short) return { host: name, ...byPort(port ?? 443), allowPrivate }
  const { proto, ports } = entry
  if (port !== undefined) return { wrong: 'the port stands in `ports`' }
  const hello = entry.encryptedHello ? { encryptedHello: true } : {}
  if (ports !== undefined) return { host: name, ports, proto, allowPrivate, ...hello }
  if (proto === 'tcp') return { wrong: 'say the `ports` of `proto: tcp`', at: 'proto' }
  return { host: name, ports: [proto === 'http' ? 80 : 443], proto, allowPrivate, ...hello }
}

function byPort(port: number): Pick<EgressRule, 'ports' | 'proto'> {
  return { ports: [port], proto: port === 80 ? 'http' : 'tls' }
}

const relative = z
  .string()
  .min(1)
  .max(1_024)
  .regex(/^[^\0\n\\]*$/, { error: 'a path holds no zero byte, line break or backslash' })
  .refine((text) => text.split('/').every((part) => !['', '.', '..'].includes(part)), {
    error: 'expected a path below the mount, such as `.git/hooks`',
  })

const nameGlob = z.string().regex(/^[^/\0\n]{1,255}$/, {
  error: 'expected the name of a file, with `*` for any part of it',
})

const syscall = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, {
  error: 'expected the name of a system call, such as `sched_setscheduler`',
})

const fs = z
  .strictObject({
    base: z
      .enum(['system', 'minimal'])
      .default('system')
      .describe(
        'What of the system it sees: `/usr` and the harmless part of `/etc`, or only its program with its libraries.',
      ),
    ro: z
      .array(mount)
      .max(MOST)
      .default([])
      .describe(
        'Files and folders that it may read, besides its own code. `$' +
          '{server_data}` is a folder of its own that stays, `$' +
          '{NAME}` a place.',
      ),
    rw: z.array(mount).max(MOST).default([]).describe('Files and folders that it may change.'),
    protect: z
      .array(relative)
      .max(MOST)
      .default([
        '.git/hooks',
        '.git/config',
        '.vscode',
        '.idea',
        '.envrc',
        '.mcp.json',
        '.cursor',
        '.claude',
      ])
      .describe(
        'What stays read-only below `rw`, wherever it lies in it: what others run or trust. A list of yours replaces this one.',
      ),
    hide: z
      .array(nameGlob)
      .max(MOST)
      .default(['.env*', '*.pem', 'id_*', '.npmrc'])
      .describe(
        'Names of files below `ro` and `rw` that nobody can open, with `*` for any part. What appears later is not hidden. A list of yours replaces this one.',
      ),
    home: size('0', '64GiB').prefault('128MiB').describe('Its home folder, in memory.'),
    tmp: size('0', '64GiB').prefault('256MiB').describe('Its `/tmp`, in memory.'),
    shm: size('0', '64GiB').prefault('64MiB').describe('Its `/dev/shm`.'),
    state: z
      .enum(['none', 'persistent'])
      .default('none')
      .describe('Whether it has a folder of its own, `$' + '{server_data}`, that stays.'),
  })
  .prefault({})
  .describe('Files that it sees. Never its user’s home, and nothing of another server.')

const network = z
  .strictObject({
    mode: z
      .enum(['none', 'allowlist', 'unrestricted'])
      .optional()
      .describe('What it reaches; `allowlist` where `allow` names hosts, else `none`.'),
    allow: z
      .array(egressRule)
      .max(MOST)
      .default([])
      .describe(
        'Hosts that it may reach. A short entry, `api.example.com` or `api.example.com:8443`, is TLS; with port 80 it is HTTP.',
      ),
  })
  .prefault({})
  .transform(({ mode, allow }) => ({
    mode: mode ?? (allow.length > 0 ? ('allowlist' as const) : ('none' as const)),
    allow,
  }))
  .describe('Hosts that it reaches.')

const syscalls = z
  .strictObject({
    unixSockets: z
      .enum(['deny', 'allow'])
      .default('deny')
      .describe('Whether it may use Unix sockets. Those of the machine are out of sight anyway.'),
    extraDeny: z.array(syscall).max(MOST).default([]).describe('System calls that fail besides.'),
    allow: z
      .array(syscall)
      .max(MOST)
      .default([])
      .describe('System calls that are refused to others. Say only what it cannot do without.'),
  })
  .prefault({})
  .describe('System calls that it may make.')

const limits = z
  .strictObject({
    memory: size('16MiB', '1024GiB')
      .prefault('1GiB')
      .describe('Memory of all its processes together.'),
    pids: count(32_768).default(64).describe('Processes and threads at once.'),
    cpu: z
      .number({ error: 'expected a number of processors, such as `0.5`' })
      .min(0.01)
      .max(1_024)
      .default(1)
      .meta({ title: 'number of processors, 0.01 to 1024' })
      .describe('Processors that it may keep busy.'),
    cpuSeconds: count(31_536_000)
      .optional()
      .describe('Seconds of processor time after which a process is ended; none by default.'),
    files: z.int().min(16).max(1_048_576).default(1_024).describe('Open files of one process.'),
    fileSize: size('4KiB', '1024GiB')
      .prefault('256MiB')
      .describe('Largest file that it may write.'),
  })
  .prefault({})
  .describe('How much of the machine it may take.')

/** How one local server is confined. */
export const sandbox = z
  .strictObject({
    backend: z
      .enum(SANDBOX_BACKENDS)
      .default('auto')
      .describe(
        'What confines it: `auto` takes the first that works here. `none` confines nothing, and needs `sandbox.allowUnsandboxed`.',
      ),
    required: z
      .boolean()
      .default(true)
      .describe(
        'Whether it stays off where the sandbox cannot be had. `false` needs `sandbox.allowUnsandboxed`.',
      ),
    runAs: z
      .union([z.enum(['auto', 'inherit']), z.int().min(1).max(4_294_967_294)], {
        error: 'expected `auto`, `inherit` or the number of a user that is not root',
      })
      .default('auto')
      .meta({ title: '`auto`, `inherit` or the number of a user' })
      .describe(
        'Who it runs as on this machine: `auto` is never root (a gateway of root takes a number per server), `inherit` is who runs the gateway.',
      ),
    allowRoot: z
      .boolean()
      .default(false)
      .describe('Whether `inherit` may mean root. Root breaks out of what holds others.'),
    fs,
    network,
    env: z
      .strictObject({
        pass: z
          .array(variable)
          .max(MOST)
          .default([])
          .describe('Variables of the gateway’s own environment that it gets besides `env`.'),
      })
      .prefault({})
      .describe('Its environment.'),
    syscalls,
    limits,
    report: z
      .strictObject({
        level: z
          .enum(['none', 'deny', 'all'])
          .default('deny')
          .describe('What is recorded: nothing, what is refused, or also which hosts it reaches.'),
        learn: z
          .boolean()
          .default(false)
          .describe('Whether what it reaches for is noted, to propose settings. Allows nothing.'),
      })
      .prefault({})
      .describe('What is told of it.'),
  })
  .prefault({})
  .describe(
    'What the program may do on this machine. Without any of it: no network, no home, its own code and the system to read.',
  )

/** The package that a local server is run from. */
export const serverPackage = z
  .strictObject({
    ecosystem: z.enum(PACKAGE_ECOSYSTEMS).describe('The registry that it comes from.'),
    name: z
      .string()
      .regex(/^(?:@[A-Za-z0-9~_-][A-Za-z0-9._~-]{0,213}\/)?[A-Za-z0-9~_-][A-Za-z0-9._~-]{0,213}$/, {
        error: 'expected the name of a package',
      })
      .describe('Its name there.'),
    version: z
      .string()
      .regex(/^[A-Za-z0-9.^~<>=*|+!, _-]{1,128}$/, { error: 'expected a version' })
      .optional()
      .describe(
        'An exact version. A range or a tag is resolved once, when it is installed, and stays until somebody approves another.',
      ),
    integrity: z
      .string()
      .regex(/^sha(?:256|384|512)-[A-Za-z0-9+/]{20,100}={0,2}$/, {
        error: 'expected a digest such as `sha512-…`',
      })
      .optional()
      .describe('Digest that its archive must have (Subresource Integrity).'),
    bin: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, { error: 'expected the name of a program' })
      .optional()
      .describe('Which of its programs to run, where it has several.'),
    scripts: z
      .boolean()
      .default(false)
      .describe('Whether install scripts may run: confined, and without a network.'),
    provenance: z
      .enum(['required', 'optional'])
      .default('optional')
      .describe(
        'Whether it must prove where it was built. A proof that is there is always verified.',
      ),
  })
  .describe(
    'A package to install once and to run from there, in place of `command`; `args` are for its program.',
  )

/** What holds for the sandboxes of all servers. */
export const sandboxes = z
  .strictObject({
    allowUnsandboxed: z
      .boolean()
      .default(false)
      .describe('Whether a server may run without a sandbox where its own settings say so.'),
  })
  .prefault({})
  .describe('Sandboxes of local servers.')
