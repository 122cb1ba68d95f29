import { z } from 'zod'
import { SANDBOX_BACKENDS, SANDBOX_CONTROLS, type SandboxBackend } from '../../kernel/sandbox.ts'
import { time } from '../operation.ts'

/** How a local server is confined. Times are milliseconds since the epoch. */
export interface ContainmentView {
  /** `started`: confined when it was started last. `open`: started, and nothing confines it. */
  readonly state: 'waiting' | 'started' | 'open' | 'refused'
  /** What confines it, or is to confine it. */
  readonly backend: SandboxBackend
  readonly at?: number
  /** Why it was not started: a stable word, what it says, and what to do. */
  readonly refused?: { readonly reason: string; readonly message: string; readonly fix?: string }
  /** What was run, in full. */
  readonly program?: readonly string[]
  readonly package?: {
    readonly name: string
    readonly version: string
    readonly integrity: string
    readonly provenance: 'verified' | 'absent' | 'unverified'
    readonly repository?: string
  }
  readonly files: readonly { readonly path: string; readonly access: 'read' | 'write' }[]
  readonly network: {
    readonly mode: 'none' | 'allowlist' | 'unrestricted'
    /** `api.example.com:443`. */
    readonly hosts: readonly string[]
  }
  /** Names of variables of its environment. */
  readonly variables: readonly string[]
  readonly limits: { readonly memory: number; readonly pids: number; readonly cpu: number }
  /** How well each control holds; empty before it was started. */
  readonly inForce: readonly {
    readonly control: (typeof SANDBOX_CONTROLS)[number]
    readonly strength: 'hard' | 'soft' | 'none'
    readonly by: string
    readonly fix?: string
  }[]
}

export const containmentView = z.object({
  state: z.enum(['waiting', 'started', 'open', 'refused']),
  backend: z.enum(SANDBOX_BACKENDS),
  at: time.optional(),
  refused: z
    .object({ reason: z.string(), message: z.string(), fix: z.string().optional() })
    .optional(),
  program: z.array(z.string()).optional(),
  package: z
    .object({
      name: z.string(),
      version: z.string(),
      integrity: z.string(),
      provenance: z.enum(['verified', 'absent', 'unverified']),
      repository: z.string().optional(),
    })
    .optional(),
  files: z.array(z.object({ path: z.string(), access: z.enum(['read', 'write']) })),
  network: z.object({
    mode: z.enum(['none', 'allowlist', 'unrestricted']),
    hosts: z.array(z.string()),
  }),
  variables: z.array(z.string()),
  limits: z.object({ memory: z.number(), pids: z.number(), cpu: z.number() }),
  inForce: z.array(
    z.object({
      control: z.enum(SANDBOX_CONTROLS),
      strength: z.enum(['hard', 'soft', 'none']),
      by: z.string(),
      fix: z.string().optional(),
    }),
  ),
})
