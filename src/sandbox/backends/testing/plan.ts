import type { SandboxProfile } from '../../../kernel/sandbox.ts'
import { bareProfile } from '../../testing/profile.ts'
import type { BackendPlan } from '../plan.ts'

export const IMAGE = `node@sha256:${'a1'.repeat(32)}`

/** A profile with one of everything that a backend has to carry over. */
export function fullProfile(more: Partial<SandboxProfile> = {}): SandboxProfile {
  const { fs } = bareProfile()
  return bareProfile({
    fs: {
      ...fs,
      ro: [{ from: '/srv/code', to: '/srv/code', optional: false }],
      rw: [{ from: '/srv/work', to: '/srv/work', optional: false }],
      protect: ['.git/hooks'],
      hide: ['.env'],
      ...{ home: 3_000, tmp: 2_000, shm: 1_000, state: '/srv/state' },
    },
    limits: { memory: 512, pids: 9, cpu: 0.5, cpuSeconds: 30, files: 64, fileSize: 4_096 },
    ...more,
  })
}

export function fullPlan(
  profile: SandboxProfile = fullProfile(),
  more: Partial<BackendPlan> = {},
): BackendPlan {
  return {
    launch: {
      ...{ server: 'mail', profile, command: ['/usr/bin/node', '/srv/code/main.js', '--fast'] },
      ...{ env: { TOKEN: 's3cret' }, cwd: undefined },
    },
    ...{ image: IMAGE, uid: 64_001, proxy: undefined },
    masks: [
      { kind: 'protect', from: '/srv/work/.git/hooks', target: '/srv/work/.git/hooks' },
      { kind: 'hide-file', from: '/srv/work/.env', target: '/srv/work/.env' },
      { kind: 'hide-folder', from: '/srv/work/.aws', target: '/srv/work/.aws' },
    ],
    ...more,
  }
}

export const ALLOWLIST: SandboxProfile['network'] = {
  mode: 'allowlist',
  allow: [{ host: 'api.acme.io', ports: [443], proto: 'tls', allowPrivate: false }],
}

export const PROXY = { network: 'walled', host: '172.30.0.2', port: 3_128 }
