import type { Duplex } from 'node:stream'

/** The descriptor that the gate speaks over, in every process of the chain but the server. */
export const GATE_FD = 3

/** Something that has to hold inside, as who the server is: `-w` may be written, `-r` read, `-x` entered. */
export interface GateCheck {
  readonly flag: '-r' | '-w' | '-x'
  readonly path: string
}

/** What came of it. `index` is that of the check that failed. */
export type GateWord =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly index: number }
  | { readonly kind: 'descriptor' }
  | { readonly kind: 'closed' }

/**
 * The last step before the server, inside its sandbox and as who it is: no descriptor may be left but the
 * three streams and this one, the checks must hold, and then it waits until it is told to go on. So
 * whatever goes wrong before is no word of the server, and nothing of the server runs before it is watched.
 * Told nothing, it ends.
 */
const SCRIPT = `for f in /proc/self/fd/*; do
  case $f in */[0-3]) ;; *) if [ -e "$f" ]; then echo descriptor >&3; exit 126; fi ;; esac
done
n=$1
shift
while [ "$n" -gt 0 ]; do
  if [ "$1" "$2" ]; then shift 2; n=$((n - 1)); else echo "failed $n" >&3; exit 126; fi
done
echo ready >&3
read -r n <&3 || exit 126
exec "$@" 3>&-`

/** The gate and behind it the server's own command, which no shell looks into. */
export function gateArguments(
  sh: string,
  checks: readonly GateCheck[],
  command: readonly string[],
): readonly string[] {
  const listed = checks.flatMap(({ flag, path }) => [flag, path])
  return [sh, '-c', SCRIPT, 'gate', String(checks.length), ...listed, ...command]
}

/** What the gate says first. */
export function gateWord(gate: Duplex, checks: number): Promise<GateWord> {
  return new Promise((resolve) => {
    let said = ''
    gate.setEncoding('latin1')
    gate.on('error', () => resolve({ kind: 'closed' }))
    gate.on('close', () => resolve({ kind: 'closed' }))
    gate.on('end', () => resolve({ kind: 'closed' }))
    gate.on('data', (text: string) => {
      said = (said + text).slice(0, 64)
      const [line, more] = said.split('\n')
      if (more !== undefined) resolve(read(line ?? '', checks))
    })
  })
}

function read(line: string, checks: number): GateWord {
  if (line === 'ready') return { kind: 'ready' }
  if (line === 'descriptor') return { kind: 'descriptor' }
  const left = /^failed (\d{1,9})$/.exec(line)?.[1]
  return left === undefined ? { kind: 'closed' } : { kind: 'failed', index: checks - Number(left) }
}
