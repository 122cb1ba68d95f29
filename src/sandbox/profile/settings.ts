import type { SandboxProfile } from '../../kernel/sandbox.ts'

type Fs = SandboxProfile['fs']
type Limits = SandboxProfile['limits']

/** What an operator says of one sandbox: paths absolute, but not yet looked at. */
export interface SandboxSettings extends Omit<SandboxProfile, 'fs' | 'limits'> {
  readonly fs: Omit<Fs, 'state'> & { readonly state: 'none' | 'persistent' }
  readonly limits: Omit<Limits, 'cpuSeconds'> & { readonly cpuSeconds?: number | undefined }
}
