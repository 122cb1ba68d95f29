import { expect, test } from 'vitest'
import { bareProfile } from '../testing/profile.ts'
import { failureOf, refusalOfEnd } from './failure.ts'

test.each([
  [
    'bwrap: No permissions to create new namespace, likely because the kernel does not allow it',
    'userns_denied',
  ],
  ['bwrap: No permissions to creating new namespace, likely because', 'userns_denied'],
  [
    'bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)',
    'userns_denied',
  ],
  ['bwrap: setting up uid map: Permission denied', 'userns_denied_apparmor'],
  ['bwrap: setting up uid map: Operation not permitted', 'userns_denied'],
  ['bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted', 'userns_denied_apparmor'],
  ['bwrap: Unknown option --disable-userns', 'bwrap_too_old'],
  ['bwrap: Race condition binding dirfd', 'path_changed'],
  ["bwrap: Can't bind mount /oldroot/a on /newroot/a: No such file or directory", 'path_changed'],
  ["bwrap: Can't get type of source /a: No such file or directory", 'path_changed'],
  ["bwrap: Can't find source path /a: No such file or directory", 'path_missing'],
  ["bwrap: Can't find source path /proc/self/fd/9: Permission denied", 'path_not_reachable'],
  ["bwrap: Can't chdir to /a: No such file or directory", 'path_missing'],
  ["bwrap: Can't mkdir parents for /a: Read-only file system", 'path_refused'],
  ["bwrap: Can't mount proc on /newroot/proc: Operation not permitted", 'launch_failed'],
  ['bwrap: execvp /usr/bin/prlimit: No such file or directory', 'tool_missing'],
  ['prlimit: failed to set the NOFILE resource limit: Operation not permitted', 'launch_failed'],
  ['', 'launch_failed'],
  ['a server that says\nfine: bwrap: Unknown option', 'launch_failed'],
])('%s', (words, reason) => {
  const lacking = failureOf(words)
  expect(lacking.reason).toBe(reason)
  expect(lacking.fix).not.toBe('')
})

test('what a chain repeats of the environment stays out of the log', () => {
  const launch = {
    server: 'notes',
    profile: bareProfile(),
    command: ['program'],
    env: { TOKEN: 'token-of-server' },
    cwd: undefined,
  }
  const error = refusalOfEnd(launch, 'bwrap: Unknown option token-of-server\n')
  expect(error.code).toBe('sandbox_unavailable')
  expect(error.message).toBe('server `notes` is not started: bubblewrap does not know an option')
  expect(error.detail).toBe('bwrap: Unknown option …\n')
  expect(JSON.stringify(error.data)).not.toContain('token-of-server')
})
