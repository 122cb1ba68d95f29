import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openPages, type Pages } from '../pages.ts'
import { Behind } from './fakes.ts'

const DAY = 24 * 60 * 60_000
const LIFETIMES = {
  access: 300_000,
  admin: 120_000,
  refresh: 14 * DAY,
  grant: 90 * DAY,
  consent: 90 * DAY,
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Request {
  readonly method?: string
  readonly form?: Readonly<Record<string, string>> | string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** The pages, served over HTTP. */
export interface SiteUnderTest {
  readonly origin: string
  readonly behind: Behind
  readonly pages: Pages
  readonly reported: readonly unknown[]
  browser(): Browser
  close(): Promise<void>
}

/** Keeps cookies and sends what a browser sends; follows no redirects. */
export interface Browser {
  readonly cookies: Map<string, string>
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>
  post(
    path: string,
    form: Request['form'],
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  send(path: string, request: Request): Promise<Answer>
}

export async function serveSite(behind = new Behind()): Promise<SiteUnderTest> {
  const reported: unknown[] = []
  let pages: Pages | undefined
  const server = createServer((request, response) => {
    const handler = pages?.routes(new URL(request.url ?? '/', 'http://x').pathname)
    if (handler === undefined) response.writeHead(404).end('nothing')
    else void handler(request, response)
  })
  await new Promise<void>((done) => server.listen(0, 'localhost', done))
  const { port } = server.address() as AddressInfo
  const origin = `http://localhost:${port}`
  pages = openPages({
    interactions: behind.interactions,
    accounts: behind.accounts,
    resources: behind.resources,
    federation: behind.federation,
    grants: behind.grants,
    credentials: behind.credentials,
    witness: async (event) => void behind.events.push(event),
    once: behind.once,
    clock: () => behind.now,
    randomId: randomUUID,
    publicOrigin: origin,
    sealKey: randomBytes(32),
    productName: 'Bailiwick',
    lifetimes: LIFETIMES,
    report: (error) => void reported.push(error),
  })
  return {
    origin,
    behind,
    pages,
    reported,
    browser: () => newBrowser(origin),
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function newBrowser(origin: string): Browser {
  const cookies = new Map<string, string>()
  const exchange = async (path: string, request: Request): Promise<Answer> => {
    const { method = 'GET', form, headers = {} } = request
    const body =
      form === undefined || typeof form === 'string' ? form : String(new URLSearchParams(form))
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await exchangeOnce(`${origin}${path}`, method, body, {
      ...(cookie !== '' && { cookie }),
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    })
    keepCookies(cookies, answer.headers['set-cookie'] ?? [])
    return answer
  }
  return {
    cookies,
    get: (path, headers = {}) => exchange(path, { headers }),
    // As measured with a browser: our own forms come with `Origin: null` under `no-referrer`.
    post: (path, form, headers = {}) =>
      exchange(path, {
        method: 'POST',
        form,
        headers: { origin: 'null', 'sec-fetch-site': 'same-origin', ...headers },
      }),
    send: exchange,
  }
}

function keepCookies(cookies: Map<string, string>, set: readonly string[]): void {
  for (const line of set) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (name === undefined || value === undefined) continue
    if (/max-age=0/i.test(line)) cookies.delete(name)
    else cookies.set(name, value)
  }
}

function exchangeOnce(
  url: string,
  method: string,
  body: string | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  return new Promise((done, failed) => {
    const request = send(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', failed)
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    request.on('error', failed)
    request.end(body)
  })
}

/** The value of a hidden field of the page. */
export function hidden(page: string, name: string): string {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1]
  if (value === undefined) throw new Error(`the page has no field ${name}`)
  return value
}
