import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GatewayError } from '../../kernel/errors.ts'
import { seccompFilter, syscallFault } from './seccomp.ts'
import { SECCOMP_ARCHES, type SeccompArch } from './syscalls.ts'
import {
  ALWAYS_ENOSYS,
  ALWAYS_EPERM,
  BY_ARGUMENT,
  FREE,
  USUALLY_EPERM,
} from './testing/expected.ts'
import { runBpf } from './testing/run-bpf.ts'

const ALLOW = 0x7fff0000
const KILL = 0x80000000
const EPERM = 0x00050001
const ENOSYS = 0x00050026
const EAFNOSUPPORT = 0x00050061

const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 } as const
const NONE = { extraDeny: [], allow: [] }

const filters = new Map<string, Buffer>()
function filterFor(arch: SeccompArch, unixSockets: 'deny' | 'allow' = 'deny'): Buffer {
  const key = `${arch} ${unixSockets}`
  const filter = filters.get(key) ?? seccompFilter({ arch, unixSockets, ...NONE })
  filters.set(key, filter)
  return filter
}

const column = (arch: SeccompArch) => (arch === 'x64' ? 0 : 1)

function verdict(
  arch: SeccompArch,
  nr: number,
  args: readonly (number | bigint)[] = [],
  filter = filterFor(arch),
): number {
  return runBpf(filter, { nr, arch: AUDIT[arch], args: args.map(BigInt) })
}

