import { createContentAnalysis } from '../analysis/content/content.ts'
import { redact } from '../analysis/content/redact.ts'
import { createSecretFinder } from '../analysis/content/secrets/secrets.ts'
import type { Screening } from '../gateway/screen/screening.ts'
import type { PlantedFinder } from '../kernel/content.ts'
import { createSeal } from '../kernel/seal.ts'
import { readSecretRules } from './secret-rules.ts'

/**
 * What the gateway looks at messages with.
 *
 * @param sealKey the 32 bytes of the installation.
 * @param planted recognises decoys.
 * @param ruleFiles with the operator's own rules for secrets.
 * @throws {CommandError} when one of them cannot be used.
 */
export function contentScreening(
  sealKey: Uint8Array,
  planted: PlantedFinder,
  ruleFiles: readonly string[],
): Screening {
  const { scan } = createContentAnalysis({
    // Placeholders stay the same over restarts, and on all replicas.
    key: createSeal(sealKey, 'screening').derive('marks'),
    secrets: createSecretFinder({ rules: readSecretRules(ruleFiles) }),
    planted,
  })
  return { scan, redact }
}
