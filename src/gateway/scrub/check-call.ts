import type { Aim } from '../aim.ts'
import { holdsCredential, type Scrubber } from './scrubber.ts'

/** A call as records may hold it. */
export interface ShownCall {
  readonly aim: Aim
  readonly shown: Aim['arguments']
}

/**
 * Looks for our credentials in all that a client wants sent. Before anybody decides, so that no approver
 * and no record sees one.
 *
 * @param refused takes what may be shown of a call that is refused.
 * @throws GatewayError `content_blocked`.
 */
export function checkCall(
  scrubber: Scrubber | undefined,
  aim: Aim,
  refused: (call: ShownCall) => void,
): void {
  const spot = { server: aim.server, target: aim.name }
  if (scrubber === undefined || !scrubber.leaks(aim.params, spot)) return
  const hidden = scrubber.hidden({ name: aim.name, arguments: aim.arguments })
  refused({ aim: { ...aim, name: hidden.name }, shown: hidden.arguments })
  throw holdsCredential('arguments', 'the arguments hold')
}
