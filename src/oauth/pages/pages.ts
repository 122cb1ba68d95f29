import type { IncomingMessage, ServerResponse } from 'node:http'
import { ERRORS, GatewayError, toGatewayError } from '../../kernel/errors.ts'
import type { Cookie } from '../cookies.ts'
import type { Handler, Notice, Routes } from '../parts.ts'
import { type Form, readForm } from './form.ts'
import { noticePage } from './notice-page.ts'
import { GUARDS } from './page.ts'
import type { PagesParts } from './ports.ts'
import { type Problem, problemPage } from './problem-page.ts'
import { type PageHandlers, tableOf } from './route-table.ts'
import { requireSameOrigin } from './same-origin.ts'
import { openSite, type Site, show, type Visit } from './site.ts'

/** The pages of login, consent, set-up and the account. */
export interface Pages {
  readonly routes: Routes
  /** Answers with the page of a failure: for failures of the engine too. */
  showProblem(request: IncomingMessage, response: ServerResponse, problem: Problem): void
  /** Answers with what another part has to tell: for federation. */
  showNotice(response: ServerResponse, notice: Notice): void
}

/** Names the browser. */
const COOKIE: Cookie = { name: 'browser', path: '/', sameSite: 'Lax' }
const BROWSER = /^[\w-]{16,128}$/

/** Opens the pages. @throws Error when a file of theirs is missing or the key is not one. */
export function openPages(parts: PagesParts): Pages {
  const site = openSite(parts)
  const table = tableOf(site)
  return {
    routes: (path) => {
      const asset = site.assets.find(path)
      if (asset !== undefined) return asset
      const found = table(path)
      return found && handlerOf(site, found.handlers, found.params)
    },
    showProblem: (_request, response, problem) => {
      if (response.headersSent || response.destroyed) return
      guard(response)
      show(site, { response }, problemPage(problem))
    },
    showNotice: (response, notice) => {
      if (response.headersSent || response.destroyed) return
      guard(response)
      const { retryAfter } = notice
      if (retryAfter !== undefined)
        response.setHeader('retry-after', String(Math.ceil(retryAfter / 1000)))
      show(site, { response }, noticePage(notice))
    },
  }
}

function handlerOf(site: Site, handlers: PageHandlers, params: readonly string[]): Handler {
  return async (request, response) => {
    guard(response)
    try {
      await answer(site, handlers, params, request, response)
    } catch (error) {
      fail(site, request, response, error)
    }
  }
}

async function answer(
  site: Site,
  handlers: PageHandlers,
  params: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { publicOrigin } = site.parts
  if (request.headers.host !== new URL(publicOrigin).host) return misdirected(response)
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const { get, post } = handlers
  if (method === 'GET' && get !== undefined) {
    const visit = visitOf(site, request, response, params)
    return get(visit)
  }
  if (method === 'POST' && post !== undefined) {
    requireSameOrigin(request, publicOrigin)
    const form: Form = await readForm(request)
    return post(visitOf(site, request, response, params), form)
  }
  response.setHeader('allow', [get && 'GET, HEAD', post && 'POST'].filter(Boolean).join(', '))
  throw new GatewayError('verb_refused', 'this is not done here')
}

function guard(response: ServerResponse): void {
  for (const [name, value] of GUARDS) response.setHeader(name, value)
}

/** Under another name than ours nothing is answered (RFC 9110 section 15.5.20). */
function misdirected(response: ServerResponse): void {
  response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8' })
  response.end('misdirected request\n')
}

function visitOf(
  { parts, cookies }: Site,
  request: IncomingMessage,
  response: ServerResponse,
  params: readonly string[],
): Visit {
  const known = cookies.get(request, COOKIE)
  const browser = known !== undefined && BROWSER.test(known) ? known : parts.randomId()
  if (browser !== known) cookies.set(response, COOKIE, browser)
  const query = new URLSearchParams(/\?(.*)$/s.exec(request.url ?? '')?.[1] ?? '')
  const from = parts.addressOf?.(request) ?? request.socket.remoteAddress ?? ''
  return { request, response, browser, from, params, query }
}

function fail(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
): void {
  const requestId = site.parts.randomId()
  const error = toGatewayError(thrown)
  if (ERRORS[error.code].family !== 'rejected') site.parts.report(thrown, requestId)
  if (response.headersSent) return void response.destroy()
  // What remains of a body that is not wanted is not read.
  if (!request.complete) response.setHeader('connection', 'close')
  const problem: Problem = { ...ofError(error), requestId }
  show(site, { response }, problemPage(problem))
}

function ofError({ code, message }: GatewayError): Omit<Problem, 'requestId'> {
  const { http } = ERRORS[code]
  // Codes of calls travel with 200.
  return { status: http === 200 ? 400 : http, code, message }
}
