import { GatewayError } from '../kernel/errors.ts'
import type { SandboxRefusal } from '../kernel/sandbox.ts'

interface Refused {
  readonly server: string
  readonly reason: SandboxRefusal
  /** What is wrong: lower case, no full stop, no secret. */
  readonly why: string
  /** What to do about it. */
  readonly fix: string
  /** The setting that is wrong, dotted, below `servers.NAME`. */
  readonly key?: string
  readonly cause?: unknown
  /** For the log only. */
  readonly detail?: string
}

/** `sandbox_unavailable`: why a server is not started, and what to do about it. */
export function refusal({ server, reason, why, fix, key, cause, detail }: Refused): GatewayError {
  return new GatewayError('sandbox_unavailable', `server \`${server}\` is not started: ${why}`, {
    data: {
      server,
      reason,
      fix,
      ...(key === undefined ? {} : { key: `servers.${server}.${key}` }),
    },
    ...(cause === undefined ? {} : { cause }),
    ...(detail === undefined ? {} : { detail }),
  })
}
