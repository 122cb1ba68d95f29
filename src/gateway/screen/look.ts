import type { AccessRequest } from '../../kernel/access.ts'
import type { ContentCategory, ContentDirection, ContentFinding } from '../../kernel/content.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { RecordedFinding, ScreenPlan } from '../../kernel/screening.ts'
import { subjectName } from '../../kernel/subject.ts'
import type { About, React, ReactOptions } from './react.ts'
import type { Part, Screening } from './screening.ts'
import { clean, observedPlan, recordedOf, type Sieve, type Sifted, sift } from './sift.ts'

/** What is needed to look at messages, whosever they are. */
export interface LookOptions extends ReactOptions {
  readonly plan: (request: AccessRequest, direction: ContentDirection) => ScreenPlan
  /** Absent: there is nothing that looks, and what screens ask for is refused. */
  readonly screening: Screening | undefined
  /** Categories of findings in arguments that decisions look at, besides those that screens name. */
  readonly asked: () => ReadonlySet<ContentCategory>
  /** Whether policies hold for a server, or are only observed. */
  readonly enforces: (server: string) => boolean
}

/** One message, and what it is. */
export interface Message {
  readonly direction: ContentDirection
  readonly value: JsonObject
  readonly part: (finding: ContentFinding) => Part
  /** Categories that are looked for whatever the plan says. */
  readonly besides?: ReadonlySet<ContentCategory>
  /** See `Sieve.fits`. */
  readonly fits?: Sieve['fits']
}

/** Looks at the messages of one request. */
export interface Looker {
  plan(direction: ContentDirection): ScreenPlan
  /**
   * Looks at a message; whoever has to know is told before this answers. At once where there is nothing
   * to wait for. @throws GatewayError `analysis_unavailable`; as whoever is told.
   */
  look(message: Message): Sifted | Promise<Sifted>
}

/** @param note takes what is found for the record. */
export function looker(
  options: LookOptions,
  request: AccessRequest,
  call: string,
  react: React,
  note: (found: readonly RecordedFinding[]) => void,
): Looker {
  const about = aboutOf(request, call)
  const plans = new Map<ContentDirection, ScreenPlan>()
  const planOf = (direction: ContentDirection): ScreenPlan => {
    const known = plans.get(direction)
    if (known !== undefined) return known
    const plan = options.plan(request, direction)
    const holds = options.enforces(about.server) ? plan : observedPlan(plan)
    plans.set(direction, holds)
    return holds
  }
  const told = ({ direction, part }: Message, sifted: Sifted): Sifted | Promise<Sifted> => {
    const [first] = sifted.matches
    if (first === undefined) return sifted
    note(recordedOf(sifted, part))
    const wait = react(about, { part: part(first.finding), direction, sifted })
    return wait === undefined ? sifted : wait.then(() => sifted)
  }
  return {
    plan: planOf,
    look(message) {
      const { direction, value, besides } = message
      const plan = planOf(direction)
      if (plan.rules.length === 0 && (besides?.size ?? 0) === 0) return clean(value)
      const sifted = sift(options.screening, value, { ...message, plan })
      return sifted instanceof Promise
        ? sifted.then((done) => told(message, done))
        : told(message, sifted)
    },
  }
}

function aboutOf({ subject, authorization, target }: AccessRequest, call: string): About {
  const { client, grant } = authorization
  return {
    call,
    subject: subjectName(subject),
    client,
    grant,
    server: target.server,
    target: target.name,
  }
}
