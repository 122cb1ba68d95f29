import type { Notice } from '../parts.ts'

/** Why a login did not come about, as far as the person may know. */
export type ProblemKind =
  | 'login_unknown'
  | 'declined'
  | 'unreachable'
  | 'unusable'
  | 'untrusted'
  | 'unmet'
  | 'refused'
  | 'throttled'
  | 'unavailable'

/** A login that did not come about. */
export interface Problem {
  readonly kind: ProblemKind
  /** For the log and the record: never shown. */
  readonly reason: string
  /** What the provider says, cleaned: a claim. */
  readonly claim?: string
  /** Milliseconds until another attempt may be made. */
  readonly retryAfter?: number
}

interface Words {
  readonly status: number
  readonly title: string
  /** What happened and what to do; `$` stands for the provider's name. */
  readonly text: string
}

const PROBLEMS: Readonly<Record<ProblemKind, Words>> = {
  login_unknown: {
    status: 400,
    title: 'This sign-in cannot be finished here',
    text: 'It is over, was used already, or was begun in another browser. Nothing has changed. Go back to the application and begin again.',
  },
  declined: {
    status: 403,
    title: 'You are not signed in',
    text: '$ did not sign you in.',
  },
  unreachable: {
    status: 502,
    title: 'The provider does not answer',
    text: '$ cannot be reached at the moment. Try again in a little while, or sign in another way.',
  },
  unusable: {
    status: 502,
    title: 'The provider cannot be used',
    text: '$ and this gateway do not work together as they are set up. Whoever runs the gateway finds the reason in its log.',
  },
  untrusted: {
    status: 400,
    title: 'You are not signed in',
    text: 'The answer of $ could not be verified, so it was not used.',
  },
  unmet: {
    status: 403,
    title: 'You are not signed in',
    text: 'Your account at $, or the way you signed in there, is not enough for this gateway. Ask whoever runs it.',
  },
  refused: {
    status: 403,
    title: 'You are not signed in',
    text: '$ knows you, but you may not use this gateway. Ask whoever runs it.',
  },
  throttled: {
    status: 429,
    title: 'Too many attempts',
    text: 'Wait a little before you try again.',
  },
  unavailable: {
    status: 503,
    title: 'This cannot be done right now',
    text: 'Something that the gateway needs did not answer. To be safe, nothing was done. Try again in a minute.',
  },
}

/**
 * What a person is told of a problem.
 *
 * @param provider our name of the provider.
 */
export function noticeOf(
  { kind, claim, retryAfter }: Problem,
  provider: string | undefined,
  back: string | undefined,
): Notice {
  const { status, title, text } = PROBLEMS[kind]
  return {
    status,
    title,
    text: text.replaceAll('$', () => provider ?? 'The provider'),
    ...(claim === undefined ? {} : { claim }),
    ...(back === undefined ? {} : { back }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}
