import type { AccessRequest, DecisionPoint } from '../../kernel/access.ts'
import type { Approvals } from '../../kernel/approval.ts'
import { CONTENT_CATEGORIES, type ContentCategory } from '../../kernel/content.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import type { Recorder } from '../../kernel/record.ts'
import { createSeal } from '../../kernel/seal.ts'
import type { Aim } from '../aim.ts'
import { bindingOf } from '../approvals/round.ts'
import { abandon } from '../bridge/modern-to-legacy.ts'
import type { Speech } from '../bridge/speak.ts'
import { type Beside, besideCalls } from './beside.ts'
import { type CallScreen, type CallScreenOptions, callScreen } from './call-screen.ts'
import { keptResults } from './kept.ts'
import { createRelease, type Release } from './release.ts'
import type { Reactions, Screening } from './screening.ts'

/** What a gateway looks at messages with. */
export interface ScreeningOptions extends Reactions {
  /** Absent: there is nothing that looks, and what screens ask for is refused. */
  readonly screening?: Screening
  readonly policies: () => DecisionPoint
  /** Whether policies hold for a server; without it, for all. */
  readonly enforces?: (server: string) => boolean
  readonly recorder: Recorder
  /** 32 bytes that seal what is kept for people to release. */
  readonly sealKey: Uint8Array
  readonly now: Clock
  readonly randomId: RandomId
  readonly log: (message: string, cause?: unknown) => void
}

/** Who releases what is withheld. */
export interface Releasers {
  /** Absent: nobody can be asked. */
  readonly approvals: Approvals | undefined
  readonly url: (id: string) => string
  readonly patience: number
}

/** Everything in the data plane that looks at messages. */
export interface Screens {
  /** Looks at everything that is said in one call. */
  readonly screen: (call: string) => CallScreen
  readonly release: Release
  /** Gives up a call that waits for a round that will not come, or that its client never hears of. */
  readonly giveUp: (access: AccessRequest, sent: Aim, round: JsonObject) => void
  /** Looks at what is said beside calls. */
  readonly beside: Beside
}

const EVERYTHING: ReadonlySet<ContentCategory> = new Set(CONTENT_CATEGORIES)
/** Results that are kept for people at once, and UTF-16 code units of them. */
const KEPT = { each: 8, all: 256, size: 8 * 1024 * 1024, sizeOfAll: 64 * 1024 * 1024 }

/** Makes it. See {@link Screens}. */
export function createScreens(
  options: ScreeningOptions,
  releasers: Releasers,
  speech: Pick<Speech, 'seal' | 'parked'>,
): Screens {
  const { policies, recorder, randomId, now } = options
  const looking: CallScreenOptions = {
    ...options,
    screening: options.screening,
    enforces: options.enforces ?? (() => true),
    plan: (request, direction) => policies().screens(request, direction),
    asked: () => policies().contentFacts ?? EVERYTHING,
    witness: (event) => recorder.record({ kind: 'event', id: randomId(), ...event }),
  }
  const seal = createSeal(options.sealKey, 'screening')
  return {
    screen: (call) => callScreen(looking, call),
    beside: besideCalls(looking),
    release: createRelease({
      ...releasers,
      kept: keptResults(seal, now, KEPT),
      witness: looking.witness,
      now,
    }),
    giveUp: (access, sent, round) => abandon(speech, round, () => bindingOf(access, sent)),
  }
}
