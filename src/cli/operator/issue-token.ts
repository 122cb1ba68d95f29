import { openGatewayHttp, wordTo } from '../gateway-http.ts'
import { readOperatorKey } from './operator-key.ts'
import { type OperatorRequest, type OperatorToken, operatorToken } from './operator-tokens.ts'

/**
 * Has the gateway that runs on a data directory issue a token, as the operator.
 *
 * @throws {CommandError} `unreachable`, `authentication`, `configuration`.
 */
export async function issueToken(
  dataDir: string,
  request: Omit<OperatorRequest, 'resource'> & {
    readonly path: string
    /** Another name of the gateway than its issuer, as `http://127.0.0.1:7463`. */
    readonly origin?: string
  },
): Promise<OperatorToken & { readonly resource: string }> {
  const http = openGatewayHttp(dataDir)
  try {
    const resource = (request.origin ?? http.issuer()) + request.path
    const token = await operatorToken(
      readOperatorKey(dataDir),
      http.issuer(),
      { ...request, resource },
      wordTo(http),
    )
    return { ...token, resource }
  } finally {
    http.close()
  }
}
