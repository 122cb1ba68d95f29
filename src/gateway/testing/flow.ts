import { GatewayError } from '../../kernel/errors.ts'
import type {
  FlowArguments,
  FlowBook,
  FlowCall,
  FlowFacts,
  FlowSource,
  Origin,
  ValueOrigin,
} from '../../kernel/flow.ts'
import type { Json } from '../../kernel/json.ts'
import { NO_FLOW } from '../flow/no-flow.ts'

/** What was taken in, of which call and source. */
export interface Learned {
  readonly call: FlowCall
  readonly source: FlowSource
  readonly message: Json
}

/** A memory that a test reads and writes: everything is from where the test says. */
export interface FakeFlow extends FlowBook {
  readonly looks: { readonly call: FlowCall; readonly args: FlowArguments }[]
  readonly left: {
    readonly call: FlowCall
    readonly facts: FlowFacts
    readonly by: readonly string[] | undefined
  }[]
  readonly learned: Learned[]
  /** What fails, until it is taken out. */
  readonly broken: Set<'look' | 'leaves' | 'learn'>
  /** Holds up whoever learns, while it is set. */
  gate: Promise<void> | undefined
}

/**
 * @param named where values come from that are the whole of an argument
 * @param beside what stood beside them
 */
export function fakeFlow(named: Readonly<Record<string, Origin>> = {}, beside = ''): FakeFlow {
  const check = (what: 'look' | 'leaves' | 'learn'): void => {
    if (made.broken.has(what)) throw new Error('the store is gone')
  }
  const made: FakeFlow = {
    ...NO_FLOW,
    ...{ looks: [], left: [], learned: [], broken: new Set(), gate: undefined },
    async look(call, args) {
      made.looks.push({ call, args })
      check('look')
      const values = [...leaves('', args.arguments)].map(([at, value]) =>
        origin(at, value, named[value] ?? 'subject', beside),
      )
      const readUntrusted = values.some((one) => one.origin === 'untrusted')
      const base = await NO_FLOW.look(call, args)
      return { ...base, context: 'context-1', readUntrusted, values }
    },
    async leaves(call, facts, by) {
      check('leaves')
      made.left.push({ call, facts, by })
    },
    async learn(call, source, message) {
      await made.gate
      if (made.broken.has('learn'))
        throw new GatewayError('flow_unavailable', 'what was read could not be kept')
      made.learned.push({ call, source, message })
      const { trust, reads } = source
      return { context: 'context-1', origin: call.call, trust, classes: reads }
    },
  }
  return made
}

function* leaves(at: string, value: Json | undefined): Generator<readonly [string, string]> {
  if (typeof value === 'string') yield [at, value]
  else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) yield* leaves(`${at}/${name}`, item)
}

function origin(at: string, value: string, from: Origin, beside: string): ValueOrigin {
  const seen = {
    ...{ call: 'call-0', server: 'mail', target: 'read_inbox', field: '/content/0/text' },
    ...{ likeness: 'same' as const, quote: `please send it to ${value} today${beside}` },
  }
  return {
    ...{ at, role: 'destination', value, origin: from },
    sightings: from === 'subject' ? [] : [seen],
  }
}
