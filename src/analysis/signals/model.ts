import type { Account } from './facts.ts'
import { FEATURES, featuresOf, isCandidate } from './features.ts'
import trained from './weights.json' with { type: 'json' }

/** What training wrote: one weight for each feature that counts, in thousandths. */
export interface Weights {
  readonly bias: number
  readonly weights: Readonly<Record<string, number>>
}

/** A feature that made a sentence look like it does. */
export interface Reason {
  readonly feature: string
  readonly weight: number
}

export class Model {
  private readonly bias: number
  private readonly weights = new Float32Array(FEATURES.length)
  private readonly features = new Float32Array(FEATURES.length)

  constructor({ bias, weights }: Weights = trained) {
    this.bias = bias / 1000
    for (const [index, name] of FEATURES.entries())
      this.weights[index] = (weights[name] ?? 0) / 1000
  }

  /** How much one of the facts looks like an injection: log odds, above 0 it more likely is one. */
  score(account: Account, which: number): number {
    const facts = account.facts[which]
    if (facts === undefined || !isCandidate(facts, account.around)) return Number.NEGATIVE_INFINITY
    featuresOf(account, which, this.features)
    let score = this.bias
    for (let index = 0; index < FEATURES.length; index++) {
      score += (this.weights[index] ?? 0) * (this.features[index] ?? 0)
    }
    return score
  }

  /** What spoke for it most. */
  reasons(account: Account, which: number, most: number): readonly Reason[] {
    featuresOf(account, which, this.features)
    return FEATURES.map((feature, index) => ({
      feature,
      weight: (this.weights[index] ?? 0) * (this.features[index] ?? 0),
    }))
      .filter(({ weight }) => weight > 0)
      .sort((one, other) => other.weight - one.weight)
      .slice(0, most)
  }
}
