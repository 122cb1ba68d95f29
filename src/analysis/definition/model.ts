import { WEIGHTS } from './weights.data.ts'

/** How much a definition reads like a poisoned one: the log odds of a logistic regression. */
export function scoreOf(features: ReadonlySet<string>): number {
  let score = WEIGHTS.bias
  for (const feature of features) score += WEIGHTS.weights[feature] ?? 0
  return score
}

/** Why the model reads a definition as poisoned; undefined when it does not. */
export function poisonedBy(features: ReadonlySet<string>): string | undefined {
  if (scoreOf(features) < WEIGHTS.threshold) return undefined
  return [...features]
    .map((feature) => [feature, WEIGHTS.weights[feature] ?? 0] as const)
    .filter(([, weight]) => weight > 0)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 5)
    .map(([feature]) => feature)
    .join(', ')
}
