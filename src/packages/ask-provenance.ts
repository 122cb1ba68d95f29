import type { AskProvenance } from './npm/install-npm.ts'
import { attestationsAddress, verifyProvenance } from './provenance/provenance.ts'

/** Milliseconds, and bytes of all attestations of one version. */
const TIMEOUT = 30_000
const LONGEST = 8 << 20
/** What registries say that do not know of attestations. */
const NONE: ReadonlySet<number> = new Set([400, 404, 405, 501])

/**
 * Asks the registry for the attestations of an archive, without any token, and verifies them.
 *
 * @throws Error when the registry does not answer: an attestation that may be there is not skipped.
 */
export const askProvenance: AskProvenance = async ({ registry, name, version, integrity }) => {
  const answer = await fetch(attestationsAddress(registry, name, version), {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
    headers: { accept: 'application/json' },
  })
  if (NONE.has(answer.status)) {
    await answer.body?.cancel()
    return { kind: 'absent' }
  }
  if (!answer.ok) throw new Error(`the registry answered ${answer.status} about attestations`)
  return verifyProvenance({ name, version, integrity, attestations: await bounded(answer) })
}

async function bounded(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.length
    if (size > LONGEST) throw new Error('the registry answers too much about attestations')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
