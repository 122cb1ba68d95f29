import { userInfo } from 'node:os'
import { openRecorder } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import type { Store } from '../store/store.ts'
import { headFile } from './open-records.ts'
import { randomIds } from './random-id.ts'

/** Opens the records for what one command does, also beside a running gateway. */
export function openCommandRecorder(
  { dataDir, records }: Config,
  store: Store,
  log: (message: string, cause?: unknown) => void,
): ReturnType<typeof openRecorder> {
  return openRecorder({
    ...{ store, headFile: headFile(dataDir), clock: Date.now, randomId: randomIds() },
    excerpt: { maxBytes: records.excerpt, redact: records.redactKeys },
    input: { maxBytes: records.input, redact: records.redactKeys },
    onHeadError: (cause) => log('the head of the records could not be kept', cause),
  })
}

/** Who sits at the terminal, for the record: the account, or its number where it has no name. */
export function whoAtTerminal(): string {
  try {
    return `local:${userInfo().username}`
  } catch {
    return `local:${process.getuid?.() ?? 'unknown'}`
  }
}
