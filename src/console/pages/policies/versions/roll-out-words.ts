import type { Output } from '../../../api/call.ts'

export type Rollout = Output<'policies.list'>['rollout']
export type Observed = NonNullable<Output<'policies.observed'>['observed']>

/** What is asked before something is put in force. */
export interface Question {
  readonly title: string
  readonly verb: string
  /** What will happen, one sentence each. */
  readonly words: readonly string[]
  readonly danger: boolean
}

/** What a rollout means now, in one sentence. */
export function standing({ version, mode }: Pick<Rollout, 'version' | 'mode'>): string {
  if (version === 0)
    return 'Nothing of the console is in force; the files of the configuration decide alone.'
  return mode === 'observe'
    ? `Version ${version} observes: no decision changes, and what it would have denied is noted.`
    : `Version ${version} is enforced, beside the files of the configuration.`
}

/** What will happen when a version is put in force, in the place of another. */
export function question(
  now: Pick<Rollout, 'version' | 'mode'>,
  next: Pick<Rollout, 'version' | 'mode'>,
): Question {
  const { version } = next
  if (version === 0)
    return {
      title: `Take version ${now.version} out of force?`,
      verb: 'Take it out of force',
      words: [
        now.mode === 'observe'
          ? 'It no longer observes. No decision changes.'
          : 'Its policies, guards and limits no longer decide: what only it forbids is no longer forbidden, and what only it permits is no longer permitted.',
        'The files of the configuration decide alone. The version stays and can be put in force again.',
      ],
      danger: true,
    }
  const ends =
    now.version === 0 || now.version === version
      ? []
      : [
          `Version ${now.version} ${now.mode === 'observe' ? 'no longer observes' : 'no longer decides'}.`,
        ]
  if (next.mode === 'observe')
    return {
      title: `Let version ${version} observe?`,
      verb: 'Let it observe',
      words: [
        ...ends,
        'What it would deny is noted with each call. It denies nothing, permits nothing, and asks nobody.',
      ],
      danger: now.version !== 0 && now.mode === 'enforce',
    }
  return {
    title: `Enforce version ${version}?`,
    verb: 'Enforce it',
    words: [
      ...ends,
      'From the next call on it decides, beside the files of the configuration: what either forbids is forbidden.',
    ],
    danger: true,
  }
}

/** What a version that observes would have done, in one sentence. */
export function observedWords({ calls, denied, complete }: Omit<Observed, 'by' | 'since'>): string {
  const of = `${calls.toLocaleString('en')} ${calls === 1 ? 'call' : 'calls'}`
  const least = complete ? '' : 'at least '
  if (calls === 0) return 'No call came since.'
  if (denied === 0) return `It would have denied none of ${least}${of} that passed.`
  return `It would have denied ${least}${denied.toLocaleString('en')} of ${of}.`
}
