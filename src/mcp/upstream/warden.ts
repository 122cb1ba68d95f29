import { spawn } from 'node:child_process'

/** Ends process groups when this process has ended without doing so itself. */
export interface Warden {
  /** Names the groups that are alive, by the ids of their first processes. Replaces what it was told. */
  guard(groups: readonly number[]): void
  /** Lets it go: no group is left. */
  dismiss(): void
}

/**
 * Each line names all groups; the last whole one counts when the input ends. By then the children,
 * whose input ended too, get two seconds to exit by themselves.
 */
const PROGRAM = `groups=
while read -r line; do groups=$line; done
[ -n "$groups" ] || exit 0
sleep 2
for group in $groups; do kill -s KILL -- "-$group"; done`

/**
 * Starts a process that outlives this one, even when it is killed: its input ends with this
 * process, and then it kills the groups that it guards. It keeps this process from nothing. Where
 * it cannot run, children are left with the end of their own input; on Windows the system itself
 * ends them.
 *
 * @param onGone called when it has ended; whoever still has groups needs another one.
 */
export function startWarden(onGone: () => void): Warden {
  const { platform } = process
  if (platform === 'win32') return { guard: () => {}, dismiss: () => {} }
  const child = spawn('/bin/sh', ['-c', PROGRAM], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    // In a session of its own, out of reach of what is sent to the group of this process.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.on('error', onGone)
  child.on('exit', onGone)
  child.stdin.on('error', () => {})
  child.unref()
  return {
    guard: (groups) => void child.stdin.write(`${groups.join(' ')}\n`),
    dismiss: () => child.stdin.end('\n'),
  }
}
