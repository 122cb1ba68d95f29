import type { CommandError } from '../command-error.ts'
import { createBridge } from '../connect/bridge.ts'
import { readLines } from '../connect/lines.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { openGatewayHttp } from '../gateway-http.ts'
import { load } from '../load.ts'
import { loginCredential } from '../login/login-credential.ts'
import { openBrowser } from '../login/open-browser.ts'
import { line } from '../terminal.ts'

/**
 * `bailiwick connect [server]`: MCP over stdio for hosts that speak nothing else; the gateway is
 * reached over HTTP, for the person who signs in at the first call. Ends when standard input does.
 *
 * @throws {CommandError} `unreachable`, `authentication`, `configuration`.
 */
export async function connect(context: Context, server: string | undefined): Promise<Exit> {
  const { config } = load(context, 'own')
  const stopped = new AbortController()
  const talk = (text: string): void => void context.stderr.write(`bailiwick connect: ${text}\n`)
  const show = (address: string): void => {
    talk(`sign in at ${address}`)
    openBrowser(address, context.env)
  }
  const http = openGatewayHttp(config.dataDir, (way) =>
    loginCredential(config.dataDir, way, { show, signal: stopped.signal }),
  )
  let failure: CommandError | undefined
  const stop = (error?: CommandError): void => {
    failure ??= error
    stopped.abort()
    context.stdin.destroy()
  }
  context.signal.addEventListener('abort', () => stop(), { once: true })
  context.stdout.on('error', () => stop())
  const bridge = createBridge({
    http,
    host: {
      write: (text) => line(context, text),
      talk,
      fail: stop,
    },
    path: server === undefined ? '/mcp' : `/mcp/${encodeURIComponent(server)}`,
    maxMessage: config.limits.maxMessage,
  })
  try {
    for await (const text of readLines(context.stdin, config.limits.maxBody)) void bridge.take(text)
  } catch (error) {
    if (!stopped.signal.aborted) throw error
  } finally {
    await bridge.end()
    // Nobody is left whom a sign-in could help.
    stopped.abort()
    http.close()
  }
  if (failure !== undefined) throw failure
  return 'ok'
}
