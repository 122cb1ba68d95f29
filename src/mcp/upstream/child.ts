import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { type LineSink, splitLines } from './lines.ts'
import { createPace, type Pace, readPaced } from './pace.ts'
import { type ProcessGroups, signalGroup } from './process-group.ts'

/** Takes what a child writes to its standard output. */
export interface ChildSink extends Omit<LineSink, 'onLine'> {
  /** Takes a line, and says whether somebody waited for it. */
  readonly onLine: (line: string) => 'expected' | 'unasked'
}

/** How a child is listened to. */
export interface ChildOptions {
  /** Longest line accepted on its standard output, bytes. */
  readonly maxLine: number
  readonly sink: ChildSink
  readonly onStderr: (line: string) => void
  /** Told once for each stream when the child writes so much that it is read slowly from then on. */
  readonly onFlood: (stream: ChildStream) => void
}

/** Where a child writes. */
export type ChildStream = 'stdout' | 'stderr'

/** A running MCP server process. */
export interface Child {
  /** Writes one line. False when the child does not read what it is sent, or is gone. */
  write(line: string): boolean
  /** Resolves when the child and its output have ended, with the reason in words for the log. */
  readonly exited: Promise<string>
  /**
   * Ends it: closes its input, then SIGTERM, then SIGKILL, each after `grace` milliseconds.
   * Resolves when it is gone.
   */
  stop(grace?: number): Promise<void>
}

// Milliseconds that a child gets to exit, first by itself, then after SIGTERM.
const GRACE = 2_000
// Milliseconds for output that is still in the pipe when the process is gone.
const LAST_WORDS = 200
// Bytes that may wait for a child that does not read.
const MOST_UNREAD = 64 * 1024 * 1024
const STDERR_LINE = 2_048
const STDERR_LINES = 40
// What a child may write that nobody asked for: bytes in a second, and at once. Answers are free.
const FLOOD = { rate: 4 * 1024 * 1024, burst: 16 * 1024 * 1024 }
// What a line costs besides its bytes: many short ones are more work than a long one.
const LINE_COST = 1_024

/**
 * Takes over a process that was just launched (basic/transports/stdio). Its group dies as a whole
 * with its first process, with `stop`, and with this process.
 */
export function startChild(
  child: ChildProcessWithoutNullStreams,
  options: ChildOptions,
  groups: ProcessGroups,
): Child {
  const { pid } = child
  if (pid !== undefined) groups.add(pid)
  const lastErrors = readStderr(child, options)
  readStdout(child, options)
  // A write into a closed pipe is reported here; the exit that caused it is reported below.
  for (const stream of [child.stdin, child.stdout]) stream.on('error', () => {})

  const exited = exitOf(child, () => {
    if (pid === undefined) return
    signalGroup(pid, 'SIGKILL')
    groups.remove(pid)
  }).then((reason) => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
    return [reason, ...lastErrors].join('\n')
  })
  return {
    exited,
    write: (line) => {
      const { stdin } = child
      if (!stdin.writable || stdin.writableLength > MOST_UNREAD) return false
      stdin.write(`${line}\n`)
      return true
    },
    stop: async (grace = GRACE) => {
      child.stdin.end()
      if (pid === undefined || (await within(exited, grace))) return
      signalGroup(pid, 'SIGTERM')
      if (await within(exited, grace)) return
      signalGroup(pid, 'SIGKILL')
      await exited
    },
  }
}

/** Resolves with why the child ended. `onExit` runs at once; the output is waited for a little. */
function exitOf(child: ChildProcessWithoutNullStreams, onExit: () => void): Promise<string> {
  return new Promise((resolve) => {
    let reason = 'the process ended'
    let timer: NodeJS.Timeout | undefined
    const onEnd = (code: number | null, signal: NodeJS.Signals | null): void => {
      reason = `the process ended with ${signal ?? `status ${code}`}`
      onExit()
      timer = setTimeout(resolve, LAST_WORDS, reason)
    }
    // A signal that could not be sent.
    child.on('error', () => {})
    const { exitCode, signalCode } = child
    // What was looked at after it was launched may be over already.
    if (exitCode !== null || signalCode !== null) onEnd(exitCode, signalCode)
    else child.once('exit', onEnd)
    child.once('close', () => {
      clearTimeout(timer)
      resolve(reason)
    })
  })
}

/** Reads messages. What was asked for costs nothing, however long it is. */
function readStdout(child: ChildProcessWithoutNullStreams, options: ChildOptions): void {
  const { maxLine, sink, onFlood } = options
  // The longest answer is never slowed down, since it is known to be one only at its end.
  const pace = paceOf(Math.max(FLOOD.burst, 2 * maxLine))
  const lines = splitLines(maxLine, {
    ...sink,
    onLine: (line) => {
      const expected = sink.onLine(line) === 'expected'
      pace.spend(expected ? -Buffer.byteLength(line) : LINE_COST)
    },
  })
  readPaced(child.stdout, pace, lines, () => onFlood('stdout'))
}

/** Reads stderr line by line into a bounded list, newest last, which is returned at once. */
function readStderr(
  child: ChildProcessWithoutNullStreams,
  { onStderr, onFlood }: ChildOptions,
): readonly string[] {
  const last: string[] = []
  const pace = paceOf(FLOOD.burst)
  const keep = (line: string): void => {
    pace.spend(LINE_COST)
    last.push(line)
    if (last.length > STDERR_LINES) last.shift()
    onStderr(line)
  }
  child.stderr.on('error', () => {})
  const lines = splitLines(STDERR_LINE, {
    onLine: keep,
    onGarbled: () => keep('(a line that is not UTF-8)'),
    onTooLong: (head) => keep(`${head}…`),
  })
  readPaced(child.stderr, pace, lines, () => onFlood('stderr'))
  return last
}

function paceOf(burst: number): Pace {
  return createPace({ rate: FLOOD.rate, burst, clock: () => performance.now() })
}

/** True when `done` resolves within `milliseconds`. */
async function within(done: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false)
  })
  try {
    return await Promise.race([done.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
