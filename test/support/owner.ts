import { chmodSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runNode } from './child.ts'
import { bailiwick, type RunningGateway } from './gateway.ts'
import { type Person, person, type Seen } from './person.ts'

/** What the owner of tests chose. */
export const PASSWORD = 'a long word of the owner 7'

/** Opens the set-up link that the gateway printed, and chooses a password. */
export async function setUpOwner(gateway: {
  readonly issuer: string
  readonly child: Pick<RunningGateway['child'], 'output'>
}): Promise<void> {
  const link = /https?:\/\/\S+\/setup\?code=[\w-]+/.exec(gateway.child.output())?.[0]
  if (link === undefined) throw new Error(`no set-up link:\n${gateway.child.output()}`)
  const owner = person(gateway.issuer)
  const page = await owner.visit(link)
  const codes = await owner.submit(page, '/setup', {
    name: 'The Owner',
    password: PASSWORD,
    again: PASSWORD,
  })
  const done = await owner.submit(codes, '/setup/done', { kept: 'on' })
  if (done.status !== 200) throw new Error(`set-up failed at ${done.url}:\n${done.text}`)
}

/** Signs in where a page asks for it, and allows what is asked. Ends where the browser is sent away. */
export async function allow(
  one: Person,
  address: string,
  login: { readonly user: string; readonly password: string } = {
    user: 'owner',
    password: PASSWORD,
  },
): Promise<URL> {
  let page = await one.visit(address)
  if (page.text.includes('name="password"')) page = await signIn(one, page, login)
  if (one.left === undefined) await one.submit(page, '/consent', { answer: 'allow' })
  if (one.left === undefined) throw new Error(`nobody was sent away:\n${page.text}`)
  return one.left
}

/** Sends the login form of a page. */
export function signIn(
  one: Person,
  page: Seen,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<Seen> {
  return one.submit(page, '/login', { name: user, password })
}

/** Signs the owner in for `bailiwick connect`, with every scope. Without a server: for all of them. */
export async function signInToConnect(
  gateway: RunningGateway,
  servers: readonly (string | undefined)[],
): Promise<void> {
  await setUpOwner(gateway)
  const env = browserOf(gateway)
  for (const server of servers) {
    const name = server === undefined ? [] : [server]
    const args = ['login', ...name, '--scope', 'execute', '--data-dir', gateway.dataDir]
    const { code, output } = await runNode(bailiwick(...args), { env })
    if (code !== 0) throw new Error(`signing in failed:\n${output}`)
  }
}

/** Environment of a program that opens a browser: a script that signs the owner in and allows. */
export function browserOf(
  gateway: Pick<RunningGateway, 'dataDir' | 'issuer'>,
): Readonly<Record<string, string>> {
  const script = join(gateway.dataDir, 'browser.sh')
  const main = resolve('test/support/browser.ts')
  writeFileSync(
    script,
    `#!/bin/sh\nexec "${process.execPath}" "${main}" "${gateway.issuer}" "$1"\n`,
  )
  chmodSync(script, 0o700)
  return { BROWSER: script }
}
