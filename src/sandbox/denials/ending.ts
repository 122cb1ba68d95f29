/** Why a confined server ended that did not end by itself. */
export interface Ending {
  readonly reason: 'memory' | 'cpu-seconds' | 'file-size' | 'system-call' | 'killed'
  readonly signal?: string
}

/** Numbers of signals as a shell and bubblewrap give them back: 128 and the number. */
const SIGNALS: Readonly<Record<number, NodeJS.Signals>> = {
  137: 'SIGKILL',
  152: 'SIGXCPU',
  153: 'SIGXFSZ',
  159: 'SIGSYS',
}

const REASONS: Readonly<Partial<Record<NodeJS.Signals, Ending['reason']>>> = {
  SIGKILL: 'killed',
  SIGXCPU: 'cpu-seconds',
  SIGXFSZ: 'file-size',
  SIGSYS: 'system-call',
}

/**
 * What ended a process; undefined when it ended by itself, or was asked to.
 *
 * @param asked whether this process ended it, as it ends every server that is no longer needed.
 * @param overMemory whether the watcher of memory ended it.
 */
export function endingOf(
  { code, signal }: { readonly code: number | null; readonly signal: NodeJS.Signals | null },
  asked: boolean,
  overMemory: boolean,
): Ending | undefined {
  const by = signal ?? SIGNALS[code ?? 0]
  if (overMemory) return { reason: 'memory', ...(by === undefined ? {} : { signal: by }) }
  if (asked || by === undefined) return undefined
  const reason = REASONS[by]
  return reason === undefined ? undefined : { reason, signal: by }
}