describe.each(SECCOMP_ARCHES)('the filter for %s', (arch) => {
  const nrOf = (name: keyof typeof BY_ARGUMENT) => BY_ARGUMENT[name][column(arch)] ?? -1

  test.each([
    ...Object.entries(ALWAYS_EPERM).map((row) => [...row, EPERM] as const),
    ...Object.entries(USUALLY_EPERM).map((row) => [...row, EPERM] as const),
    ...Object.entries(ALWAYS_ENOSYS).map((row) => [...row, ENOSYS] as const),
    ...Object.entries(FREE).map((row) => [...row, ALLOW] as const),
  ])('%s', (_name, numbers, expected) => {
    const nr = numbers[column(arch)] ?? -1
    if (nr !== -1) expect(verdict(arch, nr)).toBe(expected)
    else expect(arch).toBe('arm64')
  })

  test('ends a process that calls as another machine would', () => {
    for (const foreign of [0x40000003, 0xc000003e, 0xc00000b7, 0x40000028, 0]) {
      if (foreign === AUDIT[arch]) continue
      expect(runBpf(filterFor(arch), { nr: 0, arch: foreign, args: [] })).toBe(KILL)
    }
  })

  test('does not know what is newer than its table, nor the calls of x32', () => {
    for (const nr of [467, 468, 469, 512, 547, 1000, 0x40000000, 0x40000001, 0x40000065]) {
      expect(verdict(arch, nr)).toBe(ENOSYS)
    }
    expect(verdict(arch, 0xffffffff)).toBe(ENOSYS)
  })

  test('lets threads and processes start, but no namespace', () => {
    const threads = 0x3d0f00
    const fork = 0x01200011
    expect(verdict(arch, nrOf('clone'), [threads])).toBe(ALLOW)
    expect(verdict(arch, nrOf('clone'), [fork])).toBe(ALLOW)
    for (const bit of [17, 25, 26, 27, 28, 29, 30]) {
      expect(
        verdict(
          arch,
          nrOf('clone'),
          [fork | (1 << bit)].map((n) => n >>> 0),
        ),
      ).toBe(EPERM)
    }
    expect(verdict(arch, nrOf('clone'), [0x80])).toBe(EPERM)
  })

  test('lets terminals be asked, not typed into', () => {
    const tcgets = 0x5401
    const winsize = 0x5413
    for (const command of [tcgets, winsize]) {
      expect(verdict(arch, nrOf('ioctl'), [0, command])).toBe(ALLOW)
    }
    for (const command of [0x5412, 0x541c, 0x5423]) {
      expect(verdict(arch, nrOf('ioctl'), [0, command])).toBe(EPERM)
      // The kernel looks at the lower half only.
      expect(verdict(arch, nrOf('ioctl'), [0, (1n << 32n) | BigInt(command)])).toBe(EPERM)
    }
  })

  test('keeps the personality as it is', () => {
    expect(verdict(arch, nrOf('personality'), [0])).toBe(ALLOW)
    expect(verdict(arch, nrOf('personality'), [0xffffffff])).toBe(ALLOW)
    for (const other of [0x0040000, 0x0400000, 8, 1]) {
      expect(verdict(arch, nrOf('personality'), [other])).toBe(EPERM)
    }
  })

  test.each([
    ['AF_INET stream', [2, 1, 0], ALLOW, ALLOW],
    ['AF_INET stream, close-on-exec', [2, 0x80801, 6], ALLOW, ALLOW],
    ['AF_INET6 datagram', [10, 2, 17], ALLOW, ALLOW],
    ['AF_NETLINK routes', [16, 3, 0], ALLOW, ALLOW],
    ['AF_NETLINK netfilter', [16, 3, 12], EAFNOSUPPORT, EAFNOSUPPORT],
    ['SCTP', [2, 1, 132], EAFNOSUPPORT, EAFNOSUPPORT],
    ['ICMP', [2, 3, 1], EAFNOSUPPORT, EAFNOSUPPORT],
    ['AF_UNIX', [1, 1, 0], EAFNOSUPPORT, ALLOW],
    ['AF_UNIX, upper half set', [0x100000001n, 1, 0], EAFNOSUPPORT, ALLOW],
    ['AF_PACKET', [17, 3, 0], EAFNOSUPPORT, EAFNOSUPPORT],
    ['AF_ALG', [38, 5, 0], EAFNOSUPPORT, EAFNOSUPPORT],
    ['AF_VSOCK', [40, 1, 0], EAFNOSUPPORT, EAFNOSUPPORT],
    ['AF_VSOCK, upper half set', [0x200000028n, 1, 0], EAFNOSUPPORT, EAFNOSUPPORT],
    ['AF_TIPC', [30, 1, 0], EAFNOSUPPORT, EAFNOSUPPORT],
    ['AF_BLUETOOTH', [31, 1, 0], EAFNOSUPPORT, EAFNOSUPPORT],
    ['AF_XDP', [44, 3, 0], EAFNOSUPPORT, EAFNOSUPPORT],
    ['AF_UNSPEC', [0, 1, 0], EAFNOSUPPORT, EAFNOSUPPORT],
  ] as const)('sockets: %s', (_name, args, denied, allowed) => {
    expect(verdict(arch, nrOf('socket'), args)).toBe(denied)
    expect(verdict(arch, nrOf('socket'), args, filterFor(arch, 'allow'))).toBe(allowed)
  })

  test.each([
    ['stream', [1, 1, 0], ALLOW, ALLOW],
    ['stream, close-on-exec', [1, 0x80801, 0], ALLOW, ALLOW],
    ['packets in order', [1, 5, 0], ALLOW, ALLOW],
    ['datagram', [1, 2, 0], EAFNOSUPPORT, ALLOW],
    ['datagram by its other name', [1, 3, 0], EAFNOSUPPORT, ALLOW],
    ['AF_TIPC', [30, 1, 0], EAFNOSUPPORT, EAFNOSUPPORT],
    ['AF_VSOCK', [40, 1, 0], EAFNOSUPPORT, EAFNOSUPPORT],
  ] as const)('pairs of sockets: %s', (_name, args, denied, allowed) => {
    expect(verdict(arch, nrOf('socketpair'), args)).toBe(denied)
    expect(verdict(arch, nrOf('socketpair'), args, filterFor(arch, 'allow'))).toBe(allowed)
  })

  test.each([
    ['chmod', 1],
    ['fchmod', 1],
    ['creat', 1],
    ['mknod', 1],
    ['fchmodat', 2],
    ['fchmodat2', 2],
    ['mknodat', 2],
  ] as const)('%s makes no file that runs as its owner', (name, position) => {
    const nr = nrOf(name)
    if (nr === -1) return
    const withMode = (mode: number) => [...new Array<number>(position).fill(0o7777), mode]
    for (const mode of [0o755, 0o1777, 0o100644, 0]) {
      expect(verdict(arch, nr, withMode(mode))).toBe(ALLOW)
    }
    for (const mode of [0o4755, 0o2755, 0o6000, 0o104755]) {
      expect(verdict(arch, nr, withMode(mode))).toBe(EPERM)
    }
  })

  test.each([
    ['open', 1],
    ['openat', 2],
  ] as const)('%s makes no file that runs as its owner', (name, flagsAt) => {
    const nr = nrOf(name)
    if (nr === -1) return
    const call = (flags: number, mode: number) =>
      verdict(arch, nr, [...new Array<number>(flagsAt).fill(0), flags, mode])
    // What lies in the register is noise unless a file is made.
    expect(call(0, 0o4755)).toBe(ALLOW)
    expect(call(0x80000, 0xffffffff)).toBe(ALLOW)
    expect(call(0x41, 0o644)).toBe(ALLOW)
    expect(call(0x41, 0o4755)).toBe(EPERM)
    expect(call(0x40, 0o2000)).toBe(EPERM)
    expect(call(0x410002, 0o4700)).toBe(EPERM)
  })

  test('answers every call one way, and only the named ones are held back', () => {
    const named = new Set(
      [ALWAYS_EPERM, USUALLY_EPERM, ALWAYS_ENOSYS, BY_ARGUMENT].flatMap((table) =>
        Object.values(table).map((numbers) => numbers[column(arch)] ?? -1),
      ),
    )
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 466 }),
        fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 6, maxLength: 6 }),
        fc.constantFrom('deny' as const, 'allow' as const),
        (nr, args, unixSockets) => {
          const given = runBpf(filterFor(arch, unixSockets), { nr, arch: AUDIT[arch], args })
          expect([ALLOW, EPERM, ENOSYS, EAFNOSUPPORT]).toContain(given)
          if (!named.has(nr)) expect(given).toBe(ALLOW)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('the upper half of an argument changes nothing', () => {
    const word = fc.nat({ max: 0xffffffff })
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(BY_ARGUMENT)),
        fc.array(fc.oneof(word, fc.constantFrom(1, 2, 16, 40, 0x5412, 0o4755, 0x40, 0x10000000)), {
          minLength: 6,
          maxLength: 6,
        }),
        fc.array(word, { minLength: 6, maxLength: 6 }),
        (name, low, high) => {
          const nr = nrOf(name as keyof typeof BY_ARGUMENT)
          fc.pre(nr !== -1)
          const dressed = low.map((part, i) => (BigInt(high[i] ?? 0) << 32n) | BigInt(part))
          expect(verdict(arch, nr, dressed)).toBe(verdict(arch, nr, low))
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('more calls can be denied, usual ones allowed, others keep their verdict', () => {
    const filter = seccompFilter({
      arch,
      unixSockets: 'deny',
      extraDeny: ['inotify_add_watch', 'socket', 'clone3'],
      allow: ['kcmp', 'read'],
    })
    const watch = arch === 'x64' ? 254 : 27
    expect(verdict(arch, watch, [], filter)).toBe(EPERM)
    expect(verdict(arch, watch)).toBe(ALLOW)
    expect(verdict(arch, nrOf('socket'), [2, 1, 0], filter)).toBe(EPERM)
    expect(verdict(arch, 435, [], filter)).toBe(ENOSYS)
    expect(verdict(arch, USUALLY_EPERM['kcmp']?.[column(arch)] ?? -1, [], filter)).toBe(ALLOW)
    expect(verdict(arch, USUALLY_EPERM['mbind']?.[column(arch)] ?? -1, [], filter)).toBe(EPERM)
  })

  test('a long list of further calls keeps every verdict', () => {
    const many = [...SOME_CALLS]
    const filter = seccompFilter({ arch, unixSockets: 'deny', extraDeny: many, allow: [] })
    for (const numbers of Object.values(ALWAYS_EPERM)) {
      const nr = numbers[column(arch)] ?? -1
      if (nr !== -1) expect(verdict(arch, nr, [], filter)).toBe(EPERM)
    }
    expect(verdict(arch, nrOf('socket'), [40, 1, 0], filter)).toBe(EAFNOSUPPORT)
    expect(verdict(arch, nrOf('socket'), [2, 1, 0], filter)).toBe(ALLOW)
    expect(verdict(arch, 435, [], filter)).toBe(ENOSYS)
    expect(verdict(arch, 434, [], filter)).toBe(ALLOW)
  })
})

/** Names that fill the filter until jumps no longer reach over it. */
const SOME_CALLS = `getpriority setpriority sched_setparam sched_getparam sched_setscheduler
  sched_getscheduler mlock munlock mlockall munlockall sync setxattr lsetxattr fsetxattr getxattr lgetxattr
  fgetxattr listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr tkill sched_setaffinity
  sched_getaffinity io_setup io_destroy io_getevents io_submit io_cancel remap_file_pages timer_create
  timer_settime timer_gettime timer_getoverrun timer_delete mq_open mq_unlink mq_timedsend mq_timedreceive
  mq_notify mq_getsetattr waitid ioprio_set ioprio_get inotify_add_watch inotify_rm_watch splice tee
  sync_file_range vmsplice utimensat fallocate timerfd_create timerfd_settime timerfd_gettime accept4
  signalfd4 preadv pwritev rt_tgsigqueueinfo recvmmsg fanotify_mark syncfs sendmmsg getcpu
  sched_setattr sched_getattr renameat2 seccomp memfd_create execveat membarrier mlock2 copy_file_range
  preadv2 pwritev2 pkey_mprotect pkey_alloc pkey_free io_pgetevents pidfd_send_signal cachestat
  map_shadow_stack futex_wake futex_wait futex_requeue lsm_get_self_attr lsm_list_modules mseal setxattrat
  getxattrat listxattrat removexattrat landlock_create_ruleset landlock_add_rule landlock_restrict_self
  process_mrelease futex_waitv semget semctl semop semtimedop shmget shmctl shmat shmdt msgget msgctl msgrcv
  msgsnd`
  .split(/\s/u)
  .filter((name) => name !== '')

describe('names of calls', () => {
  test('that nobody knows are refused, by name', () => {
    const options = {
      unixSockets: 'deny',
      extraDeny: ['read', 'lauch_missiles'],
      allow: [],
    } as const
    expect(syscallFault(options)).toBe('there is no system call `lauch_missiles`')
    expect(caught(() => seccompFilter({ arch: 'x64', ...options }))).toMatchObject({
      code: 'sandbox_unavailable',
      message: 'there is no system call `lauch_missiles`',
      data: { reason: 'syscall_refused' },
    })
    expect(syscallFault({ extraDeny: [], allow: ['__proto__'] })).toContain('no system call')
  })

  test.each([
    ...Object.keys(ALWAYS_EPERM),
    ...Object.keys(ALWAYS_ENOSYS),
    ...Object.keys(BY_ARGUMENT),
  ])('%s can never be allowed', (name) => {
    expect(syscallFault({ extraDeny: [], allow: [name] })).toBe(
      `system call \`${name}\` is held back for every server`,
    )
  })

  test.each(Object.keys(USUALLY_EPERM))('%s can be allowed', (name) => {
    expect(syscallFault({ extraDeny: [], allow: [name] })).toBeUndefined()
  })

  test('of one machine are known on the other', () => {
    expect(syscallFault({ extraDeny: ['open', 'modify_ldt'], allow: ['ustat'] })).toBeUndefined()
  })
})

test('a machine without a table gets no filter', () => {
  const options = { arch: 'riscv64', unixSockets: 'deny', ...NONE } as const
  expect(caught(() => seccompFilter(options))).toMatchObject({
    code: 'sandbox_unavailable',
    data: { reason: 'backend_unavailable' },
  })
})

function caught(act: () => unknown): GatewayError | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return error as GatewayError
  }
}
