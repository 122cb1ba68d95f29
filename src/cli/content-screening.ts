import { createContentAnalysis } from '../analysis/content/content.ts'
import { redact } from '../analysis/content/redact.ts'
import { createSecretFinder } from '../analysis/content/secrets/secrets.ts'
import type { Screening } from '../gateway/screen/screening.ts'
import type { PlantedFinder } from '../kernel/content.ts'
import { createSeal } from '../kernel/seal.ts'

/**
 * What the gateway looks at messages with.
 *
 * @param sealKey the 32 bytes of the installation.
 * @param planted recognises decoys.
 */
export function contentScreening(sealKey: Uint8Array, planted: PlantedFinder): Screening {
  const { scan } = createContentAnalysis({
    // Placeholders stay the same over restarts, and on all replicas.
    key: createSeal(sealKey, 'screening').derive('marks'),
    secrets: createSecretFinder(),
    planted,
  })
  return { scan, redact }
}
