import { compile } from './compile.ts'
import type { Environment } from './environment.ts'
import { children, type Expression } from './expression.ts'
import type { Value } from './value.ts'

/** Which ends the evaluation of an expression may have while the arguments are unknown. */
export interface Ends {
  readonly true: boolean
  readonly false: boolean
  readonly fault: boolean
}

/** What is known of an expression: its exact value, or only how it may end. */
type Known = { readonly value: Value } | { readonly ends: Ends }

/** Says how an expression may end as a condition, whatever the arguments of the call are. */
export type Approximation = (environment: Environment) => Ends

type Approximate = (environment: Environment) => Known

const TRUE: Ends = { true: true, false: false, fault: false }
const FALSE: Ends = { true: false, false: true, fault: false }
const FAULT: Ends = { true: false, false: false, fault: true }
const ANY: Ends = { true: true, false: true, fault: true }
const FAULTS: Known = { ends: FAULT }
const UNKNOWN: Known = { ends: ANY }

/**
 * Compiles an expression for a request whose arguments are not known yet: strong Kleene logic with
 * a third end, the fault. Sound: an end that some arguments lead to is always among those given;
 * exact for an expression that does not read the arguments. `unknown` names the members of
 * `context` that are not known.
 */
export function approximate(expression: Expression, unknown: ReadonlySet<string>): Approximation {
  const known = approximateValue(expression, unknown)
  return (environment) => endsOf(known(environment))
}

function approximateValue(expression: Expression, unknown: ReadonlySet<string>): Approximate {
  if (!readsUnknown(expression, unknown)) return exact(expression)
  const part = (inner: Expression): Approximate => approximateValue(inner, unknown)
  switch (expression.kind) {
    case 'and':
      return connective(part(expression.left), part(expression.right), FALSE)
    case 'or':
      return connective(part(expression.left), part(expression.right), TRUE)
    case 'if':
      return conditional(
        part(expression.test),
        part(expression.whenTrue),
        part(expression.whenFalse),
      )
    case 'is': {
      const { of, within: right } = expression
      if (right === undefined) return strict([part(of)])
      const isType = part({ ...expression, within: undefined })
      return connective(isType, part({ kind: 'binary', operator: 'in', left: of, right }), FALSE)
    }
    case 'unary':
      return expression.operator === '!'
        ? negation(part(expression.operand))
        : strict([part(expression.operand)])
    default:
      return strict(children(expression).map(part))
  }
}

/** True unless every use of `context` names a member that is known. */
function readsUnknown(expression: Expression, unknown: ReadonlySet<string>): boolean {
  if (expression.kind === 'variable') return expression.name === 'context'
  const member = contextMember(expression)
  if (member !== undefined) return unknown.has(member)
  return children(expression).some((inner) => readsUnknown(inner, unknown))
}

function contextMember(expression: Expression): string | undefined {
  if (expression.kind !== 'attribute' && expression.kind !== 'has') return undefined
  if (expression.of.kind !== 'variable' || expression.of.name !== 'context') return undefined
  return expression.kind === 'attribute' ? expression.name : expression.path[0]
}

function exact(expression: Expression): Approximate {
  const evaluate = compile(expression)
  return (environment) => {
    try {
      return { value: evaluate(environment) }
    } catch {
      return FAULTS
    }
  }
}

/** Evaluates every operand: one that surely faults makes the whole fault. */
function strict(operands: readonly Approximate[]): Approximate {
  return (environment) =>
    operands.some((operand) => surelyFaults(operand(environment))) ? FAULTS : UNKNOWN
}

/** `&&` stops at false, `||` at true. */
function connective(left: Approximate, right: Approximate, stop: Ends): Approximate {
  return (environment) => {
    const first = endsOf(left(environment))
    const goesOn = stop.true ? first.false : first.true
    const stops = stop.true ? first.true : first.false
    const second = goesOn ? endsOf(right(environment)) : undefined
    const ends = [...(first.fault ? [FAULT] : []), ...(stops ? [stop] : [])]
    return { ends: join(second === undefined ? ends : [...ends, second]) }
  }
}

function conditional(test: Approximate, then: Approximate, otherwise: Approximate): Approximate {
  return (environment) => {
    const ends = endsOf(test(environment))
    const branches = [...(ends.true ? [then] : []), ...(ends.false ? [otherwise] : [])].map(
      (branch) => branch(environment),
    )
    const [only] = branches
    if (!ends.fault && branches.length === 1 && only !== undefined) return only
    // A branch that is not a boolean may be what the expression around it needs.
    if (branches.some((known) => 'value' in known && typeof known.value !== 'boolean')) {
      return UNKNOWN
    }
    return { ends: join([...(ends.fault ? [FAULT] : []), ...branches.map(endsOf)]) }
  }
}

function negation(operand: Approximate): Approximate {
  return (environment) => {
    const ends = endsOf(operand(environment))
    return { ends: { true: ends.false, false: ends.true, fault: ends.fault } }
  }
}

function endsOf(known: Known): Ends {
  if ('ends' in known) return known.ends
  if (typeof known.value !== 'boolean') return FAULT
  return known.value ? TRUE : FALSE
}

function surelyFaults(known: Known): boolean {
  return 'ends' in known && known.ends.fault && !known.ends.true && !known.ends.false
}

function join(all: readonly Ends[]): Ends {
  return {
    true: all.some((ends) => ends.true),
    false: all.some((ends) => ends.false),
    fault: all.some((ends) => ends.fault),
  }
}
