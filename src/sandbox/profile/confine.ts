import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { SandboxMount, SandboxProfile } from '../../kernel/sandbox.ts'
import { refusal } from '../refusal.ts'
import { type Code, codeOf, isOfSystem, type Part } from './code.ts'
import { checkedMount, type MountRules } from './mounts.ts'
import { type Never, neverMounted } from './never.ts'
import { isBelow, isWithin, moved } from './paths.ts'
import type { SandboxSettings } from './settings.ts'
import { unseenArguments } from './unseen.ts'

/** A local server, as its operator wants it started, and this machine around it. Paths absolute. */
export interface Confinement {
  readonly server: string
  readonly settings: SandboxSettings
  readonly command: string
  readonly args: readonly string[]
  /** On this machine. What is relative in the command counts from it. */
  readonly cwd: string
  /** Home of whoever runs the gateway. */
  readonly home: string
  readonly dataDir: string
  /** `PATH` of the gateway. */
  readonly path: string
  /** Folders of its code that are known already, such as those of an approved package. */
  readonly code?: readonly string[]
  /** Files and folders that the gateway goes by, such as its configuration: no server may change them. */
  readonly own?: readonly string[]
}

/** A server that can be launched. */
export interface Confined {
  readonly profile: SandboxProfile
  /** The program, absolute, and its arguments. */
  readonly command: readonly string[]
  /** Folder in the sandbox to start in; its home when undefined. */
  readonly cwd: string | undefined
  /** What the operator should know: lower case, one line each. */
  readonly notes: readonly string[]
}

/** The folder that a server has for itself, which stays. */
export function serverDataOf(dataDir: string, server: string): string {
  return join(dataDir, 'servers', server)
}

/**
 * Makes the profile of a server of what its operator says, of what its program is made of, and of nothing
 * else: links are followed now, and what no sandbox may show is refused under every name. Makes the folder
 * of its own where the settings name it.
 *
 * @throws GatewayError `sandbox_unavailable` with `data: { reason, key, fix }`: `path_refused`,
 *   `path_missing`, `path_holds_socket`, `command_missing`.
 */
export async function confine(request: Confinement): Promise<Confined> {
  const { server, settings, dataDir, home, cwd, path } = request
  const serverData = serverDataOf(dataDir, server)
  const never = await neverMounted({ home, dataDir, serverData })
  await makeOwn(settings, serverData)
  const mounts = await configured(request, never, serverData)
  const acceptable = (folder: string): boolean =>
    never.refusal(folder) === undefined && !never.holdsCredentials(folder)
  const { command, args } = request
  const code = await codeOf({ command, args, path, cwd, acceptable })
  if (code === undefined) throw noProgram(request)
  const parts = await codeMounts(request, code, never)
  const ro = [...mounts.ro, ...parts.filter((part) => !isShown(part, mounts))]
  const { fs, limits } = settings
  const profile: SandboxProfile = {
    ...settings,
    limits: { ...limits, cpuSeconds: limits.cpuSeconds },
    fs: {
      ...fs,
      ro,
      rw: mounts.rw,
      protect: [...fs.protect, ...ownIn(mounts.rw, request.own ?? [])],
      state: fs.state === 'persistent' ? serverData : undefined,
    },
  }
  const seen = { mounts: [...ro, ...mounts.rw], never, cwd }
  return {
    profile,
    command: code.argv,
    cwd: await cwdIn(seen.mounts, cwd),
    notes: [
      ...mounts.notes,
      ...writableCode(parts, mounts.rw),
      ...(await unseenArguments(seen, code)),
    ],
  }
}

async function makeOwn({ fs }: SandboxSettings, serverData: string): Promise<void> {
  const named = [...fs.ro, ...fs.rw].some(({ from }) => from === serverData)
  if (named || fs.state === 'persistent') await mkdir(serverData, { recursive: true, mode: 0o700 })
}

interface Mounts {
  readonly ro: readonly SandboxMount[]
  readonly rw: readonly SandboxMount[]
  readonly notes: readonly string[]
}

