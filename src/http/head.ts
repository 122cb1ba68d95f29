import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../kernel/errors.ts'

/** Headers of which two could mean two things to two readers (RFC 9110 section 5.3). */
const SINGLE =
  /^(?:host|origin|content-length|content-type|content-encoding|transfer-encoding|authorization|dpop|accept|last-event-id|mcp-.*)$/

/**
 * Refuses what two HTTP parsers could read in two ways and Node's own parser, strict as it is set
 * up, still lets pass: repeated headers that must be single, transfer codings other than `chunked`
 * (RFC 9112 section 6), a target for another host (section 3.2.2).
 *
 * @returns the target in origin form: path and query.
 * @throws GatewayError `message_malformed`, `header_mismatch`, `host_refused`.
 */
export function checkHead(request: IncomingMessage): string {
  const { headers, rawHeaders } = request
  // Node folds repeated names into one member: equal counts prove that none repeats.
  if (Object.keys(headers).length * 2 !== rawHeaders.length) refuseRepeated(rawHeaders)
  const coding = headers['transfer-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    throw new GatewayError('message_malformed', 'the only transfer coding taken is `chunked`')
  return originForm(request.url ?? '', headers.host ?? '')
}

function refuseRepeated(rawHeaders: readonly string[]): void {
  const seen = new Set<string>()
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase()
    if (seen.has(name) && SINGLE.test(name)) {
      const code = name.startsWith('mcp-') ? 'header_mismatch' : 'message_malformed'
      throw new GatewayError(code, `header \`${name}\` is given more than once`)
    }
    seen.add(name)
  }
}

function originForm(target: string, host: string): string {
  if (target.startsWith('/')) return target
  const own = /^https?:\/\/([^/]*)(\/.*)$/i.exec(target)
  if (own?.[1]?.toLowerCase() === host.toLowerCase()) return String(own?.[2])
  throw new GatewayError('host_refused', 'the request target names another host')
}
