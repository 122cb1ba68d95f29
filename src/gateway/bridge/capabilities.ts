import { isObject, type JsonObject } from '../../kernel/json.ts'
import { META } from '../../mcp/revision.ts'

/**
 * Extensions whose messages would pass the gateway undecided. Tasks deliver results, errors and new
 * requests outside the call that was decided (SEP-2663, "Security Implications"); until the pipeline
 * follows them, neither side learns that the other speaks them.
 */
const MASKED: ReadonlySet<string> = new Set(['io.modelcontextprotocol/tasks'])

/** Capabilities without what the gateway does not carry. The same object when nothing is masked. */
export function maskExtensions(capabilities: JsonObject): JsonObject {
  const { extensions, tasks, ...others } = capabilities
  const masked =
    isObject(extensions) && Object.keys(extensions).some((extension) => MASKED.has(extension))
  if (!masked && tasks === undefined) return capabilities
  if (!isObject(extensions)) return others
  const kept = Object.entries(extensions).filter(([extension]) => !MASKED.has(extension))
  return { ...others, extensions: Object.fromEntries(kept) }
}

/** Request params with the client's capabilities masked, and without a legacy `task` wish. */
export function maskParams(params: JsonObject): JsonObject {
  const { task, ...others } = params
  const plain = task === undefined ? params : others
  const meta = params['_meta']
  if (!isObject(meta)) return plain
  const capabilities = meta[META.clientCapabilities]
  if (!isObject(capabilities)) return plain
  const masked = maskExtensions(capabilities)
  if (masked === capabilities) return plain
  return { ...plain, _meta: { ...meta, [META.clientCapabilities]: masked } }
}
