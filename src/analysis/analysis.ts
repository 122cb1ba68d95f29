import { GatewayError } from '../kernel/errors.ts'
import {
  type AnalysisSubject,
  FACT_MEMBERS,
  type FactKind,
  type FactOf,
  type Facts,
  NO_FACTS,
  type Unparsable,
} from '../kernel/facts.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Analyser, Place, World } from './analyser.ts'
import { type Plan, planOf } from './plan.ts'
import { withListing } from './urls/listed.ts'
import { type Found, walk } from './walk.ts'

/** Reads facts from the arguments of calls. */
export interface Analysis {
  /**
   * What analysers read from arguments: values that something is expected of, and every text. At
   * once, where nothing has to be loaded or asked; linear in the size of the arguments.
   *
   * @throws {GatewayError} `analysis_unavailable` when an analyser cannot work; the call is denied then.
   */
  analyse(subject: AnalysisSubject, args: JsonObject): Facts | Promise<Facts>
}

export interface AnalysisOptions {
  /** One for each kind. Without one, values of its kind are nothing to policies. */
  readonly analysers: readonly Analyser[]
  readonly world: World
}

/** Facts of a kind at most: a call with more cannot be judged, and says so. */
const MAX_FACTS = 1_000

type Collected = { [Kind in FactKind]: FactOf[Kind][] }

/** Makes it. What analysers load is loaded in the background, and waited for by the first calls. */
export function createAnalysis({ analysers, world }: AnalysisOptions): Analysis {
  const plans = new WeakMap<AnalysisSubject, Plan>()
  let loading: Promise<void> | undefined
  const load = async (): Promise<void> => {
    await Promise.all(analysers.map((one) => one.load?.()))
    loading = undefined
  }
  loading = load()
  // Whoever waits for it hears of a failure; nobody need.
  loading.catch(() => undefined)

  const planFor = (subject: AnalysisSubject): Plan => {
    const known = plans.get(subject)
    if (known) return known
    const made = planOf(subject)
    plans.set(subject, made)
    return made
  }
  const read = (subject: AnalysisSubject, args: JsonObject): Facts | Promise<Facts> => {
    const collected = collector()
    const unparsable: Unparsable[] = []
    for (const found of walk(args, planFor(subject), subject.tool ?? '')) {
      const place = placeOf(found, subject, world)
      const free = { ...place, hint: undefined }
      for (const analyser of analysers)
        look(analyser, found, { place, free }, collected, unparsable)
    }
    const { egress } = subject
    const url = egress === undefined ? collected.url : [...withListing(collected.url, egress)]
    return finish(analysers, { ...collected, url }, unparsable, world)
  }
  return {
    analyse(subject, args) {
      try {
        const facts =
          loading === undefined ? read(subject, args) : loading.then(() => read(subject, args))
        return facts instanceof Promise ? facts.catch(unavailable) : facts
      } catch (cause) {
        return unavailable(cause)
      }
    },
  }
}

function look<Kind extends FactKind>(
  analyser: Analyser<Kind>,
  { at, value, expected }: Found,
  { place, free }: { readonly place: Place; readonly free: Place },
  collected: Collected,
  unparsable: Unparsable[],
): void {
  const { kind } = analyser
  if (collected[kind].length > MAX_FACTS) return
  // Nothing is said by `null`, as by a member that is not there.
  if (expected?.kind === kind && value !== null) {
    const reading = analyser.declared(value, place)
    if ('facts' in reading) add(collected[kind], reading.facts)
    else if (expected.strength === 'firm') unparsable.push({ at, kind, why: reading.unparsable })
    if ('facts' in reading || expected.strength === 'firm') return
  }
  if (typeof value === 'string') add(collected[kind], analyser.found(value, free))
}

/** One too many is kept, as the sign that there were more. */
function add<Fact>(kept: Fact[], found: readonly Fact[]): void {
  for (const fact of found.slice(0, MAX_FACTS + 1 - kept.length)) kept.push(fact)
}

function placeOf({ at, expected, parent }: Found, subject: AnalysisSubject, world: World): Place {
  const { server, local, cwd } = subject
  return { at, hint: expected, parent, server, local, cwd, world }
}

function finish(
  analysers: readonly Analyser[],
  collected: Collected,
  unparsable: readonly Unparsable[],
  world: World,
): Facts | Promise<Facts> {
  const tooMany = analysers
    .filter(({ kind }) => collected[kind].length > MAX_FACTS)
    .map(({ kind }): Unparsable => ({ at: '', kind, why: `more than ${MAX_FACTS} of them` }))
  const facts = factsOf(collected, [...unparsable, ...tooMany])
  const open = analysers.filter((one) => one.complete && collected[one.kind].length > 0)
  return open.length === 0 ? facts : completed(open, collected, facts, world)
}

async function completed(
  analysers: readonly Analyser[],
  collected: Collected,
  facts: Facts,
  world: World,
): Promise<Facts> {
  const members = await Promise.all(
    analysers.map(async ({ kind, complete }) => [
      FACT_MEMBERS[kind],
      await complete?.(collected[kind] as never, world),
    ]),
  )
  return { ...facts, ...Object.fromEntries(members) }
}

function collector(): Collected {
  return {
    path: [],
    url: [],
    sql: [],
    shell: [],
    recipient: [],
    amount: [],
    identifier: [],
    media: [],
    pattern: [],
  }
}

function factsOf(collected: Collected, unparsable: readonly Unparsable[]): Facts {
  const members = Object.entries(FACT_MEMBERS).map(([kind, member]) => [
    member,
    collected[kind as FactKind].slice(0, MAX_FACTS),
  ])
  return { ...NO_FACTS, ...Object.fromEntries(members), unparsable }
}

function unavailable(cause: unknown): never {
  throw new GatewayError('analysis_unavailable', 'the arguments could not be analysed', { cause })
}
