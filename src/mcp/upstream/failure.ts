import { GatewayError } from '../../kernel/errors.ts'

type UpstreamCode =
  | 'upstream_unreachable'
  | 'upstream_failed'
  | 'upstream_timeout'
  | 'upstream_malformed'
  | 'upstream_too_large'
  | 'upstream_unauthorized'

const SAYS: Readonly<Record<UpstreamCode, string>> = {
  upstream_unreachable: 'cannot be reached',
  upstream_failed: 'failed before it answered',
  upstream_timeout: 'did not answer in time',
  upstream_malformed: 'sent what is not MCP',
  upstream_too_large: 'sent more than is accepted',
  upstream_unauthorized: 'did not accept the credentials',
}

/**
 * An error of family `upstream`. The public message names the server and says no more than the
 * code does; `detail` and `cause` are for the log.
 */
export function upstreamFailure(
  code: UpstreamCode,
  server: string,
  detail?: string,
  cause?: unknown,
): GatewayError {
  return new GatewayError(code, `server \`${server}\` ${SAYS[code]}`, {
    ...(detail === undefined ? {} : { detail }),
    ...(cause === undefined ? {} : { cause }),
  })
}
