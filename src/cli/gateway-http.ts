import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https'
import { CommandError } from './command-error.ts'
import { readOwnerToken } from './owner-token.ts'
import { codeOf } from './private-file.ts'
import { findRunning } from './run-file.ts'

/** One request to the gateway. */
export interface GatewayRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Abort closes the connection, also while the answer is being read. */
  readonly signal: AbortSignal
}

/** Speaks to the gateway of a data directory, wherever it listens at the moment. */
export interface GatewayHttp {
  /** Where it listened last. */
  url(): string
  /**
   * Resolves when the answer begins.
   *
   * @throws {CommandError} `unreachable`; `authentication` when the owner token is not accepted.
   */
  send(request: GatewayRequest): Promise<IncomingMessage>
  close(): void
}

interface Place {
  readonly url: string
  readonly token: string
  readonly host: string | undefined
  readonly certificate: string | undefined
}

/**
 * Finds the gateway that runs on a data directory.
 *
 * @throws {CommandError} `unreachable` when none runs; `configuration` for a bad owner token.
 */
export function openGatewayHttp(dataDir: string): GatewayHttp {
  const agents = {
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true }),
  }
  let place = locate(dataDir)
  return {
    url: () => place.url,
    async send(request) {
      try {
        return await exchange(place, agents, request)
      } catch (error) {
        if (request.signal.aborted || codeOf(error) !== 'ECONNREFUSED')
          throw unanswered(place, error)
      }
      // Nothing was sent, so the gateway that runs now may be asked instead.
      place = locate(dataDir)
      try {
        return await exchange(place, agents, request)
      } catch (error) {
        throw unanswered(place, error)
      }
    },
    close: () => {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

function locate(dataDir: string): Place {
  const running = findRunning(dataDir)
  if (running === undefined)
    throw new CommandError(`no gateway runs on \`${dataDir}\``, {
      exit: 'unreachable',
      fix: 'start it with `bailiwick up`, or name its data directory with `--data-dir`',
    })
  const { url, host, certificate } = running
  const pem = certificate === undefined ? undefined : readFileSync(certificate, 'utf8')
  return { url, host, token: readOwnerToken(dataDir), certificate: pem }
}

async function exchange(
  { url, token, host, certificate }: Place,
  agents: { readonly http: HttpAgent; readonly https: HttpsAgent },
  { method, path, headers, body, signal }: GatewayRequest,
): Promise<IncomingMessage> {
  const named = host === undefined ? {} : { host }
  const authorization = `Bearer ${token}`
  const options = { method, signal, headers: { ...headers, ...named, authorization } }
  const target = new URL(path, url)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request =
      target.protocol === 'https:'
        ? requestHttps(target, { ...options, agent: agents.https, ...pinned(certificate ?? '') })
        : requestHttp(target, { ...options, agent: agents.http })
    request.once('response', resolve)
    request.once('error', reject)
    request.end(body)
  })
  if (response.statusCode !== 401) return response
  response.resume()
  throw new CommandError(`the gateway at ${url} does not accept the owner token`, {
    exit: 'authentication',
    fix: 'check that `--data-dir` names the data directory of that gateway, then start it again',
  })
}

/** Trusts the gateway's own certificate and no other, under whatever name it is reached. */
function pinned(pem: string): RequestOptions {
  const { raw } = new X509Certificate(pem)
  return {
    ca: pem,
    allowPartialTrustChain: true,
    checkServerIdentity: (_, { raw: presented }) =>
      raw.equals(presented) ? undefined : new Error('another certificate than the gateway has'),
  }
}

function unanswered({ url }: Place, cause: unknown): unknown {
  if (cause instanceof CommandError) return cause
  return new CommandError(`the gateway at ${url} does not answer`, {
    exit: 'unreachable',
    fix: 'start it with `bailiwick up`; `bailiwick doctor` says more',
    cause,
  })
}
