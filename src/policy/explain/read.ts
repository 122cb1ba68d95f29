import { compile } from '../language/compile.ts'
import type { Environment } from '../language/environment.ts'
import { children, type Expression } from '../language/expression.ts'
import { Fault } from '../language/fault.ts'
import { printExpression } from '../language/print.ts'
import { printValue } from '../language/print-value.ts'

/**
 * Who can make a value another one. `caller`: other arguments do. `operator`: only who configures
 * the gateway, or another subject or target. `client`: the program that calls. `consent`: who
 * lets the program act for the subject. `time`: waiting does. `approver`: a human who approves.
 * `context`: what was read before, so a clean context does.
 */
export type Influence =
  | 'caller'
  | 'operator'
  | 'client'
  | 'consent'
  | 'time'
  | 'approver'
  | 'context'

/** Something that a clause reads, and what it was. */
export interface Read {
  /** As in Cedar: `context.args.to`. */
  readonly path: string
  /** Cedar text, shortened; `absent`; or why it cannot be read. */
  readonly value: string
  readonly influence: Influence
}

const LONGEST_VALUE = 200
const MOST_READS = 32

const INFLUENCE: Readonly<Record<string, Influence>> = {
  args: 'caller',
  decimals: 'caller',
  facts: 'caller',
  provenance: 'caller',
  flow: 'context',
  client: 'client',
  authorization: 'consent',
  time: 'time',
  utc: 'time',
  rate: 'time',
  approval: 'approver',
}

/** Everything that an expression reads of the request, each path once, in order. */
export function readsOf(expression: Expression, environment: Environment): readonly Read[] {
  const paths = new Map<string, Expression>()
  for (const path of pathsIn(expression)) {
    if (paths.size < MOST_READS) paths.set(printExpression(path), path)
  }
  return [...paths].map(([text, path]) => ({
    path: text,
    value: valueText(path, environment),
    influence: influenceOf(path),
  }))
}

/** The longest paths from a variable. What `has` asks for is a path, too. */
function pathsIn(expression: Expression): readonly Expression[] {
  if (isPath(expression)) return [expression]
  if (expression.kind === 'has' && isPath(expression.of)) {
    return [
      expression.path.reduce<Expression>(
        (of, name) => ({ kind: 'attribute', of, name }),
        expression.of,
      ),
    ]
  }
  return children(expression).flatMap(pathsIn)
}

function isPath(expression: Expression): boolean {
  if (expression.kind === 'variable') return true
  return expression.kind === 'attribute' && isPath(expression.of)
}

function influenceOf(path: Expression): Influence {
  const names: string[] = []
  let here = path
  while (here.kind === 'attribute') {
    names.push(here.name)
    here = here.of
  }
  if (here.kind !== 'variable' || here.name !== 'context') return 'operator'
  const first = names.at(-1)
  // The whole context holds the arguments.
  if (first === undefined) return 'caller'
  return Object.hasOwn(INFLUENCE, first) ? (INFLUENCE[first] ?? 'operator') : 'operator'
}

function valueText(path: Expression, environment: Environment): string {
  try {
    const text = printValue(compile(path)(environment))
    return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text
  } catch (error) {
    if (!(error instanceof Fault)) return 'internal error'
    return / is absent$/.test(error.message) ? 'absent' : error.message
  }
}
