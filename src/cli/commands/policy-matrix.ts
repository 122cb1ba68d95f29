import { subjectName } from '../../kernel/subject.ts'
import { type Access, accessMatrix, type MatrixRow } from '../../policy/matrix/access-matrix.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { subjectsOf, targetsOf } from '../policy/access-scope.ts'
import { configInForce } from '../policy/config-in-force.ts'
import { askDefinitions, tellSilent } from '../policy/definitions.ts'
import { draftPolicies } from '../policy/draft.ts'
import { paint, show, table } from '../terminal.ts'

export interface MatrixOptions {
  readonly subject: readonly string[]
  readonly group: readonly string[]
  readonly server?: string
}

/** `bailiwick policy matrix [POLICIES...]`: who can call what. */
export async function policyMatrix(
  context: Context,
  names: readonly string[],
  { subject, group, server }: MatrixOptions,
): Promise<Exit> {
  const config = await configInForce(context)
  const set = draftPolicies(config, context.cwd, names)
  const { definitions, silent } = await askDefinitions(config, context)
  tellSilent(context, silent)
  const rows = accessMatrix(set, subjectsOf(subject, group), targetsOf(definitions, server), {
    time: Date.now(),
  })
  await show(context, { policies: set.hash, rows: rows.map(viewOf) }, () =>
    table(
      ['SUBJECT', 'GROUPS', 'TARGET', 'EFFECTS', 'ACCESS', 'BY'],
      rows.map((row) => cellsOf(row)),
    ).map((line) => colored(context, line)),
  )
  return silent.length > 0 ? 'findings' : 'ok'
}

function viewOf({ subject, target, action, access, by }: MatrixRow) {
  const { server, name, classification } = target
  return {
    subject: subjectName(subject),
    groups: subject.groups,
    server,
    name,
    action,
    classification,
    access,
    by,
  }
}

function cellsOf({ subject, target, access, by }: MatrixRow): readonly string[] {
  return [
    subjectName(subject),
    subject.groups.join(' '),
    `${target.server}:${target.name}`,
    target.classification.effects.join('+'),
    access,
    by.join(', '),
  ]
}

const COLOR: Readonly<Record<Access, 'green' | 'yellow' | 'dim'>> = {
  permit: 'green',
  ask: 'yellow',
  depends: 'yellow',
  never: 'dim',
}

function colored(context: Context, line: string): string {
  const access = Object.keys(COLOR).find((word) => line.includes(`  ${word}`)) as Access | undefined
  return access === undefined ? line : paint(context, COLOR[access], line)
}
