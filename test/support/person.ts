/** A form of a page, as a browser without JavaScript reads it. */
interface Form {
  readonly action: string
  readonly method: 'get' | 'post'
  readonly fields: Readonly<Record<string, string>>
}

/** A page that a person looks at. */
export interface Seen {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly forms: readonly Form[]
}

/** Someone with a browser that knows cookies, redirects and forms, and nothing of JavaScript. */
export interface Person {
  /** Opens a page, following redirects; stops before one that leads to another origin than `stay`. */
  visit(url: string): Promise<Seen>
  /** Fills in and sends the form whose action ends in `action`. */
  submit(page: Seen, action: string, answers: Readonly<Record<string, string>>): Promise<Seen>
  /** Where the last redirect since a visit wanted to leave to; undefined while none did. */
  readonly left: URL | undefined
}

const MOST_REDIRECTS = 10

/** Sends one request and follows no redirect. */
type Send = (url: URL, init: Partial<Posted> & Pick<Posted, 'headers'>) => Promise<Response>

interface Posted {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: URLSearchParams
}

const plainly: Send = (url, init) => fetch(url, { ...init, redirect: 'manual' })

/** @param stay the origin of the gateway. */
export function person(stay: string, send: Send = plainly): Person {
  const cookies = new Map<string, string>()
  let left: URL | undefined

  const ask = async (address: string, init: Posted | undefined): Promise<Seen> => {
    let url = new URL(address, stay)
    let next = init
    for (let count = 0; count < MOST_REDIRECTS; count++) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
      const response = await send(url, { ...next, headers: { ...next?.headers, cookie } })
      take(cookies, response.headers.getSetCookie())
      const location = response.headers.get('location')
      if (location === null) return seen(url.href, response)
      const to = new URL(location, url)
      if (to.origin !== stay) {
        left = to
        return seen(url.href, response)
      }
      await response.body?.cancel()
      url = to
      next = undefined
    }
    throw new Error(`too many redirects at ${url}`)
  }

  return {
    visit(url) {
      left = undefined
      return ask(url, undefined)
    },
    submit(page, action, answers) {
      const form = page.forms.find((one) => new URL(one.action, page.url).pathname.endsWith(action))
      if (form === undefined) throw new Error(`no form \`${action}\` at ${page.url}:\n${page.text}`)
      const body = new URLSearchParams({ ...form.fields, ...answers })
      const target = new URL(form.action, page.url)
      if (form.method === 'get') return ask(`${target.href}?${body}`, undefined)
      return ask(target.href, { method: 'POST', headers: { origin: stay }, body })
    },
    get left() {
      return left
    },
  }
}

async function seen(url: string, response: Response): Promise<Seen> {
  const { status, headers } = response
  const text = await response.text()
  return { url, status, headers, text, forms: formsOf(text) }
}

function formsOf(page: string): readonly Form[] {
  return [...page.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)].map(([, head = '', inner = '']) => ({
    action: attribute(head, 'action') ?? '',
    method: attribute(head, 'method') === 'post' ? 'post' : 'get',
    fields: Object.fromEntries(
      [...inner.matchAll(/<input([^>]*)>/g)].flatMap(([, tag = '']) => {
        const [name, type] = [attribute(tag, 'name'), attribute(tag, 'type')]
        const choice = type === 'checkbox' || type === 'radio'
        if (name === undefined || (choice && !/\schecked/.test(tag))) return []
        return [[name, attribute(tag, 'value') ?? '']]
      }),
    ),
  }))
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value
    ?.replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

function take(cookies: Map<string, string>, lines: readonly string[]): void {
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '' || /;\s*max-age=0/i.test(line) || /expires=thu, 01 jan 1970/i.test(line))
      cookies.delete(name)
    else cookies.set(name, value)
  }
}
