import { request as send } from 'node:http'
import { type Person, person, type Seen } from '../support/person.ts'

/** Someone at a gateway whom it sends to other sites, where they are known by an account of their own. */
export interface Traveller {
  /** Their browser at the gateway. */
  readonly at: Person
  /** What their browser shows the gateway. */
  readonly cookie: string
  /** Opens an address, and goes wherever it sends them until they are back; gives the last page. */
  travel(url: string): Promise<Seen>
  /** Begins at another site; gives the address of the gateway that it ends at, which is not visited. */
  back(from: URL): Promise<URL>
  /** Sites besides the gateway that they came by, in order. */
  readonly sites: readonly string[]
  /** All addresses that their browser was sent to by other sites. */
  readonly addresses: readonly string[]
}

const MOST = 20

/**
 * @param issuer the gateway.
 * @param account who they are at every other site; there is no login page where that is known.
 */
export function traveller(issuer: string, account: string): Traveller {
  let cookie = ''
  const at = person(issuer, (url, init) => {
    cookie = init.headers['cookie'] ?? ''
    return navigate(url, init)
  })
  const jars = new Map<string, Map<string, string>>()
  const sites: string[] = []
  const addresses: string[] = []

  const visit = async (url: URL): Promise<URL> => {
    sites.push(url.origin)
    const jar = jars.get(url.origin) ?? new Map([['account', account]])
    jars.set(url.origin, jar)
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
    const response = await navigate(url, { headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    const text = await response.text()
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${url.origin} goes no further: ${text.slice(0, 500)}`)
    addresses.push(location)
    return new URL(location, url)
  }

  const back = async (from: URL): Promise<URL> => {
    let to = from
    for (let count = 0; count < MOST; count++) {
      if (to.origin === issuer) return to
      to = await visit(to)
    }
    throw new Error(`the way does not end, at ${to}`)
  }
  return {
    at,
    back,
    sites,
    addresses,
    get cookie() {
      return cookie
    },
    async travel(url) {
      let to = new URL(url, issuer)
      for (let count = 0; count < MOST; count++) {
        const page = await at.visit((await back(to)).href)
        if (at.left === undefined) return page
        to = at.left
      }
      throw new Error('the gateway sends them away again and again')
    },
  }
}

interface Navigation {
  readonly method?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: URLSearchParams
}

/** What a browser sends when its person goes somewhere; `fetch` says of itself that it is no browser. */
async function navigate(
  url: URL,
  { method = 'GET', headers, body }: Navigation,
): Promise<Response> {
  const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  const asked = send(url, {
    method,
    headers: { ...headers, ...form, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  })
  asked.end(body?.toString())
  return new Promise((resolve, reject) => {
    asked.on('error', reject)
    asked.on('response', (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const own = new Headers()
        answer.rawHeaders.forEach((name, index, all) => {
          if (index % 2 === 0) own.append(name, all[index + 1] ?? '')
        })
        resolve(
          new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 0, headers: own }),
        )
      })
    })
  })
}
