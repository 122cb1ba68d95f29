import { spellOut } from '../../kernel/visible-text.ts'
import type { Notice } from '../parts.ts'
import { html } from './html.ts'
import type { Page } from './page.ts'

/** The page of something that did not come about. */
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
