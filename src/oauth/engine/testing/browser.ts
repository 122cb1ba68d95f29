import { type IncomingHttpHeaders, request } from 'node:http'

export interface Page {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Where it came to rest. */
  readonly url: string
}

/** A browser as far as cookies and redirects go. Follows them as long as they stay on one origin. */
export class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>()
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  /** Names and values of all cookies, whatever their path. */
  get cookies(): ReadonlyMap<string, { value: string; path: string }> {
    return this.#cookies
  }

  /** Plants a cookie, as an attacker on a neighbouring site could. */
  plant(name: string, value: string, path = '/'): void {
    this.#cookies.set(`${path} ${name}`, { value, path })
  }

  async open(url: string): Promise<Page> {
    for (let at = url, hops = 0; hops < 10; hops += 1) {
      const page = await this.#get(at)
      const { location } = page.headers
      if (page.status < 300 || page.status > 399 || location === undefined) return page
      at = new URL(location, at).href
      if (new URL(at).origin !== this.#origin) return { ...page, url: at }
    }
    throw new Error('too many redirects')
  }

  /** One request, no redirect followed. */
  async get(url: string): Promise<Page> {
    return this.#get(url)
  }

  async #get(url: string): Promise<Page> {
    const { pathname } = new URL(url)
    const cookie = [...this.#cookies]
      .filter(
        ([, { path }]) => pathname === path || pathname.startsWith(`${path.replace(/\/$/, '')}/`),
      )
      .map(([key, { value }]) => `${key.split(' ')[1]}=${value}`)
      .join('; ')
    const page = await send(url, { headers: cookie === '' ? {} : { cookie } })
    for (const line of page.headers['set-cookie'] ?? []) this.#keep(line, pathname)
    return page
  }

  #keep(line: string, pathname: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/)
    const [name = '', value = ''] = [
      pair.slice(0, pair.indexOf('=')),
      pair.slice(pair.indexOf('=') + 1),
    ]
    const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? pathname
    const key = `${path} ${name}`
    const gone = attributes.some((one) => /^expires=Thu, 01 Jan 1970|^max-age=0$/i.test(one))
    if (gone || value === '') this.#cookies.delete(key)
    else this.#cookies.set(key, { value, path })
  }
}

interface Sent {
  readonly method?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string
}

/** One raw request: every header, `Host` too, is the caller's. */
export function send(url: string, { method = 'GET', headers = {}, body }: Sent): Promise<Page> {
  const { promise, resolve, reject } = Promise.withResolvers<Page>()
  const sent = request(url, { method, headers, agent: false }, (response) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: Buffer.concat(chunks).toString(),
        url,
      }),
    )
    response.on('error', reject)
  })
  sent.on('error', reject)
  sent.end(body)
  return promise
}
