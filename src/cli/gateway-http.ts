import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https'
import { CommandError } from './command-error.ts'
import type { Credential, CredentialRequest } from './credential.ts'
import { ADMIN_PATH } from './identity/resources.ts'
import { operatorCredential } from './operator/operator-credential.ts'
import { readOperatorKey } from './operator/operator-key.ts'
import type { SendWord } from './operator/operator-tokens.ts'
import { codeOf } from './private-file.ts'
import { findRunning } from './run-file.ts'

/** Milliseconds for a token. */
const PATIENCE = 15_000

/** One request to the gateway. */
export interface GatewayRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
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
  /** Under which name it is known: the issuer of its tokens. */
  issuer(): string
  /**
   * Resolves when the answer begins.
   *
   * @throws {CommandError} `unreachable`; `authentication` when the credential is not accepted.
   */
  send(request: GatewayRequest): Promise<IncomingMessage>
  /** As `send`, without a credential. */
  sendBare(request: GatewayRequest): Promise<IncomingMessage>
  close(): void
}

/** Makes what a program shows, given the way to the gateway. */
export type CredentialSource = (http: Pick<GatewayHttp, 'issuer' | 'sendBare'>) => Credential

interface Place {
  readonly url: string
  readonly issuer: string
  readonly certificate: string | undefined
}

/** Sent again at most so often: for a fresh token, and for a nonce. */
const MOST_TRIES = 3

/**
 * Finds the gateway that runs on a data directory.
 *
 * @param credential what to show it; the operator's if not given.
 * @throws {CommandError} `unreachable` when none runs.
 */
export function openGatewayHttp(
  dataDir: string,
  credential: CredentialSource = (http) => operator(dataDir, http),
): GatewayHttp {
  const agents = {
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true }),
  }
  let place = locate(dataDir)
  const sendBare = async (request: GatewayRequest): Promise<IncomingMessage> => {
    try {
      return await exchange(place, agents, request)
    } catch (error) {
      if (request.signal.aborted || codeOf(error) !== 'ECONNREFUSED') throw unanswered(place, error)
    }
    // Nothing was sent, so the gateway that runs now may be asked instead.
    place = locate(dataDir)
    try {
      return await exchange(place, agents, request)
    } catch (error) {
      throw unanswered(place, error)
    }
  }
  const way = { url: () => place.url, issuer: () => place.issuer, sendBare }
  const shown = credential(way)
  return {
    ...way,
    send: (request) => sendShown(way, shown, request),
    close: () => {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

/** How the operator's word is sent; nothing else is shown with it. */
export function wordTo({ sendBare }: Pick<GatewayHttp, 'sendBare'>): SendWord {
  return (path, body) =>
    sendBare({ method: 'POST', path, headers: {}, body, signal: AbortSignal.timeout(PATIENCE) })
}

/** Shows the word of the operator of the machine, for the owner or another subject. */
export function operator(
  dataDir: string,
  { issuer, sendBare }: Parameters<CredentialSource>[0],
  subject?: string,
): Credential {
  return operatorCredential(() => readOperatorKey(dataDir), issuer, wordTo({ sendBare }), subject)
}

async function sendShown(
  way: Pick<GatewayHttp, 'url' | 'issuer' | 'sendBare'>,
  credential: Credential,
  request: GatewayRequest,
): Promise<IncomingMessage> {
  const asked: CredentialRequest = {
    method: request.method,
    address: way.issuer() + request.path,
    resource: way.issuer() + resourceOf(request.path),
  }
  for (let attempt = 1; ; attempt++) {
    const headers = { ...request.headers, ...(await credential.headers(asked)) }
    const response = await way.sendBare({ ...request, headers })
    const refused = response.statusCode === 401 || response.statusCode === 403
    if (!refused || attempt === MOST_TRIES || !(await credential.refused(asked, response))) {
      if (response.statusCode !== 401) return response
      response.resume()
      throw notAccepted(way.url())
    }
    response.resume()
  }
}

/** Everything below `/admin` is one resource; each other path is its own. */
function resourceOf(path: string): string {
  return path.startsWith(`${ADMIN_PATH}/`) ? ADMIN_PATH : path
}

function notAccepted(url: string): CommandError {
  return new CommandError(`the gateway at ${url} does not accept who we are`, {
    exit: 'authentication',
    fix: 'sign in with `bailiwick login`; check that `--data-dir` names the data directory of that gateway',
  })
}

function locate(dataDir: string): Place {
  const running = findRunning(dataDir)
  if (running === undefined)
    throw new CommandError(`no gateway runs on \`${dataDir}\``, {
      exit: 'unreachable',
      fix: 'start it with `bailiwick up`, or name its data directory with `--data-dir`',
    })
  const { url, issuer, certificate } = running
  const pem = certificate === undefined ? undefined : readFileSync(certificate, 'utf8')
  return { url, issuer, certificate: pem }
}

async function exchange(
  { url, issuer, certificate }: Place,
  agents: { readonly http: HttpAgent; readonly https: HttpsAgent },
  { method, path, headers, body, signal }: GatewayRequest,
): Promise<IncomingMessage> {
  // The name that tokens are bound to, whatever address leads there from here.
  const { host } = new URL(issuer)
  const options = { method, signal, headers: { ...headers, host } }
  const target = new URL(path, url)
  return new Promise<IncomingMessage>((resolve, reject) => {
    const request =
      target.protocol === 'https:'
        ? requestHttps(target, { ...options, agent: agents.https, ...pinned(certificate ?? '') })
        : requestHttp(target, { ...options, agent: agents.http })
    request.once('response', resolve)
    request.once('error', reject)
    request.end(body)
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
