import type { ConnectionStatus, ConnectOffer } from '../../../kernel/vault.ts'
import type { Tone } from '../../design/chip.tsx'

interface StatusWords {
  readonly word: string
  readonly tone: Tone
  readonly means: string
}

/** What has become of a connection. */
export const STATUSES: Readonly<Record<ConnectionStatus | 'none', StatusWords>> = {
  connected: { word: 'Connected', tone: 'good', means: 'calls are made with it' },
  reauth_required: {
    word: 'Connect again',
    tone: 'wait',
    means: 'the authorization server does not renew it any more, so calls wait for you',
  },
  disconnected: { word: 'Disconnected', tone: 'plain', means: 'nothing is kept of it' },
  none: { word: 'Not connected', tone: 'plain', means: 'calls that need it wait for you' },
}

/** How the gateway is known at an authorization server. */
export const CLIENTS: Readonly<Record<ConnectOffer['client'], string>> = {
  registered: 'as a client that was registered there by hand',
  metadata: 'by its metadata document, which the authorization server reads',
  dynamic: 'as a client that it registers there by itself',
}

interface Failure {
  readonly title: string
  readonly cause: string
  readonly fix: string
}

/** Why somebody who was sent away to connect came back without a connection. */
const FAILURES: Readonly<Record<string, Failure>> = {
  interaction_unknown: {
    title: 'You were not connected: this answer is not one that is waited for',
    cause:
      'Too much time went by, the answer had been used already, or it came to another browser or another login.',
    fix: 'Start again from here, in this browser, and finish within a few minutes.',
  },
  authorization_server_refused: {
    title: 'You were not connected: the authorization server said no, or cannot be used',
    cause:
      'Somebody declined there; or it did not answer, did not say what it must, or was not the one that you were sent to.',
    fix: 'Connect again if you declined by mistake. If it stays so, whoever runs this gateway finds the reason in its records.',
  },
  role_insufficient: {
    title: 'You were not connected: this connection is for everybody',
    cause:
      'What comes of it would be used by all who use the server. Your roles do not allow that.',
    fix: 'Ask an owner of this gateway to connect it.',
  },
  credential_unavailable: {
    title: 'You were not connected: the result cannot be kept',
    cause: 'The keeper of the keys of this gateway does not answer, or its key is gone.',
    fix: 'Whoever runs this gateway finds the cause with `bailiwick vault check`. Then connect again.',
  },
  audit_unavailable: {
    title: 'You were not connected: nothing is done while nothing can be recorded',
    cause: 'The records of this gateway cannot be written at the moment.',
    fix: 'Try again later, or tell whoever runs this gateway.',
  },
  store_unavailable: {
    title: 'You were not connected: the database does not answer',
    cause: 'The gateway could not keep the result.',
    fix: 'Try again in a moment.',
  },
  login_required: {
    title: 'You were not connected: your login had ended meanwhile',
    cause: 'The answer counts only in the login in which you set out. Nothing came of it.',
    fix: 'You are signed in again: start again from here.',
  },
  version_conflict: {
    title: 'You were not connected: something changed meanwhile',
    cause: 'The authorization server, or the connection, is not what it was when you set out.',
    fix: 'Start again from here, and look at where you are sent.',
  },
  message_malformed: {
    title: 'You were not connected: the answer cannot be read',
    cause:
      'What the authorization server sent along with you is not what such an answer has to be.',
    fix: 'Try again. If it stays so, whoever runs that server has to know.',
  },
  item_unknown: {
    title: 'You were not connected: there is no such server',
    cause: 'It was taken out of the configuration, or nobody connects to it in this way.',
    fix: 'Look in the list of servers below which of them you can connect.',
  },
}

const CODE = /^[a-z_]{1,64}$/

/** A failure in plain words. A code that is not known is shown only if it looks like one of ours. */
export function failureOf(code: string): Failure & { readonly code: string | undefined } {
  const shown = CODE.test(code) ? code : undefined
  const known = shown !== undefined && Object.hasOwn(FAILURES, shown) ? FAILURES[shown] : undefined
  return {
    code: shown,
    ...(known ?? {
      title: 'You were not connected',
      cause: 'Something went wrong between this gateway and the authorization server.',
      fix: 'Try again. If it stays so, whoever runs this gateway finds the reason in its records.',
    }),
  }
}

/** Codes that have words of their own. */
export const FAILURE_CODES: readonly string[] = Object.keys(FAILURES)

/** What a connection is good for. */
export function meansOf({
  status,
  wanted,
}: {
  readonly status: ConnectionStatus
  readonly wanted: readonly string[]
}): string {
  if (status !== 'connected' || wanted.length === 0) return STATUSES[status].means
  return 'calls are made with it; one needed more than it grants, and waits for you'
}

/** Whose it is, in words. */
export function ownerWords(owner: string): string {
  return owner === 'shared' ? 'everybody' : owner
}