async function configured(
  { server, settings }: Confinement,
  never: Never,
  serverData: string,
): Promise<Mounts> {
  const { fs } = settings
  const writable = [serverData, ...fs.rw.map(({ from }) => from)]
  const rules: MountRules = { server, never, writable }
  const all = async (kind: 'ro' | 'rw'): Promise<readonly SandboxMount[]> => {
    const found = await Promise.all(
      fs[kind].map((mount, index) => checkedMount(rules, mount, `sandbox.fs.${kind}.${index}`)),
    )
    return found.filter((mount) => mount !== undefined)
  }
  const [ro, rw] = [await all('ro'), await all('rw')]
  const inSystem = rw.findIndex(({ from }) => isOfSystem(from))
  if (inSystem >= 0) {
    throw refusal({
      ...{ server, reason: 'path_refused', key: `sandbox.fs.rw.${inSystem}` },
      why: `\`${rw[inSystem]?.from}\` belongs to the system`,
      fix: 'mount it with `fs.ro`',
    })
  }
  const notes = [...ro, ...rw]
    .filter(({ from }) => never.holdsCredentials(from))
    .map(({ from }) => `\`${from}\` holds credentials of people: the server sees them`)
  return { ro, rw, notes }
}

/** The mounts for a program. Nobody named them, so what may not be shown is no reason to widen: it fails. */
async function codeMounts(
  { server, code: known = [] }: Confinement,
  { parts }: Code,
  never: Never,
): Promise<readonly SandboxMount[]> {
  const given = await Promise.all(
    known.map(async (to) => ({ from: await realpath(to).catch(() => to), to })),
  )
  const found = new Map<string, SandboxMount>()
  const isGiven = ({ to }: Part): boolean => given.some((folder) => isWithin(to, folder.to))
  for (const part of [...given, ...parts.filter((one) => !isGiven(one))]) {
    const why = given.includes(part) ? undefined : never.refusal(part.from)
    const secret = !given.includes(part) && never.holdsCredentials(part.from)
    if (why !== undefined || secret) {
      throw refusal({
        ...{ server, reason: 'path_refused', key: 'command' },
        why: `its code lies in \`${part.from}\`: ${why ?? 'credentials of people lie there'}`,
        fix: 'move the program to a folder of its own',
      })
    }
    found.set(part.to, { ...part, optional: false, code: true })
  }
  const all = [...found.values()]
  return all.filter(
    (part) => !all.some((other) => isBelow(part.to, other.to) && sameBelow(part, other)),
  )
}

function sameBelow(part: Part, { from, to }: Part): boolean {
  return moved(part.to, to, from) === part.from
}

/** Whether a mount of the operator shows a part already, at its place. */
function isShown({ from, to }: Part, { ro, rw }: Mounts): boolean {
  const around = (mount: Part): boolean =>
    isWithin(to, mount.to) && moved(to, mount.to, mount.from) === from
  // Below a writable folder the code is mounted once more, so that it stays as it is.
  return ro.some(around) || rw.some((mount) => mount.to === to)
}

function writableCode(parts: readonly Part[], rw: readonly SandboxMount[]): readonly string[] {
  return rw
    .filter(({ from }) => parts.some((part) => isWithin(from, part.from)))
    .map(({ from }) => `\`${from}\` holds code of the server, which the server may change`)
}

/** What of the gateway lies in writable mounts, as names below them. */
function ownIn(rw: readonly SandboxMount[], own: readonly string[]): readonly string[] {
  return own.flatMap((path) =>
    rw.flatMap(({ from }) => (isBelow(path, from) ? [path.slice(from.length + 1)] : [])),
  )
}

async function cwdIn(mounts: readonly SandboxMount[], cwd: string): Promise<string | undefined> {
  if (isOfSystem(cwd) || mounts.some(({ to }) => isWithin(cwd, to))) return cwd
  const real = await realpath(cwd).catch(() => cwd)
  const mount = mounts.find(({ from }) => isWithin(real, from))
  return mount && moved(real, mount.from, mount.to)
}

function noProgram({ server, command, path }: Confinement): Error {
  const where = command.includes('/') ? '' : ` on \`${path.slice(0, 500)}\``
  return refusal({
    ...{ server, reason: 'command_missing', key: 'command' },
    why: `there is no program \`${command.slice(0, 200)}\`${where}, or its interpreter is missing`,
    fix: 'install it, or write its whole path',
  })
}
