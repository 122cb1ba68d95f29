import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SandboxRefusal } from '../../kernel/sandbox.ts'

/** The programs of this machine that a launch goes through. Absolute. */
export interface Tools {
  readonly bwrap: string
  readonly setpriv: string
  readonly prlimit: string
  readonly sh: string
}

/** Why this machine cannot confine with bubblewrap. */
export interface Lacking {
  readonly reason: SandboxRefusal
  readonly why: string
  readonly fix: string
}

// Not the `PATH`: what starts servers is not to be found in a folder that somebody put before the system's.
const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']
// `--bind-fd` came with the fix of a race (CVE-2024-42472), which distributions gave to older versions.
const NEEDED = ['--args', '--size', '--disable-userns', '--bind-fd', '--ro-bind-fd'] as const

/** Looks for the programs; at a path of its own for bubblewrap where one is given. */
export async function findTools(bwrapAt?: string): Promise<Tools | Lacking> {
  const bwrap = bwrapAt ?? find('bwrap')
  if (bwrap === undefined) {
    const fix = 'install the package `bubblewrap`'
    return { reason: 'bwrap_missing', why: 'bubblewrap is not on this machine', fix }
  }
  const found = { setpriv: find('setpriv'), prlimit: find('prlimit'), sh: find('sh') }
  for (const [name, path] of Object.entries(found)) {
    if (path !== undefined) continue
    const fix = `install the package that has \`${name}\` (\`util-linux\` or the system's shell)`
    return { reason: 'tool_missing', why: `\`${name}\` is not on this machine`, fix }
  }
  return (await faultOf(bwrap)) ?? ({ bwrap, ...found } as Tools)
}

async function faultOf(bwrap: string): Promise<Lacking | undefined> {
  const help = await promisify(execFile)(bwrap, ['--help'], { env: {}, timeout: 10_000 }).catch(
    () => undefined,
  )
  if (help === undefined) {
    const fix = `find out why \`${bwrap} --help\` fails`
    return { reason: 'bwrap_missing', why: 'bubblewrap does not run on this machine', fix }
  }
  const lacking = NEEDED.filter((option) => !help.stdout.includes(` ${option} `))
  if (lacking.length === 0) return undefined
  const why = `bubblewrap does not know ${lacking.map((option) => `\`${option}\``).join(', ')}`
  const fix = 'install bubblewrap 0.10 or later, or the security update of the distribution'
  return { reason: 'bwrap_too_old', why, fix }
}

function find(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
