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
  | {
      readonly kind: 'open'
      readonly at: number
      readonly program: readonly string[]
      /** Why nothing confines it, where its operator would have had it otherwise. */
      readonly why?: string
    }
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

/** How a server is confined, in a few words for the operator; undefined before it was started. */
export function confinementWords(start: Start | undefined): string | undefined {
  if (start === undefined || start.kind === 'refused') return undefined
  if (start.kind === 'open')
    return start.why === undefined ? 'NOT sandboxed' : `NOT sandboxed: ${start.why}`
  const weak = (strength: InForce['strength']): string =>
    start.inForce
      .filter((one) => one.strength === strength)
      .map(({ control }) => control)
      .join(', ')
  const [none, soft] = [weak('none'), weak('soft')]
  return [
    `sandboxed by ${start.backend}`,
    ...(none === '' ? [] : [`not in force: ${none}`]),
    ...(soft === '' ? [] : [`soft: ${soft}`]),
  ].join('; ')
}
