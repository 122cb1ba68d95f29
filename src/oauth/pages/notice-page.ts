import { spellOut } from '../../kernel/visible-text.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'

/** Something that did not come about, told by another part in its own words. */
export interface Notice {
  readonly status: number
  readonly title: string
  /** What happened and what to do: words of ours. */
  readonly text: string
  /** What somebody else says of it; shown as their words. */
  readonly claim?: string
  /** Path of ours to go on from. */
  readonly back?: string
  /** Milliseconds until another attempt may be made. */
  readonly retryAfter?: number
}

export function noticePage({ status, title, text, claim, back }: Notice): Page {
  // What is no path of ours is no link.
  const path = back !== undefined && /^\/(?![/\\])[!-~]*$/.test(back) ? back : undefined
  return {
    title,
    status,
    main: html`<h1>${title}</h1>
<p class="lead">${text}</p>
${claim !== undefined && html`<p>It says: <q><bdi>${spellOut(claim, 300)}</bdi></q></p>`}
${path !== undefined && html`<p><a class="button" href="${path}">Back to signing in</a></p>`}`,
  }
}
