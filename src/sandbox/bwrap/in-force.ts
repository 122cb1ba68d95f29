import type { InForce, SandboxProfile } from '../../kernel/sandbox.ts'

/** What holds a server that runs in bubblewrap, besides what bounds memory and processors from outside. */
export function controlsOf(
  { network, limits }: SandboxProfile,
  isRoot: boolean,
): readonly InForce[] {
  const hard = (control: InForce['control'], by: string): InForce => ({
    control,
    strength: 'hard',
    by,
  })
  return [
    isRoot
      ? {
          control: 'identity',
          strength: 'none',
          by: 'root of this machine',
          fix: 'remove `allowRoot`, so that it runs as somebody else',
        }
      : hard('identity', 'user namespace'),
    hard('files', 'mount namespace'),
    network.mode === 'unrestricted'
      ? {
          control: 'network',
          strength: 'none',
          by: 'the network of this machine',
          fix: 'name its hosts in `sandbox.network.allow`',
        }
      : hard('network', 'network namespace'),
    hard('syscalls', 'seccomp'),
    isRoot
      ? {
          control: 'processes',
          strength: 'none',
          by: 'root of this machine',
          fix: 'remove `allowRoot`',
        }
      : hard('processes', 'pid namespace, RLIMIT_NPROC'),
    hard('file-size', `RLIMIT_FSIZE ${limits.fileSize}`),
    hard('open-files', `RLIMIT_NOFILE ${limits.files}`),
    hard('environment', 'bubblewrap'),
    hard('lifetime', 'pid namespace'),
  ]
}
