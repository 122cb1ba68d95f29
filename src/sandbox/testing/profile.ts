import type { SandboxProfile } from '../../kernel/sandbox.ts'

const MIB = 2 ** 20

/** A profile with nothing in it but what every server gets. */
export function bareProfile(more: Partial<SandboxProfile> = {}): SandboxProfile {
  return {
    backend: 'auto',
    required: true,
    runAs: 'auto',
    allowRoot: false,
    fs: {
      base: 'system',
      ...{ ro: [], rw: [], protect: [], hide: [] },
      ...{ home: 16 * MIB, tmp: 16 * MIB, shm: 16 * MIB, state: undefined },
    },
    network: { mode: 'none', allow: [] },
    env: { pass: [] },
    syscalls: { unixSockets: 'deny', extraDeny: [], allow: [] },
    limits: {
      memory: 1024 * MIB,
      pids: 64,
      cpu: 1,
      cpuSeconds: undefined,
      files: 256,
      fileSize: 4 * MIB,
    },
    report: { level: 'deny', learn: false },
    ...more,
  }
}
