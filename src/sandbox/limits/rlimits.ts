import type { SandboxProfile } from '../../kernel/sandbox.ts'

/**
 * The command that sets limits on itself, which its successor inherits, and then runs what follows
 * (setrlimit(2)). It has to run inside the sandbox: there RLIMIT_NPROC counts the processes of its user
 * namespace; outside it would count all servers that share a uid.
 *
 * @param prlimit path of the program of util-linux.
 */
export function prlimitCommand(
  prlimit: string,
  { memory, pids, files, fileSize, cpuSeconds }: SandboxProfile['limits'],
): readonly string[] {
  return [
    prlimit,
    // A dump would put the memory of a server into a file.
    '--core=0',
    `--nproc=${pids}`,
    `--nofile=${files}`,
    // Not the address space: engines such as V8 reserve far more of it than they will ever use.
    `--data=${memory}`,
    `--fsize=${fileSize}`,
    // First a signal that says why, then the one that cannot be ignored.
    ...(cpuSeconds === undefined ? [] : [`--cpu=${cpuSeconds}:${cpuSeconds + 1}`]),
    '--',
  ]
}
