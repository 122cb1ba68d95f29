import { GatewayError } from '../../kernel/errors.ts'
import { isObject, type Json } from '../../kernel/json.ts'
import type { Message, Notification, Request } from '../message.ts'
import {
  eraOf,
  isRevision,
  META,
  NEWEST_LEGACY,
  OLDEST_REVISION,
  REVISIONS,
  type Revision,
} from '../revision.ts'
import { type Envelope, readEnvelope } from './envelope.ts'
import { type HttpHeaders, readHeader } from './header-value.ts'

/** What era and revision a client's message is of. */
export type Classified =
  | { readonly era: 'modern'; readonly revision: Revision; readonly envelope: Envelope }
  | {
      readonly era: 'legacy'
      readonly revision: Revision
      /**
       * Whether the message names the revision: in its header, or as `initialize`. Otherwise that
       * of its session holds, or `revision`, the oldest.
       */
      readonly stated: boolean
    }

/** Members of `_meta` that only the modern envelope has. */
const ENVELOPE = [META.protocolVersion, META.clientInfo, META.clientCapabilities, META.logLevel]

/**
 * Tells the era of a client's message: from the revision in its `_meta`; else it is legacy, of the
 * revision in its `mcp-protocol-version` header, asked for by `initialize`, or, without either,
 * 2025-03-26. A message with the marks of both eras is refused: two readers would disagree on it.
 * Over stdio there are no headers. The other headers are the matter of `checkHeaders`.
 *
 * @throws GatewayError `envelope_invalid` for a modern header and no envelope, or a bad envelope;
 *   `header_mismatch` for a header of another revision than the body's; `version_unsupported` with
 *   the revisions that are; `message_malformed` for a response in the modern era, which has none.
 */
export function classify(message: Message, headers: HttpHeaders): Classified {
  const header = readHeader(headers, 'mcp-protocol-version')
  if (message.kind === 'result' || message.kind === 'error') return classifyResponse(header)
  const meta = message.params?.['_meta']
  const fields = isObject(meta) ? meta : {}
  const claimed = fields[META.protocolVersion]
  if (claimed !== undefined) return classifyModern(message, claimed, header)
  if (message.method === 'initialize') return classifyInitialize(message, header)
  const revision = header === undefined ? OLDEST_REVISION : supported(header)
  if (eraOf(revision) === 'modern') {
    // Throws for a request, which must name its revision in the body too.
    return { era: 'modern', revision, envelope: readEnvelope(message, revision) }
  }
  if (ENVELOPE.some((member) => fields[member] !== undefined)) {
    const problem = 'is missing from an envelope that has other members'
    throw envelopeInvalid(`\`${META.protocolVersion}\` ${problem}`)
  }
  return { era: 'legacy', revision, stated: header !== undefined }
}

function classifyModern(
  message: Request | Notification,
  claimed: Json,
  header: string | undefined,
): Classified {
  if (typeof claimed !== 'string') {
    throw envelopeInvalid(`\`${META.protocolVersion}\` must be a string`)
  }
  if (header !== undefined && header !== claimed) throw versionMismatch()
  const revision = supported(claimed)
  if (eraOf(revision) === 'legacy') {
    throw envelopeInvalid(`revision \`${revision}\` has no envelope: begin with \`initialize\``)
  }
  return { era: 'modern', revision, envelope: readEnvelope(message, revision) }
}

function classifyInitialize(
  message: Request | Notification,
  header: string | undefined,
): Classified {
  if (header !== undefined && eraOf(supported(header)) === 'modern') throw versionMismatch()
  const asked = message.params?.['protocolVersion']
  const known = isRevision(asked) && eraOf(asked) === 'legacy'
  return { era: 'legacy', revision: known ? asked : NEWEST_LEGACY, stated: true }
}

function classifyResponse(header: string | undefined): Classified {
  const revision = header === undefined ? OLDEST_REVISION : supported(header)
  if (eraOf(revision) === 'modern') {
    throw new GatewayError('message_malformed', `revision \`${revision}\` has no client responses`)
  }
  return { era: 'legacy', revision, stated: header !== undefined }
}

function supported(requested: string): Revision {
  if (isRevision(requested)) return requested
  const data = { supported: REVISIONS, requested: requested.slice(0, 64) }
  throw new GatewayError('version_unsupported', 'unsupported protocol version', { data })
}

function versionMismatch(): GatewayError {
  const message = 'header `mcp-protocol-version` does not match the revision of the body'
  return new GatewayError('header_mismatch', message)
}

function envelopeInvalid(message: string): GatewayError {
  return new GatewayError('envelope_invalid', message)
}
