import { posix } from 'node:path'

/** One use of a path by a traced program. */
export interface FileUse {
  /** In the sandbox; absolute and plain. */
  readonly path: string
  readonly access: 'read' | 'write' | 'connect'
  /** The system call. */
  readonly call: string
  readonly allowed: boolean
}

const MAX_LINE = 16_384
const MAX_PATH = 4_096

/** Calls that change what they name. `open` and its kin say it in their flags. */
const CHANGES: ReadonlySet<string> = new Set([
  ...['creat', 'mkdir', 'mkdirat', 'rmdir', 'unlink', 'unlinkat', 'truncate', 'mknod', 'mknodat'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat', 'utimensat'],
  ...['chmod', 'fchmodat', 'fchmodat2', 'chown', 'lchown', 'fchownat', 'setxattr', 'removexattr'],
])
const WRITES = /\bO_(?:WRONLY|RDWR|CREAT|TRUNC)\b/

/** Reads what the tracer writes, line by line. */
export interface TraceReader {
  line(text: string): FileUse | undefined
}

/**
 * A reader of the trace of a process that waits to become a server, and of all it starts. What counts
 * begins when it has become that.
 *
 * @param cwd where the server starts, for relative paths.
 */
export function traceReader(cwd: string): TraceReader {
  const unfinished = new Map<string, string>()
  let begun = false
  let folder = cwd
  return {
    line(text) {
      const whole = joined(text.slice(0, MAX_LINE), unfinished)
      const call = whole === undefined ? undefined : callOf(whole)
      if (call === undefined) return undefined
      if (!begun) {
        begun = call.name === 'execve' && call.ok
        return undefined
      }
      const path = posix.resolve(folder, call.first)
      if (call.name === 'chdir' && call.ok) folder = path
      return useOf(call, path)
    },
  }
}

interface Call {
  readonly pid: string
  readonly name: string
  /** The first text of its arguments. */
  readonly first: string
  readonly rest: string
  readonly ok: boolean
  readonly error: string
}

/** A call that another one interrupted stands in two lines. */
function joined(line: string, unfinished: Map<string, string>): string | undefined {
  const pid = /^\d+/.exec(line)?.[0] ?? ''
  if (line.endsWith('<unfinished ...>')) {
    if (unfinished.size < 1_000) unfinished.set(pid, line.slice(0, -'<unfinished ...>'.length))
    return undefined
  }
  const at = line.indexOf(' resumed>')
  if (at < 0) return line
  const begun = unfinished.get(pid)
  unfinished.delete(pid)
  return begun === undefined ? undefined : begun + line.slice(at + ' resumed>'.length)
}

function callOf(line: string): Call | undefined {
  const head = /^(\d+) +([a-z0-9_]+)\(/.exec(line)
  const end = line.lastIndexOf(') = ')
  if (head === null || end < 0) return undefined
  const [all, pid = '', name = ''] = head
  const open = line.indexOf('"', all.length)
  const close = open < 0 ? -1 : endOfText(line, open + 1)
  if (close < 0 || close > end) return undefined
  if (name === 'connect' && !line.startsWith('sun_path="/', open - 'sun_path='.length))
    return undefined
  // what is named from an open folder is not known, and the folder was seen when it was opened
  if (/^\d+, $/.test(line.slice(all.length, open)) && line[open + 1] !== '/') return undefined
  const result = line.slice(end + 4)
  return {
    ...{ pid, name, first: unescaped(line.slice(open + 1, close)) },
    rest: line.slice(close + 1, end),
    ok: !result.startsWith('-1'),
    error: /^-1 ([A-Z]+)/.exec(result)?.[1] ?? '',
  }
}

function endOfText(line: string, from: number): number {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1
    else if (line[at] === '"') return at
  }
  return -1
}

/** What the sandbox forbids; a file that is missing may be missing anywhere. */
const REFUSED: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EAFNOSUPPORT'])

function useOf({ name, rest, ok, error }: Call, path: string): FileUse | undefined {
  if (path.length > MAX_PATH || (!ok && !REFUSED.has(error))) return undefined
  if (name === 'connect') return { path, access: 'connect', call: name, allowed: ok }
  const writes = CHANGES.has(name) || WRITES.test(rest)
  return { path, access: writes ? 'write' : 'read', call: name, allowed: ok }
}

const SHORT: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, v: 11, f: 12 }

/** A text as strace writes it: bytes beyond ASCII in octal. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text
  const bytes: number[] = []
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? ''
    if (letter !== '\\') {
      bytes.push(letter.charCodeAt(0) & 0xff)
      continue
    }
    const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0]
    const next = text[at + 1] ?? ''
    bytes.push(
      octal === undefined ? (SHORT[next] ?? next.charCodeAt(0)) : Number.parseInt(octal, 8),
    )
    at += octal?.length ?? 1
  }
  return Buffer.from(bytes).toString('utf8')
}
