export const WEIGHTS: {
  readonly bias: number
  readonly threshold: number
  readonly weights: Readonly<Record<string, number>>
} = {
  bias: 0,
  threshold: 1e9,
  weights: {},
}
