import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A site of somebody else. */
export interface ForeignSite {
  /** Its address with the page, under a host: `evil.example` is another site, `localhost` is not. */
  show(host: string, page: string): string
  stop(): Promise<void>
}

export async function startForeignSite(): Promise<ForeignSite> {
  const pages: string[] = []
  const server = createServer((request, response) => {
    const page = pages[Number(request.url?.slice(1))]
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html' })
    response.end(page)
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const { port } = server.address() as AddressInfo
  return {
    show: (host, page) => `http://${host}:${port}/${pages.push(`<!doctype html>${page}`) - 1}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/**
 * A page that sends a form by itself.
 *
 * @param origin whether browsers say where the form came from: a page can have them say `null`.
 */
export function sendingForm(
  action: string,
  fields: Readonly<Record<string, string>>,
  origin: 'said' | 'hidden',
): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
  )
  const policy = origin === 'hidden' ? '<meta name="referrer" content="no-referrer">' : ''
  return `${policy}<form method="post" action="${action}">${inputs.join('')}</form>
<script>document.forms[0].submit()</script>`
}

/** A page that sends a form by a script, with cookies, and says when it is done. */
export function fetching(action: string, fields: Readonly<Record<string, string>>): string {
  return `<script>
fetch(${JSON.stringify(action)}, {
  method: 'POST', credentials: 'include', mode: 'no-cors',
  body: new URLSearchParams(${JSON.stringify(fields)}),
}).then((answer) => answer.text()).then(
  (text) => { document.title = 'sent ' + text.length },
  (error) => { document.title = 'failed' })
</script>`
}
