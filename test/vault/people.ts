import { openOperator } from '../support/operator.ts'
import { PASSWORD, signIn } from '../support/owner.ts'
import type { Seen } from '../support/person.ts'
import { type Traveller, traveller } from './traveller.ts'

/** A gateway, as far as people are concerned. */
export interface Gateway {
  readonly dataDir: string
  /** The origin under which it is known. */
  readonly issuer: string
}

/** An answer of the admin API. */
export interface ApiAnswer {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: each operation has a shape of its own
  readonly body: any
}

/** Somebody who is logged in at the console of a gateway. */
export interface Someone {
  readonly name: string
  readonly traveller: Traveller
  /** What the console does for them. */
  api(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<ApiAnswer>
  /** Connects to a server: looks at the offer, begins, goes there and comes back. */
  connect(server: string): Promise<Connected>
  /** Comes back from an authorization server, with its answer. */
  arrive(answer: URL): Promise<Connected>
  /** All that the console was answered. */
  readonly answers: readonly string[]
}

export interface Connected {
  /** 200 when they are connected; of an answer of the API, its status; 0 when the way back failed. */
  readonly status: number
  /** Why not. */
  readonly text: string
  /** The page that they ended on; empty when they were not sent away. */
  readonly url: string
}

/** Makes people with a password. */
export async function makePeople(gateway: Gateway, ...ids: readonly string[]): Promise<void> {
  const operator = await openOperator(gateway)
  for (const id of ids) {
    await operator.directory.users.create({ id, name: `${id} Somebody` })
    await operator.setPassword(id as never, PASSWORD)
  }
  await operator.close()
  // A new password ends what was issued before, and tokens tell their time by the second.
  await new Promise((resolve) => setTimeout(resolve, 1_000 - (Date.now() % 1_000)))
}

/** Logs somebody in. Elsewhere they are known by the same name, unless `account` says otherwise. */
export async function someone(
  { issuer }: Gateway,
  name: string,
  account: string = name,
): Promise<Someone> {
  const gone = traveller(issuer, account)
  const page = await gone.at.visit('/oauth/account')
  const inside = await signIn(gone.at, page, { user: name, password: PASSWORD })
  if (inside.status !== 200) throw new Error(`nobody is logged in:\n${inside.text}`)
  const answers: string[] = []
  const api: Someone['api'] = async (method, path, body) => {
    const response = await fetch(`${issuer}/admin/api/v1${path}`, {
      method,
      headers: {
        ...{ cookie: gone.cookie, origin: issuer, 'x-bailiwick-console': '1' },
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    answers.push(text)
    const json = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, text, body: json ? JSON.parse(text) : undefined }
  }
  const ended = ({ text, url }: Seen): Connected => {
    answers.push(text, url)
    const { searchParams } = new URL(url)
    const failed = searchParams.get('failed')
    return { url, status: searchParams.has('connected') ? 200 : 0, text: failed ?? text }
  }
  return {
    ...{ name, api, answers, traveller: gone },
    arrive: async (answer) => ended(await gone.at.visit(answer.href)),
    async connect(server) {
      const looked = await api('GET', `/me/connections/${server}/offer`)
      if (looked.status !== 200) return { ...looked, url: '' }
      const { host } = looked.body.offer
      const begun = await api('POST', `/me/connections/${server}/begin`, { host })
      if (begun.status !== 200) return { ...begun, url: '' }
      return ended(await gone.travel(begun.body.location))
    },
  }
}
