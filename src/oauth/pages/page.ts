import type { ServerResponse } from 'node:http'
import type { Assets } from './assets.ts'
import { type Content, type Html, html } from './html.ts'

/** One page, before its frame. */
export interface Page {
  readonly title: string
  readonly main: Content
  readonly status?: number
  /** Where its forms may lead besides our own origin: source expressions of CSP. */
  readonly formTargets?: readonly string[]
  /** Whether a passkey can be used or made here. */
  readonly passkeys?: boolean
  /** The page reports a mistake in its form. */
  readonly mistaken?: boolean
}

/** What frames every page. */
export interface Frame {
  readonly assets: Assets
  readonly productName: string
  readonly publicOrigin: string
}

/** Headers of everything that the pages answer, redirects too. */
export const GUARDS: readonly (readonly [name: string, value: string])[] = [
  ['cache-control', 'no-store'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['content-security-policy', policy([])],
]

function policy(formTargets: readonly string[]): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ["form-action 'self'", ...formTargets].join(' '),
  ].join('; ')
}

/** Answers with a page. */
export function sendPage(response: ServerResponse, frame: Frame, page: Page): void {
  response.statusCode = page.status ?? 200
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.setHeader('content-security-policy', policy(page.formTargets ?? []))
  response.end(documentOf(frame, page).toString())
}

/** Sends the browser to another page of ours, by GET. */
export function sendTo(response: ServerResponse, path: string): void {
  response.writeHead(303, { location: path })
  response.end()
}

function documentOf({ assets, productName, publicOrigin }: Frame, page: Page): Html {
  const scripts = [assets.once, ...(page.passkeys === true ? assets.passkeys : [])]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${page.mistaken === true ? 'Error: ' : ''}${page.title} – ${productName}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="${assets.style}">
${scripts.map((path) => html`<script src="${path}" defer></script>\n`)}</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><p><strong>${productName}</strong> <span class="quiet">${new URL(publicOrigin).host}</span></p></header>
<main id="main" tabindex="-1">
${page.main}
</main>
<footer class="bottom"><p>Check that the address of this page begins with <span class="literal">${publicOrigin}</span></p></footer>
</body>
</html>
`
}
