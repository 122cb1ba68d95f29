import type { ServerResponse } from 'node:http'
import { PROBLEMS, type Problem } from './problem.ts'

/** A page about a login that did not come about. */
export interface ProblemPage {
  readonly status: number
  readonly title: string
  /** What happened and what to do, in our words. */
  readonly text: string
  /** What the provider says, cleaned, to be shown as its words. */
  readonly claim?: string
  /** Path of ours where the person can try again, or sign in another way. */
  readonly back?: string
  /** Milliseconds until another attempt may be made. */
  readonly retryAfter?: number
}

/** Shows a page to the person: never a redirect, nothing to run or to frame. */
export type ShowProblem = (response: ServerResponse, page: ProblemPage) => void

/**
 * The page of a problem.
 *
 * @param provider our name of the provider.
 */
export function pageOf(
  { kind, claim, retryAfter }: Problem,
  provider: string | undefined,
  back: string | undefined,
): ProblemPage {
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

/** Headers of everything that is answered here. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

export const showProblem: ShowProblem = (response, page) => {
  if (response.headersSent || response.destroyed) return
  const { status, retryAfter } = page
  response.writeHead(status, {
    ...PAGE_HEADERS,
    'content-type': 'text/html; charset=utf-8',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1_000)) }),
  })
  response.end(html(page))
}

function html({ title, text, claim, back }: ProblemPage): string {
  const lines = [
    `<h1>${escapeText(title)}</h1>`,
    `<p>${escapeText(text)}</p>`,
    claim === undefined ? '' : `<p>It says: <q>${escapeText(claim)}</q></p>`,
    back === undefined ? '' : `<p><a href="${escapeText(back)}">Back to signing in</a></p>`,
  ]
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeText(title)}</title><body>${lines.join('')}</body></html>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
