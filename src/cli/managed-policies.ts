import { startLooks } from '../kernel/looks.ts'
import type { PolicySource } from '../policy/policy.ts'
import { NO_ROLLOUT, type Rollout, type Rollouts } from '../rollout/rollout.ts'

/** Before the name of each file of the console's, in messages and where it stands. */
export const MANAGED = 'managed/'

export interface ManagedOptions {
  readonly rollouts: Pick<Rollouts, 'current' | 'version'>
  /** Milliseconds between two looks for what other processes put in force. */
  readonly every: number
  /** Told when another version, or the same in another way, is in force. */
  readonly onChange: () => void
  readonly log: (message: string, cause?: unknown) => void
}

/** The policies written in the console, as far as they are in force. */
export interface ManagedPolicies {
  readonly rollout: () => Rollout
  /** Their files; none before anything is in force. */
  readonly sources: () => readonly PolicySource[]
  /** Looks now. Rejects as the database does; what was in force stays so then. */
  readonly refresh: () => Promise<void>
  /** Makes no more looks, and waits for the last one. */
  readonly close: () => Promise<void>
}

interface Found {
  readonly rollout: Rollout
  readonly sources: readonly PolicySource[]
}

/** Opens them: what is in force is known when this resolves. Rejects as the database does. */
export async function openManagedPolicies(options: ManagedOptions): Promise<ManagedPolicies> {
  const { every, onChange, log } = options
  let found: Found = { rollout: NO_ROLLOUT, sources: [] }

  const look = async (): Promise<void> => {
    const next = await lookUp(options, found)
    if (next.rollout.seq === found.rollout.seq) return
    found = next
    onChange()
  }
  found = await lookUp(options, found)
  const looks = await startLooks({
    ...{ look, every, log },
    lost: 'versions of policies cannot be read: the last one stays in force',
    found: 'versions of policies are heard of again',
  })
  return {
    rollout: () => found.rollout,
    sources: () => found.sources,
    refresh: looks.now,
    close: looks.close,
  }
}

async function lookUp({ rollouts }: ManagedOptions, last: Found): Promise<Found> {
  const rollout = await rollouts.current()
  if (rollout.seq === last.rollout.seq) return last
  if (rollout.version === 0) return { rollout, sources: [] }
  const version = await rollouts.version(rollout.version)
  if (version === undefined) throw new Error(`version ${rollout.version} of the policies is gone`)
  return { rollout, sources: managedSources(version.files, rollout.mode) }
}

/** Files of a version as policies are loaded from; its tests are none. */
export function managedSources(
  files: Readonly<Record<string, string>>,
  mode: Rollout['mode'],
): readonly PolicySource[] {
  return Object.entries(files)
    .filter(([name]) => !isTestFile(name))
    .map(([name, text]) => ({
      file: `${MANAGED}${name}`,
      text,
      ...(mode === 'observe' ? { mode } : {}),
    }))
}

/** The tests among the files of a version. */
export function managedTests(files: Readonly<Record<string, string>>): readonly PolicySource[] {
  return Object.entries(files)
    .filter(([name]) => isTestFile(name))
    .map(([name, text]) => ({ file: `${MANAGED}${name}`, text }))
}

function isTestFile(name: string): boolean {
  return name.endsWith('.test.yaml')
}
