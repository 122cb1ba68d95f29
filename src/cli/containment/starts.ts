import type { InstalledPackage } from '../../kernel/packages.ts'
import type { InForce, SandboxBackend, SandboxProfile } from '../../kernel/sandbox.ts'

/** How a local server was started last. Times are milliseconds since the epoch. */
export type Start =
  | {
      readonly kind: 'started'
      readonly at: number
      readonly backend: SandboxBackend
      readonly profile: SandboxProfile
      readonly program: readonly string[]
      readonly inForce: readonly InForce[]
      readonly package?: InstalledPackage
    }
  | { readonly kind: 'open'; readonly at: number; readonly program: readonly string[] }
  | {
      readonly kind: 'refused'
      readonly at: number
      /** A stable word. */
      readonly reason: string
      readonly message: string
      readonly fix?: string
    }

/** How local servers were started, by name: as many as are configured. */
export interface Starts {
  of(server: string): Start | undefined
}
