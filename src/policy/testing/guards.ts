import type { Facts } from '../../kernel/facts.ts'
import { readDefinitions } from '../document/definitions.ts'
import { explainGuard, type GuardReport } from '../guards/explain-guard.ts'

const FOLDERS: Readonly<Record<string, string>> = { '/link': '/srv/work', '/srv/work': '/srv/work' }

/** Holds a guard, as it is written, against facts. */
export function report(written: string, seen: Facts): GuardReport {
  const { guards, problems } = readDefinitions(
    [{ file: 'g.yaml', text: `guards: { g: ${written} }` }],
    {
      places: { workspace: '/link', far: '/gone' },
      realRoot: (folder) => FOLDERS[folder],
    },
  )
  const [guard] = guards
  if (guard === undefined) throw new Error(problems.map(({ message }) => message).join('; '))
  return explainGuard(guard.item, seen)
}

export function outcome(written: string, seen: Facts): string {
  return report(written, seen).outcome
}
