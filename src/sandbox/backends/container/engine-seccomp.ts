import type { SandboxProfile } from '../../../kernel/sandbox.ts'
import {
  ABSENT,
  type ArgumentTest,
  conditionalRules,
  ERRNO,
  type ErrnoName,
} from '../../seccomp/rules.ts'
import { deniedCalls } from '../../seccomp/seccomp.ts'
import { type SeccompArch, SYSCALLS } from '../../seccomp/syscalls.ts'

const ARCHITECTURES: Readonly<Record<SeccompArch, string>> = {
  x64: 'SCMP_ARCH_X86_64',
  arm64: 'SCMP_ARCH_AARCH64',
}
const WORD_BITS = 32
const WORD = 0xffffffff

interface EngineArgument {
  readonly index: number
  readonly op: 'SCMP_CMP_MASKED_EQ'
  /** The mask, then what has to be left. */
  readonly value: number
  readonly valueTwo: number
}

interface EngineRule {
  readonly names: readonly string[]
  readonly action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO'
  readonly errnoRet?: number
  readonly args?: readonly EngineArgument[]
}

/** A filter as container engines take it (OCI runtime specification, `linux.seccomp`). */
export interface EngineSeccomp {
  readonly defaultAction: 'SCMP_ACT_ERRNO'
  readonly defaultErrnoRet: number
  readonly architectures: readonly string[]
  readonly syscalls: readonly EngineRule[]
}

/**
 * The rules of the system call filter in the words of container engines: what the table knows and no rule
 * holds back is allowed, and nothing else exists. Of calls whose arguments decide, the good arguments are
 * listed; engines answer all others with one error.
 */
export function engineSeccomp(
  arch: SeccompArch,
  syscalls: SandboxProfile['syscalls'],
): EngineSeccomp {
  const denied = new Set(deniedCalls(syscalls))
  const rules = conditionalRules(syscalls.unixSockets)
  const conditional = new Set(rules.flatMap(({ calls }) => calls))
  const free = [...SYSCALLS[arch].keys()].filter(
    (name) => !denied.has(name) && !ABSENT.includes(name) && !conditional.has(name),
  )
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: ERRNO.ENOSYS,
    architectures: [ARCHITECTURES[arch]],
    syscalls: [
      { names: free, action: 'SCMP_ACT_ALLOW' },
      failing([...denied], 'EPERM'),
      ...rules.flatMap(({ calls, permitted }) => {
        const names = calls.filter((name) => !denied.has(name) && SYSCALLS[arch].has(name))
        return names.length === 0 ? [] : permitted.flatMap((row) => allowing(names, row))
      }),
    ],
  }
}

function failing(names: readonly string[], errno: ErrnoName): EngineRule {
  return { names, action: 'SCMP_ACT_ERRNO', errnoRet: ERRNO[errno] }
}

/** One rule for each way in which all tests of a row hold. */
function allowing(names: readonly string[], row: readonly ArgumentTest[]): EngineRule[] {
  const ways = row.reduce<readonly (readonly EngineArgument[])[]>(
    (before, test) => before.flatMap((args) => masksOf(test).map((arg) => [...args, arg])),
    [[]],
  )
  return ways.map((args) => ({ names, action: 'SCMP_ACT_ALLOW', args }))
}

function masksOf(test: ArgumentTest): readonly EngineArgument[] {
  const equal = (value: number, valueTwo: number): EngineArgument => ({
    ...{ index: test.arg, op: 'SCMP_CMP_MASKED_EQ', value, valueTwo },
  })
  if ('not' in test) return othersThan(test.not).map(({ mask, is }) => equal(mask, is))
  return [equal(test.mask, test.is)]
}

/**
 * Every 32-bit number but these, as blocks that share their upper bits. Engines compare 64 bits and take
 * one comparison for each argument, so "none of these" and "ignore the upper half" are said with masks.
 */
export function othersThan(
  excluded: readonly number[],
): readonly { readonly mask: number; readonly is: number }[] {
  const blocks: { readonly mask: number; readonly is: number }[] = []
  const visit = (bits: number, is: number, within: readonly number[]): void => {
    const mask = bits === 0 ? 0 : (WORD << (WORD_BITS - bits)) >>> 0
    if (within.length === 0) {
      blocks.push({ mask, is })
      return
    }
    if (bits === WORD_BITS) return
    const bit = 2 ** (WORD_BITS - bits - 1)
    const high = within.filter((value) => (value >>> (WORD_BITS - bits - 1)) % 2 === 1)
    visit(
      bits + 1,
      is,
      within.filter((value) => !high.includes(value)),
    )
    visit(bits + 1, is + bit, high)
  }
  visit(0, 0, excluded)
  return blocks
}
