import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seccompFilter } from '../../seccomp/seccomp.ts'
import { SECCOMP_ARCHES, SYSCALLS } from '../../seccomp/syscalls.ts'
import { runBpf } from '../../seccomp/testing/run-bpf.ts'
import { type EngineSeccomp, engineSeccomp, othersThan } from './engine-seccomp.ts'

const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7 } as const
const ALLOW = 0x7fff0000

/** Whether an engine lets a call through: it allows what any of its rules allows. */
function allows(filter: EngineSeccomp, name: string, args: readonly bigint[]): boolean {
  return filter.syscalls.some(
    (rule) =>
      rule.action === 'SCMP_ACT_ALLOW' &&
      rule.names.includes(name) &&
      (rule.args ?? []).every(
        ({ index, value, valueTwo }) => ((args[index] ?? 0n) & BigInt(value)) === BigInt(valueTwo),
      ),
  )
}

describe.each(SECCOMP_ARCHES)('the filter of an engine for %s', (arch) => {
  test('lets through exactly what the filter of bubblewrap does', () => {
    const choices = [0, 1, 2, 5, 6, 10, 16, 17, 40, 0x5401, 0x5412, 0x541c, 0x5423, 0o755, 0o4755]
    const word = fc.oneof(
      fc.constantFrom(...choices, 0x41, 0x400000, 0x10000000, 0xffffffff),
      fc.nat({ max: 0xffffffff }),
    )
    const argument = fc
      .tuple(word, fc.oneof(fc.constant(0), word))
      .map(([low, high]) => (BigInt(high) << 32n) | BigInt(low))
    const call = fc.oneof(
      fc.constantFrom(
        'socket',
        'socketpair',
        'ioctl',
        'clone',
        'personality',
        'openat',
        'fchmodat',
      ),
      fc.constantFrom(...SYSCALLS[arch].keys()),
    )
    fc.assert(
      fc.property(
        call,
        fc.array(argument, { minLength: 6, maxLength: 6 }),
        fc.constantFrom('deny' as const, 'allow' as const),
        fc.constantFrom([], ['inotify_add_watch'], ['socket']),
        (name, args, unixSockets, extraDeny) => {
          const options = { unixSockets, extraDeny, allow: ['kcmp'] }
          const nr = SYSCALLS[arch].get(name) ?? -1
          const verdict = runBpf(seccompFilter({ arch, ...options }), {
            nr,
            arch: AUDIT[arch],
            args,
          })
          expect(allows(engineSeccomp(arch, options), name, args)).toBe(verdict === ALLOW)
        },
      ),
      { numRuns: 400 },
    )
  })

  test('knows its own machine only, and no call that it does not list', () => {
    const filter = engineSeccomp(arch, { unixSockets: 'deny', extraDeny: [], allow: [] })
    expect(filter.defaultAction).toBe('SCMP_ACT_ERRNO')
    expect(filter.defaultErrnoRet).toBe(38)
    expect(filter.architectures).toEqual([
      arch === 'x64' ? 'SCMP_ARCH_X86_64' : 'SCMP_ARCH_AARCH64',
    ])
    const denied = filter.syscalls.find(({ errnoRet }) => errnoRet === 1)?.names
    expect(denied).toEqual(expect.arrayContaining(['ptrace', 'mount', 'keyctl', 'io_uring_setup']))
    const free = filter.syscalls[0]?.names
    for (const name of ['ptrace', 'clone3', 'openat2', 'socket']) expect(free).not.toContain(name)
  })
})

test('blocks of all other numbers hold each of them once, and none of these', () => {
  const word = fc.nat({ max: 0xffffffff })
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 6 }), fc.array(word), (excluded, probes) => {
      const blocks = othersThan(excluded)
      const near = excluded.flatMap((value) => [
        value,
        (value ^ 1) >>> 0,
        (value ^ 0x80000000) >>> 0,
      ])
      for (const value of [...probes, ...near]) {
        const hits = blocks.filter(({ mask, is }) => (value & mask) >>> 0 === is)
        expect(hits).toHaveLength(excluded.includes(value) ? 0 : 1)
      }
    }),
  )
})
