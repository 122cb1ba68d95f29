import { describe, expect, test } from 'vitest'
import { lookAround, type World } from './machine.ts'
import { launchProblem, problemsOf } from './problems.ts'

interface Fake {
  readonly platform?: NodeJS.Platform
  readonly programs?: readonly string[]
  readonly version?: string | undefined
  readonly files?: Readonly<Record<string, string>>
}

const DEBIAN = 'PRETTY_NAME="Debian"\nID=debian\n'
const APPARMOR = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns'

function machine({ platform = 'linux', programs, version, files = {} }: Fake) {
  const has = programs ?? ['bwrap', 'prlimit', 'setpriv']
  const all: Readonly<Record<string, string>> = { '/etc/os-release': DEBIAN, ...files }
  const world: World = {
    ...{ platform, path: '/usr/bin', isRoot: false },
    read: (file) => all[file],
    find: (program) => (has.includes(program) ? `/usr/bin/${program}` : undefined),
    version: () => version ?? 'bubblewrap 0.8.0\n',
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
    ['bubblewrap 0.8.0', []],
    ['bubblewrap 0.11.1', []],
    ['bubblewrap 1.0', []],
    ['bubblewrap 0.7.9', ['bwrap_too_old']],
    ['bubblewrap 0.8', ['bwrap_too_old']],
    ['something else', ['bwrap_too_old']],
  ])('a bubblewrap that is new enough: %s', (version, reasons) => {
    expect(problemsOf(machine({ version })).map(({ reason }) => reason)).toEqual(reasons)
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

describe('what a failed chain says', () => {
  test.each([
    'bwrap: setting up uid map: Permission denied',
    'bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted',
    'bwrap: No permissions to create a new namespace, likely because the kernel does not allow',
    'bwrap: Creating new namespace failed: Operation not permitted',
  ])('%s', (stderr) => {
    expect(launchProblem(machine({}), stderr).reason).toBe('userns_denied')
    const ubuntu = machine({ files: { ...os('ID=ubuntu'), [APPARMOR]: '1\n' } })
    const { reason, fix } = launchProblem(ubuntu, stderr)
    expect(reason).toBe('userns_denied_apparmor')
    expect(fix).toContain('profile bwrap /usr/bin/bwrap flags=(unconfined)')
    expect(fix).toContain('apparmor_parser -r /etc/apparmor.d/bwrap')
  })

  test('anything else is a failure with a fix', () => {
    expect(launchProblem(machine({}), 'bwrap: Unknown option --x')).toMatchObject({
      reason: 'launch_failed',
      fix: expect.stringContaining('bailiwick sandbox check'),
    })
  })
})
