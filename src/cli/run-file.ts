import { linkSync, readFileSync, renameSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { CommandError } from './command-error.ts'
import { codeOf, createFile, readPrivateFile, replaceFile } from './private-file.ts'

/** A gateway that runs, as its data directory tells. */
export interface RunningGateway {
  readonly pid: number
  readonly url: string
  /** When it started, ISO 8601. */
  readonly started: string
  /** The issuer of its tokens: the origin under which it is known. */
  readonly issuer: string
  /** PEM file of its certificate, when the gateway serves HTTPS itself. */
  readonly certificate: string | undefined
}

/** A claim on a data directory: held by one process at a time. */
export interface Claim {
  /** Tells other commands where the gateway listens. */
  announce(gateway: Pick<RunningGateway, 'url' | 'issuer' | 'certificate'>): void
  release(): void
}

/** The process that holds a data directory. `born` tells it from a later one with the same id. */
interface Holder {
  readonly pid: number
  readonly born: string
  readonly started: string
  readonly url: string | undefined
  readonly issuer: string | undefined
  readonly certificate: string | undefined
}

/** The path of the file that says where the gateway of a data directory listens. */
export function runFile(dataDir: string): string {
  return join(dataDir, 'run.json')
}

/** The gateway that runs on a data directory. A file left behind by a dead process counts as none. */
export function findRunning(dataDir: string): RunningGateway | undefined {
  const holder = readHolder(runFile(dataDir))
  if (holder === undefined || !isAlive(holder)) return undefined
  const { born: _, url, issuer, ...rest } = holder
  return url === undefined || issuer === undefined ? undefined : { ...rest, url, issuer }
}

/**
 * Claims a data directory for this process: two gateways on one would break its chain of records.
 *
 * @throws {CommandError} `configuration` while another process holds it.
 */
export function claim(dataDir: string, started: Date): Claim {
  const path = runFile(dataDir)
  const me: Holder = {
    pid: process.pid,
    born: bornOf(process.pid),
    started: started.toISOString(),
    url: undefined,
    issuer: undefined,
    certificate: undefined,
  }
  while (!createFile(path, `${JSON.stringify(me)}\n`)) {
    const holder = readHolder(path)
    if (holder !== undefined && isAlive(holder)) throw inUse(dataDir, holder)
    moveAway(path)
  }
  return {
    announce: (gateway) => replaceFile(path, `${JSON.stringify({ ...me, ...gateway })}\n`),
    release: () => {
      if (readHolder(path)?.pid === process.pid) unlinkSync(path)
    },
  }
}

/** Takes a dead process's file out of the way; puts it back when it is a new one by now. */
function moveAway(path: string): void {
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  const holder = readHolder(aside)
  if (holder !== undefined && isAlive(holder)) linkSync(aside, path)
  unlinkSync(aside)
}

function inUse(dataDir: string, { pid, url }: Holder): CommandError {
  const where = url === undefined ? 'starting' : `at ${url}`
  return new CommandError(`a gateway runs on \`${dataDir}\` already (process ${pid}, ${where})`, {
    exit: 'configuration',
    fix: 'stop it first, or name another data directory with `--data-dir`',
  })
}

function readHolder(path: string): Holder | undefined {
  const text = readPrivateFile(path)
  if (text === undefined) return undefined
  try {
    return holderOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

function holderOf(value: Partial<Record<keyof Holder, unknown>>): Holder | undefined {
  const { pid, born, started, url, issuer, certificate } = value
  if (!Number.isSafeInteger(pid) || Number(pid) <= 0) return undefined
  if (typeof born !== 'string' || typeof started !== 'string') return undefined
  return {
    pid: Number(pid),
    born,
    started,
    url: typeof url === 'string' && URL.canParse(url) ? url : undefined,
    issuer: typeof issuer === 'string' && URL.canParse(issuer) ? issuer : undefined,
    certificate: typeof certificate === 'string' ? certificate : undefined,
  }
}

/**
 * True while the process that wrote the file lives. It holds its port as long as it does, so the
 * token that goes to that address reaches nobody else.
 */
function isAlive({ pid, born }: Holder): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    // EPERM too: a process of somebody else is not our gateway.
    return false
  }
  return bornOf(pid) === born
}

/** The start of a process in clock ticks since boot (proc(5), stat, field 22); empty elsewhere. */
function bornOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
