import type { ErrorCode } from '../../kernel/errors.ts'
import { spellOut } from '../../kernel/visible-text.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'
import { literal } from './said.ts'

/** Something that went wrong, for a person. */
export interface Problem {
  readonly status: number
  /** A code of ours or of the RFCs, for those who look for help. */
  readonly code: string
  /** What happened: words of ours, or of an engine's error. Never a client's markup. */
  readonly message?: string | undefined
  readonly requestId: string
}

interface Words {
  readonly title: string
  readonly what: string
  readonly todo: string
}

const OVER: Words = {
  title: 'This page is no longer good',
  what: 'It was answered already, it is too old, or another browser began it.',
  todo: 'If you have answered, go back to your program. If not, start again there.',
}
const FORM: Words = {
  title: 'This form was not accepted',
  what: 'It did not come from the page that we showed you last, or that page is too old. Nothing was changed.',
  todo: 'Go back, load the page again, and repeat what you did. If you did not send a form just now, another website tried to: close it.',
}
const LATER: Words = {
  title: 'This cannot be done right now',
  what: 'Something that we need did not answer. To be safe, nothing was done.',
  todo: 'Try again in a minute. If it goes on, tell your operator the number below.',
}
const OURS: Words = {
  title: 'Something went wrong',
  what: 'We made a mistake. To be safe, nothing more was done.',
  todo: 'Start again from your program. If it goes on, tell your operator the number below.',
}
const REQUEST: Words = {
  title: 'This request cannot be answered',
  what: 'The program that sent you here asked for something that is not allowed or not understood.',
  todo: 'Nothing was given to it. If you trust the program, tell who makes it, or your operator, what stands below.',
}
const MISSING: Words = {
  title: 'There is nothing here',
  what: 'The address is wrong, or what was here is gone.',
  todo: 'Start again from your program.',
}

const WORDS: Partial<Record<string, Words>> = {
  interaction_unknown: OVER,
  origin_refused: FORM,
  content_type_refused: FORM,
  body_too_large: FORM,
  body_too_slow: FORM,
  params_invalid: FORM,
  path_unknown: MISSING,
  verb_refused: MISSING,
  too_many_requests: LATER,
  audit_unavailable: LATER,
  store_unavailable: LATER,
  shutting_down: LATER,
  internal: OURS,
  server_error: OURS,
  temporarily_unavailable: LATER,
} satisfies Partial<Record<ErrorCode | 'server_error' | 'temporarily_unavailable', Words>>

/** The page of a failure. It links nowhere: an address could be a client's. */
export function problemPage({ status, code, message, requestId }: Problem): Page {
  const { title, what, todo } = WORDS[code] ?? (status >= 500 ? OURS : REQUEST)
  return {
    title,
    status,
    main: html`<h1>${title}</h1>
<p class="lead">${what}</p>
<h2>What to do</h2>
<p>${todo}</p>
<dl class="facts small">
<dt>Error</dt><dd>${literal(code, 64)}${message !== undefined && html`: <bdi>${spellOut(message, 300)}</bdi>`}</dd>
<dt>Number</dt><dd>${literal(requestId, 64)}</dd>
</dl>`,
  }
}
