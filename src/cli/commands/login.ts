import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { openGatewayHttp } from '../gateway-http.ts'
import { load } from '../load.ts'
import { type Login, readLogins, removeLogins, writeLogin } from '../login/login-file.ts'
import { openBrowser } from '../login/open-browser.ts'
import { revoke, signIn } from '../login/sign-in.ts'
import { show, talk } from '../terminal.ts'

/**
 * `bailiwick login [server]`: signs in before `connect` has to ask. What it leaves stands in the data
 * directory, of use to nobody without its key.
 *
 * @param scopes to ask consent for.
 * @throws {CommandError} `unreachable`, `authentication`.
 */
export async function login(
  context: Context,
  server: string | undefined,
  scopes: readonly string[],
): Promise<Exit> {
  const { config } = load(context, 'own')
  const http = openGatewayHttp(config.dataDir)
  try {
    const path = server === undefined ? '/mcp' : `/mcp/${encodeURIComponent(server)}`
    const address = http.issuer() + path
    const signed = await signIn(http, address, scopes, {
      show: (at) => {
        talk(context, `sign in at ${at}`)
        openBrowser(at, context.env)
      },
      signal: context.signal,
    })
    writeLogin(config.dataDir, signed.login)
    const given = { resource: address, scopes: signed.login.scopes }
    await show(context, given, () => [`signed in for ${address}: ${given.scopes.join(', ')}`])
    return 'ok'
  } finally {
    http.close()
  }
}

/** `bailiwick logout`: ends every sign-in of this machine, here and at the gateway. */
export async function logout(context: Context): Promise<Exit> {
  const { config } = load(context, 'own')
  const logins = readLogins(config.dataDir)
  const ended = logins.length === 0 || (await endAll(config.dataDir, logins))
  removeLogins(config.dataDir)
  talk(context, 'every sign-in of this machine is forgotten')
  if (ended) return 'ok'
  talk(context, 'the gateway could not be told; end them there with `bailiwick grants ls`')
  return 'findings'
}

async function endAll(dataDir: string, logins: readonly Login[]): Promise<boolean> {
  try {
    const http = openGatewayHttp(dataDir)
    try {
      for (const one of logins) await revoke(http, one)
    } finally {
      http.close()
    }
    return true
  } catch {
    return false
  }
}
