import { GatewayError } from '../../kernel/errors.ts'
import type { SandboxProfile } from '../../kernel/sandbox.ts'
import { BpfProgram, type Label } from './assemble.ts'
import {
  ABSENT,
  type ArgumentTest,
  CORE_DENIED,
  type ConditionalRule,
  conditionalRules,
  ERRNO,
  USUALLY_DENIED,
} from './rules.ts'
import {
  isSyscall,
  LAST_SYSCALL,
  SECCOMP_ARCHES,
  type SeccompArch,
  SYSCALLS,
  type SyscallTable,
} from './syscalls.ts'

type Syscalls = SandboxProfile['syscalls']

export interface SeccompOptions extends Syscalls {
  /** As Node names machines. */
  readonly arch: string
}

// Actions of linux/seccomp.h.
const KILL_PROCESS = 0x80000000
const FAIL_WITH = 0x00050000
const ALLOW = 0x7fff0000

// Offsets in `struct seccomp_data`, of the lower half of the arguments on little-endian machines.
const NUMBER = 0
const MACHINE = 4
const ARGUMENTS = 16
const ARGUMENT_BYTES = 8

const AUDIT_ARCH: Readonly<Record<SeccompArch, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }

/**
 * The filter that a confined process runs under, as `struct sock_filter[]` (seccomp(2)) for
 * `bwrap --seccomp`. A call of another machine's kind ends the process. Calls that are newer than the
 * table, and those of x32, do not exist. Calls on the list fail with `EPERM`, others by their arguments.
 *
 * @throws GatewayError `sandbox_unavailable` for a machine without a table and for names that
 *   `syscallFault` finds fault with.
 */
export function seccompFilter(options: SeccompOptions): Buffer {
  const fault = syscallFault(options)
  if (fault !== undefined) throw refuse('syscall_refused', fault, 'correct the name in the setting')
  const arch = SECCOMP_ARCHES.find((known) => known === options.arch)
  if (arch === undefined) {
    const what = `there is no table of system calls for machines of kind \`${options.arch}\``
    throw refuse('backend_unavailable', what, `run on ${SECCOMP_ARCHES.join(' or ')}`)
  }
  return writeFilter(arch, SYSCALLS[arch], options)
}

/**
 * What is wrong with the names of system calls in a profile: one that nobody knows, or one to allow that
 * is held back for every server. Undefined when all is well.
 */
export function syscallFault({
  extraDeny,
  allow,
}: Pick<Syscalls, 'extraDeny' | 'allow'>): string | undefined {
  const unknown = [...extraDeny, ...allow].find((name) => !isSyscall(name))
  if (unknown !== undefined) return `there is no system call \`${unknown}\``
  const core = allow.find((name) => NEVER_FREE.has(name))
  if (core !== undefined) return `system call \`${core}\` is held back for every server`
  return undefined
}

/** Calls that fail with `EPERM` whatever their arguments are, in order. */
export function deniedCalls({
  extraDeny,
  allow,
}: Pick<Syscalls, 'extraDeny' | 'allow'>): readonly string[] {
  const usually = USUALLY_DENIED.filter((name) => !allow.includes(name))
  const all = new Set([...CORE_DENIED, ...usually, ...extraDeny])
  return [...all].filter((name) => !ABSENT.includes(name))
}

const NEVER_FREE: ReadonlySet<string> = new Set([
  ...CORE_DENIED,
  ...ABSENT,
  ...conditionalRules('allow').flatMap(({ calls }) => calls),
])

function writeFilter(arch: SeccompArch, table: SyscallTable, options: Syscalls): Buffer {
  const program = new BpfProgram()
  const native: Label = { name: 'native' }
  const absent: Label = { name: 'absent' }
  const denied: Label = { name: 'denied' }
  program.load(MACHINE)
  program.compare('equal', AUDIT_ARCH[arch], { whenTrue: native })
  program.end(KILL_PROCESS)
  program.mark(native)
  program.load(NUMBER)
  // Those of x32 too, which have a high bit in their number.
  program.compare('at-least', LAST_SYSCALL + 1, { whenTrue: absent })
  for (const [names, target] of [
    [deniedCalls(options), denied],
    [ABSENT, absent],
  ] as const) {
    for (const nr of numbers(table, names)) program.compare('equal', nr, { whenTrue: target })
  }
  const bodies = conditionalRules(options.unixSockets).map((rule) => {
    const body: Label = { name: rule.calls.join(' ') }
    for (const nr of numbers(table, rule.calls)) program.compare('equal', nr, { whenTrue: body })
    return { rule, body }
  })
  program.end(ALLOW)
  for (const { rule, body } of bodies) writeRule(program, rule, body)
  program.mark(denied)
  program.end(FAIL_WITH | ERRNO.EPERM)
  program.mark(absent)
  program.end(FAIL_WITH | ERRNO.ENOSYS)
  return program.assemble()
}

function numbers(table: SyscallTable, names: readonly string[]): number[] {
  return names.map((name) => table.get(name)).filter((nr) => nr !== undefined)
}

function writeRule(program: BpfProgram, rule: ConditionalRule, body: Label): void {
  program.mark(body)
  for (const row of rule.permitted) {
    const nextRow: Label = { name: 'next row' }
    for (const test of row) writeTest(program, test, nextRow)
    program.end(ALLOW)
    program.mark(nextRow)
  }
  program.end(FAIL_WITH | ERRNO[rule.errno])
}

function writeTest(program: BpfProgram, test: ArgumentTest, whenFalse: Label): void {
  program.load(ARGUMENTS + ARGUMENT_BYTES * test.arg)
  if ('not' in test) {
    for (const value of test.not) program.compare('equal', value, { whenTrue: whenFalse })
    return
  }
  program.keepBits(test.mask)
  program.compare('equal', test.is, { whenFalse })
}

function refuse(reason: string, message: string, fix: string): GatewayError {
  return new GatewayError('sandbox_unavailable', message, { data: { reason, fix } })
}
