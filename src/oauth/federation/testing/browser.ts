/** What a browser got. Redirects are not followed by itself. */
export interface Got {
  readonly status: number
  readonly location: string | undefined
  readonly headers: Headers
  readonly text: string
}

interface Cookie {
  readonly value: string
  readonly path: string
}

/** A browser: keeps cookies by origin and path (RFC 6265 section 5) and follows links when told to. */
export interface Browser {
  get(url: string): Promise<Got>
  post(url: string): Promise<Got>
  /** Follows redirects from a URL until one leads to a URL that `stop` names, or no further. */
  follow(url: string, stop?: (url: string) => boolean): Promise<{ url: string; got: Got }>
  /** Cookies that it shows to a URL, as `name=value`; and their values alone. */
  pairs(url: string): readonly string[]
  values(url: string): readonly string[]
  /** Takes a cookie that somebody planted. */
  plant(url: string, pair: string, path: string): void
}

export function newBrowser(): Browser {
  const jars = new Map<string, Map<string, Cookie>>()

  function matching(url: URL): [string, Cookie][] {
    return [...(jars.get(url.origin) ?? [])]
      .map(([key, cookie]): [string, Cookie] => [key.split(' ')[0] ?? '', cookie])
      .filter(([, { path }]) => isBelow(url.pathname, path))
  }
  function keep(url: URL, line: string): void {
    const [pair = '', ...flags] = line.split(';').map((part) => part.trim())
    const at = pair.indexOf('=')
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
    const attribute = (wanted: string) =>
      flags.find((flag) => flag.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
    const path = attribute('path') ?? '/'
    const jar = jars.get(url.origin) ?? new Map<string, Cookie>()
    jars.set(url.origin, jar)
    const expires = attribute('expires')
    const gone =
      attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) < Date.now())
    if (gone) jar.delete(`${name} ${path}`)
    else jar.set(`${name} ${path}`, { value, path })
  }
  async function send(method: string, text: string): Promise<Got> {
    const url = new URL(text)
    const cookie = matching(url)
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: cookie === '' ? {} : { cookie },
    })
    for (const line of response.headers.getSetCookie()) keep(url, line)
    const location = response.headers.get('location')
    return {
      status: response.status,
      location: location === null ? undefined : new URL(location, url).href,
      headers: response.headers,
      text: await response.text(),
    }
  }
  return {
    get: (url) => send('GET', url),
    post: (url) => send('POST', url),
    async follow(start, stop = () => false) {
      let url = start
      for (let steps = 0; steps < 12; steps += 1) {
        const got = await send('GET', url)
        if (got.location === undefined) return { url, got }
        url = got.location
        if (stop(url)) return { url, got }
      }
      throw new Error('redirected in circles')
    },
    pairs: (url) => matching(new URL(url)).map(([name, { value }]) => `${name}=${value}`),
    values: (url) => matching(new URL(url)).map(([, { value }]) => value),
    plant: (url, pair, path) => keep(new URL(url), `${pair}; Path=${path}`),
  }
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
}
