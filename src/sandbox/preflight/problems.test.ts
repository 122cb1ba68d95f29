import { describe, expect, test } from 'vitest'
import { lookAround, type World } from './machine.ts'
import { fitted, problemsOf } from './problems.ts'

interface Fake {
  readonly platform?: NodeJS.Platform
  readonly programs?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
}

const DEBIAN = 'PRETTY_NAME="Debian"\nID=debian\n'
const APPARMOR = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns'

function machine({ platform = 'linux', programs, files = {} }: Fake) {
  const has = programs ?? ['bwrap', 'prlimit', 'setpriv']
  const all: Readonly<Record<string, string>> = { '/etc/os-release': DEBIAN, ...files }
  const world: World = {
    ...{ platform, path: '/usr/bin', isRoot: false },
    read: (file) => all[file],
    find: (program) => (has.includes(program) ? `/usr/bin/${program}` : undefined),
    version: () => 'bubblewrap 0.8.0\n',
    stamp: () => '1',
  }
  return lookAround(world)
}

const os = (text: string) => ({ '/etc/os-release': text })

describe('what a machine lacks', () => {
  test('is nothing on one that has it all', () => {
    expect(problemsOf(machine({ files: { [APPARMOR]: '0\n' } }))).toEqual([])
  })

  test.each([
    [DEBIAN, 'run `apt-get install bubblewrap`'],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'run `apt-get install bubblewrap`'],
    ["ID='rocky'\nID_LIKE='rhel centos fedora'\n", 'run `dnf install bubblewrap`'],
    ['ID=arch', 'run `pacman -S bubblewrap`'],
    ['ID=alpine', 'run `apk add bubblewrap`'],
    ['ID=constructor', 'run `the installer of your distribution for bubblewrap`'],
    ['', 'run `the installer of your distribution for bubblewrap`'],
  ])('bubblewrap, by %j', (release, fix) => {
    expect(problemsOf(machine({ programs: ['prlimit', 'setpriv'], files: os(release) }))).toEqual([
      { reason: 'bwrap_missing', message: 'bubblewrap is not installed', fix },
    ])
  })

  test('the tools of util-linux', () => {
    expect(problemsOf(machine({ programs: ['bwrap'], files: os('ID=alpine') }))).toEqual([
      {
        reason: 'tool_missing',
        message: '`prlimit` and `setpriv` not found',
        fix: 'run `apk add setpriv util-linux-misc`',
      },
    ])
  })

  test.each([
    ['/proc/sys/user/max_user_namespaces', 'sysctl -w user.max_user_namespaces=15000'],
    ['/proc/sys/kernel/unprivileged_userns_clone', 'sysctl -w kernel.unprivileged_userns_clone=1'],
  ])('user namespaces, by %s', (file, command) => {
    const [problem, ...more] = problemsOf(machine({ files: { [file]: '0\n' } }))
    expect(more).toEqual([])
    expect(problem).toMatchObject({ reason: 'userns_denied' })
    expect(problem?.fix).toContain(command)
  })

  test.each(['darwin', 'win32', 'freebsd'] as const)('Linux: %s', (platform) => {
    expect(problemsOf(machine({ platform }))).toMatchObject([{ reason: 'backend_unavailable' }])
  })
})

describe('the fix for what a chain said', () => {
  const said = { message: 'it says so', fix: 'do something' }
  const ubuntu = machine({ files: { ...os('ID=ubuntu'), [APPARMOR]: '1\n' } })

  test.each(['userns_denied', 'userns_denied_apparmor'] as const)('%s', (reason) => {
    expect(fitted(machine({}), { reason, ...said }).reason).toBe('userns_denied')
    const off = machine({ files: { '/proc/sys/user/max_user_namespaces': '0' } })
    expect(fitted(off, { reason, ...said }).fix).toContain('sysctl -w user.max_user_namespaces')
    const problem = fitted(ubuntu, { reason, ...said })
    expect(problem.reason).toBe('userns_denied_apparmor')
    expect(problem.fix).toContain('profile bwrap /usr/bin/bwrap flags=(unconfined)')
    expect(problem.fix).toContain('apparmor_parser -r /etc/apparmor.d/bwrap')
  })

  test('an old bubblewrap is replaced in the way of the distribution', () => {
    expect(fitted(ubuntu, { reason: 'bwrap_too_old', ...said }).fix).toBe(
      'do something: `apt-get install bubblewrap`',
    )
  })

  test('anything else stays what it is', () => {
    const other = { reason: 'launch_failed', ...said } as const
    expect(fitted(ubuntu, other)).toBe(other)
  })
})
