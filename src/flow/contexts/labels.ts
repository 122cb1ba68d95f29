import type { DataClass } from '../../kernel/access.ts'
import {
  type FlowContextView,
  type FlowFacts,
  SOURCE_TRUSTS,
  type SourceTrust,
} from '../../kernel/flow.ts'
import type { Found } from '../memory/memory.ts'
import type { Taken } from '../memory/taken.ts'
import type { ContextRow } from './rows.ts'

/** Who may have written an answer, at worst: one field of it is enough. */
export function trustOf({ trust, fields }: Pick<Taken, 'trust' | 'fields'>): SourceTrust {
  let worst = SOURCE_TRUSTS.indexOf(trust)
  for (const field of fields) worst = Math.max(worst, SOURCE_TRUSTS.indexOf(field.trust))
  return SOURCE_TRUSTS[worst] ?? 'untrusted'
}

export function classesOf({ classes }: Pick<ContextRow, 'classes'>): readonly DataClass[] {
  return JSON.parse(classes) as readonly DataClass[]
}

/** Where something is not known any more, it counts as untrusted. */
function labelsOf(row: ContextRow, complete: boolean) {
  const classes = classesOf(row)
  return {
    readUntrusted: row.untrusted !== null || !complete,
    readConfidential: classes.some((one) => one !== 'public'),
    classes,
    complete,
  }
}

export function factsOf(row: ContextRow, complete: boolean, found: Found): FlowFacts {
  return {
    context: row.id,
    ...labelsOf(row, complete),
    ...(row.untrusted === null ? {} : { since: row.untrusted }),
    ...found,
  }
}

export function viewOf(
  row: ContextRow & { readonly size: number },
  lifetime: number,
): FlowContextView {
  const { id, principal, client, grant, opened, used, answers, size } = row
  return {
    ...{ id, principal, client, grant, opened, used, answers, size },
    expires: used + lifetime,
    ...labelsOf(row, row.incomplete === 0),
  }
}
